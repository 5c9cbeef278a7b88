import { hash } from "node:crypto";
import { encodeEntry } from "../../src/event/codec.ts";
import { readEvent } from "../../src/event/validate.ts";
import type { LogEntry } from "../../src/log/contract.ts";
import type { Batch, OutgoingRecord, Sink } from "../../src/streams/contract.ts";
import { formatOf } from "../../src/streams/formats/by-name.ts";
import type { FormatName, Proof } from "../../src/streams/formats/format.ts";
import { OutgoingRecords } from "../../src/streams/outgoing-records.ts";
import { anEvent } from "../support/events.ts";

const LOG = "6c1f3b1e-0000-4000-8000-000000000000";
const RECORDED_AT = Date.parse("2026-11-27T10:00:00Z");

/** An entry as the log gives it. */
export function anEntry(sequence: number, fields: Record<string, unknown> = {}): LogEntry {
  const event = anEvent({ id: `e-${sequence}`, ...fields });
  const valid = readEvent(JSON.stringify(event), event, RECORDED_AT);
  const { header, body } = encodeEntry(valid, {
    id: `e-${sequence}`,
    organization: "acme",
    source: { type: "api_key", id: "key" },
    sequence,
    recordedAt: RECORDED_AT,
  });
  const leafHash = hash("sha256", Buffer.concat([Buffer.of(0), header]), "buffer");
  return { position: sequence, organization: "acme", sequence, leafHash, header, body, leaf: "stored" };
}

interface Written {
  readonly format?: FormatName;
  readonly proof?: Proof;
  readonly recordBytes?: number;
  readonly shorten?: boolean;
  /** What its sink makes of each text. */
  readonly shape?: Sink["shape"];
}

/** An entry as a stream sends it. */
export function recordOf(
  entry: LogEntry,
  { format = "daybook", proof = "none", recordBytes = 1024 * 1024, shorten = false, shape }: Written = {},
): OutgoingRecord {
  const tree = { size: () => 0, tile: () => undefined };
  const records = new OutgoingRecords({
    logId: LOG,
    tree,
    format: formatOf(format, proof, shape),
    filter: {},
    recordBytes,
    onDamage: () => undefined,
  });
  const record = records.of(entry, shorten);
  if (record === undefined) throw new Error("without a filter every entry is a record");
  return record;
}

/** Events of these sequences, each with the same fields. */
export function aBatch(
  sequences: readonly number[],
  fields: Record<string, unknown> = {},
  written: Written = {},
): Batch {
  const records = sequences.map((sequence) => recordOf(anEntry(sequence, fields), written));
  const [first = 0] = sequences;
  const last = sequences.at(-1) ?? 0;
  const organization = "acme";
  return { id: `stream-${first}-${last}`, streamId: "stream", logId: LOG, organization, first, last, records };
}
