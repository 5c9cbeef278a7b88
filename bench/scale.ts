import { largeStart } from "./measures/large-start.ts";
import { manyOrganizations } from "./measures/many-organizations.ts";
import type { BenchOptions } from "./options.ts";
import type { Figure } from "./results.ts";

/** The sizes, and a directory for a measure's own data. */
export interface Scale extends Pick<BenchOptions, "entries" | "organizations" | "seed"> {
  readonly scratch: string;
}

/** One thing that only great numbers show, with a server and a data directory of its own. */
export type ScaleMeasure = (scale: Scale) => Promise<Figure[]>;

/** What a run with `--scale` does; they need nothing of one another. */
export const SCALE_MEASURES: readonly (readonly [string, ScaleMeasure])[] = [
  ["many organizations", manyOrganizations],
  ["start of a large log", largeStart],
];
