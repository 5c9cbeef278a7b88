import ReviewMenu from "../reviews/review-menu.tsx";
import ViewsMenu from "../saved-views/views-menu.tsx";
import StartHereMenu from "../stories/start-here-menu.tsx";
import { useLogAccess } from "./access.ts";
import type { PageTools } from "./use-page-tools.ts";

/** The menus of the page as a whole. Views and reviews are a person's: a viewer token has neither. */
export default function HeaderMenus({ tools, wide }: { tools: PageTools; wide: boolean }) {
  const { member } = useLogAccess();
  const { state, period, startHere } = tools;
  return (
    <>
      {(startHere.collapsed || !wide) && (
        <StartHereMenu
          state={state}
          inPeriod={period.open}
          onPeriod={period.setOpen}
          onShow={wide ? () => startHere.setCollapsed(false) : undefined}
        />
      )}
      {member && <ViewsMenu tools={tools} />}
      {member && <ReviewMenu tools={tools} />}
    </>
  );
}
