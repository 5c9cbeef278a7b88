import { readFile } from "node:fs/promises";
import { encodeEntry } from "../src/event/codec.ts";
import { readEvent } from "../src/event/validate.ts";
import type { Append, Log } from "../src/log/contract.ts";
import { batchFile } from "./dataset.ts";

const SOURCE = { type: "api_key" as const, id: "key_bench" };

/** Appends batches `from` to `to` of a data set to a log, checked and encoded as the server does, without HTTP. */
export async function appendBatches(log: Log, directory: string, from: number, to: number): Promise<void> {
  let written: Promise<unknown> = Promise.resolve();
  for (let index = from; index < to; index++) {
    const events = JSON.parse(await readFile(batchFile(directory, index), "utf8")) as unknown[];
    const batch = events.map(appendOf);
    // The next batch is made while this one is written.
    await written;
    written = Promise.all(log.append(batch));
  }
  await written;
}

function appendOf(parsed: unknown): Append {
  const {
    tenant_id: organization,
    id,
    ...event
  } = readEvent(JSON.stringify(parsed), parsed, Date.now(), { tenantRequired: true });
  if (organization === undefined || id === undefined)
    throw new Error("a generated event has an organization and an id");
  return {
    organization,
    encode: (sequence, recordedAt) => encodeEntry(event, { id, organization, source: SOURCE, sequence, recordedAt }),
  };
}
