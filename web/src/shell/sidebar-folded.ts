import { storedChoice } from "../ui/stored-choice.ts";
import { useMedia } from "../ui/use-media.ts";

/** Beside an open sidebar a narrower window has no room for a table. */
const ROOM_FOR_BOTH = "(min-width: 85rem)";

const sidebar = storedChoice("daybook.sidebar", ["open", "folded"]);

/** Whether the sidebar shows its icons alone: as chosen, else as the window has room. */
export function useSidebarFolded(): [folded: boolean, set: (folded: boolean) => void] {
  const roomy = useMedia(ROOM_FOR_BOTH);
  const chosen = sidebar.use();
  const folded = chosen === undefined ? !roomy : chosen === "folded";
  return [folded, (next) => sidebar.set(next ? "folded" : "open")];
}
