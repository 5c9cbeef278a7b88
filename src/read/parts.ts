import type { FairTurns } from "../admission/index.ts";
import type { LogReader } from "../log/index.ts";
import type { Search } from "../search/index.ts";
import type { TreeReader } from "../tree/index.ts";
import type { DamageListener } from "./damage.ts";
import type { Formatter } from "./formatter.ts";

/** The parts that reading needs. */
export interface ReaderParts {
  readonly search: Search;
  readonly log: LogReader;
  readonly tree: Pick<TreeReader, "tile" | "size" | "logPosition">;
  /** Checks and writes the rows of exports. */
  readonly formatter: Formatter;
  /** Turns at this thread: reading for one organization does not keep others waiting. */
  readonly turns: FairTurns;
  /** Hears of each place that fails. */
  readonly onDamage: DamageListener;
}
