import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { dataPaths } from "../src/data-paths.ts";
import { segmentNames } from "../src/log/segment.ts";
import type { Daybook } from "./daybook.ts";
import { processorMs } from "./process-tree.ts";

/** Followers that must have read the whole log. */
const LAGS = ["daybook_search_lag", "daybook_ids_lag", "daybook_tree_lag"];
/** How long the server must have nothing to do: several times as long as the engine waits before it looks for parts to merge again. */
const QUIET_WINDOWS = 15;
const WINDOW_MS = 1_000;
/** Of a window: what a server with nothing to do takes, twice. */
const QUIET_PROCESSOR_MS = 60;
const PATIENCE_MS = 30 * 60_000;

/**
 * Resolves once nothing is left to do in the background: every sealed segment is compressed, every follower has read the whole log, and
 * the server takes next to no processor time any more, which is how merges show. @throws Error when that does not come about.
 */
export async function atRest(daybook: Daybook): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let quiet = 0; quiet < QUIET_WINDOWS; ) {
    const before = processorMs(daybook.pid);
    await pause(WINDOW_MS);
    const busyMs = processorMs(daybook.pid) - before;
    const work = await workLeft(daybook);
    quiet = work === undefined && busyMs <= QUIET_PROCESSOR_MS ? quiet + 1 : 0;
    if (performance.now() > deadline) {
      throw new Error(`Daybook does not come to rest: ${work ?? `${busyMs} ms of processor time in the last second`}`);
    }
  }
}

async function workLeft(daybook: Daybook): Promise<string | undefined> {
  const raw = rawSealed(dataPaths(daybook.dataDir).log);
  if (raw > 0) return `${raw} sealed segments are not compressed`;
  const metrics = await (await daybook.call("/metrics")).text();
  for (const lag of LAGS) {
    const [, value] = new RegExp(`^${lag} (\\d+)$`, "m").exec(metrics) ?? [];
    if (value !== "0") return `${lag} is ${value}`;
  }
  return undefined;
}

/** Segments that are sealed, as another one follows, and have no compressed form alone. */
function rawSealed(log: string): number {
  return segmentNames(readdirSync(log))
    .slice(0, -1)
    .filter(({ forms }) => forms.includes("raw")).length;
}
