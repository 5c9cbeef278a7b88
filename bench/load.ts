import type { Bench } from "./bench.ts";
import type { Daybook } from "./daybook.ts";
import { runProgram } from "./process.ts";
import { processorMs } from "./process-tree.ts";

/** What the load generators do: batches `from` to `to` of a data set, or a file of single events; `connections` at a time. */
export type Work =
  | { readonly directory: string; readonly from: number; readonly to: number; readonly connections: number }
  | { readonly singlesFile: string; readonly to: number; readonly connections: number };

export interface Load {
  /** From the first request to the last answer. */
  readonly ms: number;
  readonly latenciesMs: number[];
  /** Processor time of the server, which is all of its processes. */
  readonly processorMs: number;
}

/** Sends the work to Daybook, from a process of its own. @param others nodes of the same log: the requests go to all of them in turn. */
export function loadDaybook(
  { daybook }: Pick<Bench, "daybook">,
  work: Work,
  others: readonly Daybook[] = [],
): Promise<Load> {
  const urls = [daybook, ...others].map(({ url }) => url);
  return measured(daybook.pid, () => runProgram("load-daybook", { ...work, urls, key: daybook.key }));
}

/** Sends the same to PostgreSQL; undefined where there is none. */
export async function loadPostgres({ postgres }: Pick<Bench, "postgres">, work: Work): Promise<Load | undefined> {
  return postgres && measured(postgres.pid, () => runProgram("load-postgres", { ...work, url: postgres.url }));
}

async function measured(pid: number, run: () => Promise<Omit<Load, "processorMs">>): Promise<Load> {
  const before = processorMs(pid);
  const load = await run();
  return { ...load, processorMs: processorMs(pid) - before };
}
