import { storedChoice } from "../ui/stored-choice.ts";
import { useMedia } from "../ui/use-media.ts";

/** Beside an open sidebar a narrower window has no room for a table. */
const ROOM_FOR_BOTH = "(min-width: 85rem)";

/** Apart for the two: who opens it on a wide screen has not chosen cards for a narrow one. */
const beside = storedChoice("daybook.sidebar", ["open", "folded"]);
const narrow = storedChoice("daybook.sidebar.narrow", ["open", "folded"]);

/** Whether the sidebar shows its icons alone: as chosen in windows of this width, else as the window has room. */
export function useSidebarFolded(): [folded: boolean, set: (folded: boolean) => void] {
  const roomy = useMedia(ROOM_FOR_BOTH);
  const choices = { beside: beside.use(), narrow: narrow.use() };
  const chosen = roomy ? choices.beside : choices.narrow;
  const folded = chosen === undefined ? !roomy : chosen === "folded";
  return [folded, (next) => (roomy ? beside : narrow).set(next ? "folded" : "open")];
}
