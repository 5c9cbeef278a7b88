import { Compass, PanelTop } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { DropdownMenu, MenuItem, MenuSeparator } from "../ui/menu.tsx";
import { type StartingPointProps, useStartingPoints } from "./use-starting-points.ts";

/** The starting points where they have no room, or were put away. */
export default function StartHereMenu({ onShow, ...props }: StartingPointProps & { onShow: (() => void) | undefined }) {
  const points = useStartingPoints(props);
  return (
    <DropdownMenu
      className="w-80 max-w-[calc(100vw-2rem)]"
      trigger={
        <Button variant="outline" data-slot="start-here">
          <Compass aria-hidden /> Start here
        </Button>
      }
    >
      {points.map(({ name, title, summary, icon: Icon, begin }) => (
        <MenuItem key={name} onClick={begin}>
          <Icon aria-hidden />
          <span className="min-w-0">
            {title}
            <span className="block text-xs text-pretty text-muted-foreground">{summary}</span>
          </span>
        </MenuItem>
      ))}
      {onShow && (
        <>
          <MenuSeparator />
          <MenuItem onClick={onShow}>
            <PanelTop aria-hidden /> Always show these
          </MenuItem>
        </>
      )}
    </DropdownMenu>
  );
}
