import { useEffect } from "react";
import { lazyPart } from "../../shell/lazy-part.tsx";

/** The menus and tips of the cells: there when rows are, and in no first load. */
export const CellTools = lazyPart(() => import("../cell-tools.tsx"));
/** What rows are where there is no room for a table. */
export const LogCards = lazyPart(() => import("../log-cards.tsx"));

/** Loads what the rows will need while they are on their way. @param wide whether they can be a table. */
export function usePreloadedTools(wide: boolean): void {
  useEffect(() => {
    CellTools.preload();
    if (!wide) LogCards.preload();
  }, [wide]);
}
