import { lazyPart } from "../../../shell/lazy-part.tsx";

/** The menus and tips of the cells: there when rows are, and in no first load. */
export const CellTools = lazyPart(() => import("./cell-tools.tsx"));
