import { useEffect } from "react";
import { lazyPart } from "../../shell/lazy-part.tsx";
import { CellTools } from "./cell-tools/preloaded-tools.ts";

/** What rows are where there is no room for a table. */
export const LogCards = lazyPart(() => import("./log-cards.tsx"));

/** Loads what the rows will need while they are on their way. @param wide whether they can be a table. */
export function usePreloadedRows(wide: boolean): void {
  useEffect(() => {
    CellTools.preload();
    if (!wide) LogCards.preload();
  }, [wide]);
}
