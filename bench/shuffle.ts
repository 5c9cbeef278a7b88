import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../src/demo/random.ts";
import { BATCH_EVENTS, batchFile, type Dataset } from "./dataset.ts";

/** Events of a bucket are shuffled in memory. */
const BUCKET_EVENTS = 50_000;

/**
 * Writes up to `eventsMax` events of a data set as batches again, in an order that has nothing to do with their time. Of a greater one
 * every second, third … batch is taken, so that the ninety days stay.
 */
export function writeShuffled(
  directory: string,
  dataset: Pick<Dataset, "directory" | "batches">,
  { eventsMax, seed }: { eventsMax: number; seed: number },
): { batches: number } {
  const random = new Random(seed);
  mkdirSync(directory, { recursive: true });
  const stride = Math.ceil((dataset.batches * BATCH_EVENTS) / eventsMax);
  const taken = Math.ceil(dataset.batches / stride);
  const buckets = Array.from({ length: Math.ceil((taken * BATCH_EVENTS) / BUCKET_EVENTS) }, (_, index) =>
    join(directory, `bucket-${index}.ndjson`),
  );
  for (let batch = 0; batch < dataset.batches; batch += stride) {
    const lines = buckets.map(() => "");
    for (const event of JSON.parse(readFileSync(batchFile(dataset.directory, batch), "utf8")) as unknown[]) {
      lines[random.below(buckets.length)] += `${JSON.stringify(event)}\n`;
    }
    for (const [index, text] of lines.entries()) appendFileSync(buckets[index] ?? "", text);
  }
  let waiting: string[] = [];
  let written = 0;
  for (const bucket of buckets) {
    waiting = waiting.concat(shuffled(readFileSync(bucket, "utf8").trimEnd().split("\n"), random));
    rmSync(bucket);
    while (waiting.length >= BATCH_EVENTS) {
      writeFileSync(batchFile(directory, written++), `[${waiting.slice(0, BATCH_EVENTS).join(",")}]`);
      waiting = waiting.slice(BATCH_EVENTS);
    }
  }
  return { batches: written };
}

/** Fisher and Yates. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
