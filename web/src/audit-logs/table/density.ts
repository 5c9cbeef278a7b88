import { storedChoice } from "../../ui/stored-choice.ts";

export type Density = "compact" | "comfortable";

const ROW_PX: Readonly<Record<Density, number>> = { compact: 36, comfortable: 49 };

const density = storedChoice<Density>("daybook.rows", ["compact", "comfortable"]);

/** How high rows are: as many as fit, unless somebody asks for more room. */
export function useDensity(): [density: Density, set: (density: Density) => void] {
  return [density.use() ?? "compact", density.set];
}

/** Of a row that is not expanded. */
export function rowHeightPx(of: Density = density.get() ?? "compact"): number {
  return ROW_PX[of];
}
