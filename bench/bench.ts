import type { Dataset } from "./dataset.ts";
import type { Daybook } from "./daybook.ts";
import type { BenchOptions } from "./options.ts";
import type { Postgres } from "./postgres.ts";
import type { Figure } from "./results.ts";

/** What every measurement works with; the servers hold the data once `ingest` has run. */
export interface Bench {
  readonly options: BenchOptions;
  readonly dataset: Dataset;
  daybook: Daybook;
  readonly postgres: Postgres | undefined;
  /** An empty directory for a measurement's own files. */
  readonly scratch: string;
}

/** One measured thing: gives its figures, and leaves the servers running as they were. */
export type Measure = (bench: Bench) => Promise<Figure[]>;
