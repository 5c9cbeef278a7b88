import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BENCHMARK_ORGANIZATIONS, generateBenchmark } from "../src/demo/benchmark.ts";
import type { DemoEvent } from "../src/demo/scene.ts";
import type { BenchOptions } from "./options.ts";

export const BATCH_EVENTS = 1000;

/** The organization that holds a fifth of everything: what is asked, is asked about it. */
export const LARGEST = "org-000";

/** The one that has the fewest. */
export const SMALLEST = BENCHMARK_ORGANIZATIONS.at(-1)?.id ?? LARGEST;

/** The n-th organization of a directory that `write-entries` fills. */
export function organizationId(index: number): string {
  return `org-${String(index).padStart(5, "0")}`;
}

/** The seeded events on disk, as the bodies of the requests to send: a load generator only has to read and post them. */
export interface Dataset {
  /** Holds `batch-000000.json` …, each an array of BATCH_EVENTS events. */
  readonly directory: string;
  readonly batches: number;
  /** So many of the batches are put in without HTTP. */
  readonly filled: number;
  readonly events: number;
  /** One event a line, newer than all batches. */
  readonly singlesFile: string;
  readonly singles: number;
  /** Bytes of JSON an event, on average. */
  readonly bytesPerEvent: number;
  /** How many events the largest organization has in the batches. */
  readonly largest: number;
  readonly startMs: number;
  readonly endMs: number;
  /** One person of the largest organization, and an address, as filters. */
  readonly actorId: string;
  readonly ip: string;
}

const DAYS = 90;
/** Where most is put in without HTTP, the last so many events (at most a tenth) are sent: ingest is measured on a server that holds the others. */
const SENT_EVENTS = 200_000;

export function batchFile(directory: string, index: number): string {
  return join(directory, `batch-${String(index).padStart(6, "0")}.json`);
}

/** Writes `events` in batches and `singles` more; all of ninety days up to now. */
export function writeDataset(
  directory: string,
  { events, singles, seed, fill }: Pick<BenchOptions, "events" | "singles" | "seed" | "fill">,
): Dataset {
  mkdirSync(directory, { recursive: true });
  const endMs = Date.now() - 60_000;
  const stream = generateBenchmark({ seed, endMs, events: events + singles });
  let bytes = 0;
  let largest = 0;
  let person: DemoEvent | undefined;
  for (let batch = 0; batch < events / BATCH_EVENTS; batch++) {
    const taken = take(stream, BATCH_EVENTS);
    const own = taken.filter(({ tenant_id }) => tenant_id === LARGEST);
    largest += own.length;
    person = own.find(({ actor, context }) => actor.type === "user" && context?.ip !== undefined) ?? person;
    const text = JSON.stringify(taken);
    bytes += Buffer.byteLength(text);
    writeFileSync(batchFile(directory, batch), text);
  }
  const singlesFile = join(directory, "singles.ndjson");
  writeFileSync(
    singlesFile,
    take(stream, singles)
      .map((event) => JSON.stringify(event))
      .join("\n"),
  );
  return {
    directory,
    batches: events / BATCH_EVENTS,
    filled: fill === "direct" ? Math.floor((events - Math.min(SENT_EVENTS, events / 10)) / BATCH_EVENTS) : 0,
    events,
    singlesFile,
    singles,
    bytesPerEvent: bytes / events,
    largest,
    startMs: endMs - DAYS * 86_400_000,
    endMs,
    actorId: person?.actor.id ?? "",
    ip: person?.context?.ip ?? "",
  };
}

function take(stream: Iterator<DemoEvent, void>, count: number): DemoEvent[] {
  const taken: DemoEvent[] = [];
  while (taken.length < count) {
    const { value } = stream.next();
    if (value === undefined) break;
    taken.push(value);
  }
  return taken;
}
