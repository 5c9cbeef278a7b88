import { readdirSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { LogNotice, OpenLog } from "../../src/log/log.ts";
import { segmentNames } from "../../src/log/segment.ts";
import { openBuiltLog } from "../built-log.ts";
import { appendBatches } from "../fill-log.ts";
import { processorMs, threadProcessorMs } from "../process-tree.ts";

interface Input {
  /** Empty: for a log of its own. */
  readonly scratch: string;
  /** Of the data set. */
  readonly directory: string;
  readonly batches: number;
  readonly segmentBytes: number;
}

/** What opening the log cost until nothing was left to do in the background. */
interface Spent {
  readonly ms: number;
  readonly processorMs: number;
  /** Of that, the thread that also answers requests. */
  readonly mainThreadMs: number;
  /** The longest that it could do nothing else. */
  readonly blockedMs: number;
}

const PATIENCE_MS = 10 * 60_000;

// Seals a log: writes segments without compressing them, then opens the log twice, which scans them in the background, and the second
// time compresses them. Prints { entries, scanned, sealed } as JSON, `entries` being those in sealed segments.
const { scratch, directory, batches, segmentBytes } = JSON.parse(process.argv[2] ?? "") as Input;
const path = join(scratch, "log");

const log = await open("off", () => undefined);
await appendBatches(log, directory, 0, batches);
await log.close();
const names = segmentNames(readdirSync(path));
const entries = names.at(-1)?.firstPosition ?? 0;
const scanned = await spend("off", 0);
const sealed = await spend("thread", names.length - 1);
process.stdout.write(JSON.stringify({ entries, segments: names.length - 1, scanned, sealed }));

function open(compression: "off" | "thread", onNotice: (notice: LogNotice) => void): Promise<OpenLog> {
  return openBuiltLog({ directory: path, segmentBytes, compression, onNotice });
}

async function spend(compression: "off" | "thread", segments: number): Promise<Spent> {
  const { pid } = process;
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const before = { ms: performance.now(), all: processorMs(pid), main: threadProcessorMs(pid, pid) };
  delay.enable();
  const opened = await openAndRest(compression, segments);
  delay.disable();
  const spent = {
    ms: performance.now() - before.ms,
    processorMs: processorMs(pid) - before.all,
    mainThreadMs: threadProcessorMs(pid, pid) - before.main,
    blockedMs: delay.max / 1e6,
  };
  await opened.close();
  return spent;
}

/** Resolves once the sealed segments are scanned, and so many are compressed. */
function openAndRest(compression: "off" | "thread", segments: number): Promise<OpenLog> {
  return new Promise((resolve, reject) => {
    let compressed = 0;
    let isScanned = false;
    // Neither the scan nor the thread keeps a process alive: in the product, connections do.
    const alive = setTimeout(
      () =>
        reject(new Error(`after ${PATIENCE_MS / 60_000} minutes ${compressed} of ${segments} segments are compressed`)),
      PATIENCE_MS,
    );
    const opening = open(compression, (notice) => {
      if ("error" in notice && notice.error !== undefined) reject(notice.error);
      if (notice.kind === "scanned") isScanned = true;
      if (notice.kind === "compressed") compressed++;
      if (!isScanned || compressed < segments) return;
      clearTimeout(alive);
      resolve(opening);
    });
    opening.catch(reject);
  });
}
