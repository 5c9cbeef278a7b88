import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { nameFailures, realDisk } from "../disk.ts";
import type { EntryPacking } from "../packing.ts";
import { type Answer, describeFailure, type Job, type WorkerInput } from "./answer.ts";
import { compressSegment } from "./compress.ts";

// A thread that compresses segments, one at a time, as it is asked to; `stop` ends the one that is under way.
const { directory, packingModule } = workerData as WorkerInput;
if (parentPort === null) throw new Error("this is to be run as a worker thread");
const parent = parentPort;

// On Linux a priority is that of the calling thread; elsewhere it would be that of the whole process.
if (process.platform === "linux") setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

const disk = nameFailures(realDisk);
const { entryPacking: packing } = (await import(packingModule)) as { entryPacking: EntryPacking };
let stop = new AbortController();

parent.on("message", (job: Job) => {
  if (job === "stop") stop.abort();
  else void compress(job.firstPosition);
});

async function compress(firstPosition: number): Promise<void> {
  stop = new AbortController();
  let answer: Answer;
  try {
    answer = { end: await compressSegment({ disk, directory, firstPosition, packing, signal: stop.signal }) };
  } catch (error) {
    answer = { failure: describeFailure(error) };
  }
  parent.postMessage(answer);
}
