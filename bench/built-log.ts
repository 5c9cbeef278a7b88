import { existsSync } from "node:fs";
import type { LogOptions, OpenLog } from "../src/log/log.ts";

const BUILT = new URL("../dist/server/", import.meta.url);

/**
 * Opens a log with the code that people run, from `dist/`. Programs of the bench run from source, where a loader turns TypeScript into
 * JavaScript; the log's compression is in a thread of its own, which that loader does not reach.
 */
export async function openBuiltLog(options: Omit<LogOptions, "packing">): Promise<OpenLog> {
  const log = new URL("log/log.js", BUILT);
  if (!existsSync(log)) throw new Error("the bench measures the built program: run `npm run build` first");
  const { openLog } = (await import(log.href)) as typeof import("../src/log/log.ts");
  const packing = (await import(
    new URL("event/entry-packing.js", BUILT).href
  )) as typeof import("../src/event/entry-packing.ts");
  return openLog({ ...options, packing: packing.entryPacking });
}
