import {
  Bell,
  BellOff,
  ChevronDown,
  History,
  type LucideIcon,
  Pause,
  Pencil,
  Play,
  RotateCw,
  Send,
  Trash2,
} from "lucide-react";
import { visibleText } from "../text/visible.ts";
import { Button } from "../ui/button.tsx";
import { DropdownMenu, MenuItem, MenuSeparator } from "../ui/menu.tsx";

/** What can be done to one thing of a list, in the order of the menu. */
const ITEMS = {
  edit: [Pencil, "Edit…"],
  test: [Send, "Test"],
  mute: [BellOff, "Mute for a day"],
  unmute: [Bell, "Unmute"],
  pause: [Pause, "Pause"],
  resume: [Play, "Resume"],
  replay: [History, "Replay…"],
  rotate: [RotateCw, "Rotate secret…"],
  delete: [Trash2, "Delete…"],
} as const satisfies Record<string, readonly [LucideIcon, string]>;

export type ListAct = keyof typeof ITEMS;

interface ActionsMenuProps<Act extends ListAct> {
  /** Of the thing. */
  readonly name: string;
  /** Which acts it is offered for: those that are true. */
  readonly acts: Readonly<Record<Act, boolean>>;
  readonly onAct: (act: Act) => void;
}

export function ActionsMenu<Act extends ListAct>({ name, acts, onAct }: ActionsMenuProps<Act>) {
  const offered = (Object.keys(ITEMS) as Act[]).filter((act) => acts[act]);
  return (
    <DropdownMenu
      trigger={
        <Button variant="outline" size="small">
          Actions<span className="sr-only"> for {visibleText(name)}</span> <ChevronDown aria-hidden />
        </Button>
      }
    >
      {offered.map((act) => {
        const [Icon, text] = ITEMS[act];
        return [
          act === "delete" && <MenuSeparator key="separator" />,
          <MenuItem key={act} onClick={() => onAct(act)}>
            <Icon aria-hidden /> {text}
          </MenuItem>,
        ];
      })}
    </DropdownMenu>
  );
}
