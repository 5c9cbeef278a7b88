import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BATCH_EVENTS, batchFile, writeDataset } from "./dataset.ts";
import { writeShuffled } from "./shuffle.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "daybook-shuffle-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

interface Sent {
  readonly id: string;
  readonly timestamp: string;
}

function eventsIn(path: string, batches: number): Sent[] {
  return Array.from(
    { length: batches },
    (_, index) => JSON.parse(readFileSync(batchFile(path, index), "utf8")) as Sent[],
  ).flat();
}

test("a shuffled import holds every event once, in another order than that of time", () => {
  const dataset = writeDataset(join(directory, "events"), { events: 4_000, singles: 1, seed: 7, fill: "http" });
  const { batches } = writeShuffled(join(directory, "shuffled"), dataset, { eventsMax: 4_000, seed: 1 });
  const sent = eventsIn(dataset.directory, dataset.batches);
  const again = eventsIn(join(directory, "shuffled"), batches);
  expect(again.map(({ id }) => id).sort()).toEqual(sent.map(({ id }) => id).sort());
  // Half of the neighbours of a random order go back in time.
  const back = again.filter(({ timestamp }, at) => at > 0 && timestamp < (again[at - 1]?.timestamp ?? "")).length;
  expect(back / again.length).toBeGreaterThan(0.4);
});

test("of a greater data set it takes part, from all of its days", () => {
  const dataset = writeDataset(join(directory, "events"), { events: 6_000, singles: 1, seed: 7, fill: "http" });
  const { batches } = writeShuffled(join(directory, "shuffled"), dataset, { eventsMax: 2_000, seed: 1 });
  const taken = eventsIn(join(directory, "shuffled"), batches);
  const wanted = [0, 3].flatMap((batch) =>
    eventsIn(dataset.directory, 6)
      .slice(batch * BATCH_EVENTS)
      .slice(0, BATCH_EVENTS),
  );
  expect(taken.map(({ id }) => id).sort()).toEqual(wanted.map(({ id }) => id).sort());
});
