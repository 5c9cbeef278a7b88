import { Bookmark } from "lucide-react";
import { Suspense } from "react";
import { useLogAccess } from "../audit-logs/log-access.ts";
import type { SlotProps } from "../audit-logs/slots.ts";
import { lazyPart } from "../shell/lazy-part.tsx";
import { MenuToCome } from "../shell/menu-to-come.tsx";

const Menu = lazyPart(() => import("./views-menu.tsx"));
const PinnedBanner = lazyPart(() => import("./pinned-banner.tsx"));
const BANNER_ROOM = <div className="h-11.5 max-lg:h-34.5" />;

/** Views are a person's: a viewer token has none. */
export function ViewsMenu({ tools }: SlotProps) {
  if (useLogAccess().member === undefined) return null;
  return (
    <Suspense fallback={<MenuToCome name="Saved views" icon={Bookmark} />}>
      <Menu tools={tools} />
    </Suspense>
  );
}

/** These rows are what was recorded up to a position, by a link that stays as it is. */
export function Pinned({ tools: { state } }: SlotProps) {
  const { as_of: asOf } = state.filters;
  return <Suspense fallback={BANNER_ROOM}>{asOf !== undefined && <PinnedBanner state={state} asOf={asOf} />}</Suspense>;
}
