import { constants, setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import type { EntryPacking } from "../../packing.ts";
import { nameFailures, realDisk } from "../disk.ts";
import { compressSegment } from "./compress.ts";
import { type Answer, describeFailure, type Job, type Request } from "./thread-messages.ts";

// A thread that compresses segments, one at a time, as it is asked to; `stop` ends the one that is under way.

// On Linux a priority is that of the calling thread; elsewhere it would be that of the whole process.
if (process.platform === "linux") setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

const disk = nameFailures(realDisk);
let stop = new AbortController();

parentPort?.on("message", (request: Request) => {
  if (request === "stop") stop.abort();
  else void compress(request);
});

async function compress({ directory, firstPosition, packingModule }: Job): Promise<void> {
  stop = new AbortController();
  const { signal } = stop;
  let answer: Answer;
  try {
    const { entryPacking: packing } = (await import(packingModule)) as { entryPacking: EntryPacking };
    answer = { end: await compressSegment({ disk, directory, firstPosition, packing, signal }) };
  } catch (error) {
    answer = { failure: describeFailure(error) };
  }
  parentPort?.postMessage(answer);
}
