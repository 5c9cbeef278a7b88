import fc from "fast-check";
import { encodeEntry } from "../../src/event/codec.ts";
import { arbitraryEvent, BASE, LOG_ID } from "./arbitrary.ts";
import { MemoryLog } from "./memory-log.ts";

export function arbitraryLog(count: number): MemoryLog {
  const log = new MemoryLog({ id: LOG_ID, chunkEntries: 50 });
  const sample = fc.sample(arbitraryEvent, { numRuns: count, seed: 20261122 });
  for (const [i, { organization, event }] of sample.entries()) {
    log.append(organization, (sequence) =>
      encodeEntry(event, {
        id: `e${i}`,
        organization,
        sequence,
        // Half an hour apart, so that some come within a day of somebody's first event and some do not.
        recordedAt: BASE + i * 1_800_000,
        source: i % 3 ? { type: "api_key", id: `key_${i % 2}` } : { type: "daybook" },
      }),
    );
  }
  return log;
}

/** One event, its place in the log as its id. */
export function append(
  log: MemoryLog,
  organization: string,
  fields: { timestamp?: string; description?: string; metadata?: string },
): void {
  const id = `e${log.end}`;
  log.append(organization, (sequence) =>
    encodeEntry(
      {
        timestamp: new Date(BASE + log.end).toISOString(),
        action: "a.b",
        actor: { type: "system" },
        resource: { type: "r" },
        ...fields,
      },
      { id, organization, sequence, recordedAt: BASE + log.end, source: { type: "daybook" } },
    ),
  );
}
