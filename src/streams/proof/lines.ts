import { CHECKPOINT_TYPE } from "../formats/daybook.ts";

/** An event as a receiver gives it back. */
export interface GivenEvent {
  readonly kind: "event";
  readonly logId: string;
  readonly organization: string;
  readonly sequence: number;
  /** Hex, as the record claims it. */
  readonly leafHash: string;
  /** Both lines of the entry, if the stream sends them. */
  readonly entry: { readonly header: string; readonly body: string | null } | undefined;
  /** The event's own fields. Undefined in another format than Daybook's. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

export interface GivenCheckpoint {
  readonly kind: "checkpoint";
  readonly logId: string;
  readonly organization: string;
  readonly size: number;
  readonly note: string | null;
  /** Hex. */
  readonly subtrees: readonly string[];
}

export type Given = GivenEvent | GivenCheckpoint;

/** Names under which receivers wrap what they get: `_raw` of Splunk, `_source` of Elasticsearch, `stringValue` of OTLP, … */
const WRAPPERS = [
  "event",
  "_source",
  "_raw",
  "result",
  "message",
  "body",
  "stringValue",
  "data",
  "attributes",
] as const;
/** Deeper than receivers wrap it. */
const DEPTH_MAX = 6;

/**
 * What a line of a file holds, however the receiver wrapped it: a record, a message of a webhook, or nothing from a stream.
 *
 * @param value parsed JSON.
 */
export function givenIn(value: unknown, depth = 0): Given[] {
  if (depth > DEPTH_MAX) return [];
  if (typeof value === "string") return value.startsWith("{") ? givenIn(parsed(value), depth + 1) : [];
  if (Array.isArray(value)) return value.flatMap((one) => givenIn(one, depth + 1));
  if (!isObject(value)) return [];
  const given = checkpointIn(value) ?? eventIn(value) ?? ocsfIn(value);
  if (given !== undefined) return [given];
  if (isObject(value.data) && Array.isArray(value.data.records)) return givenIn(value.data.records, depth + 1);
  for (const name of WRAPPERS) {
    const found = name in value ? givenIn(value[name], depth + 1) : [];
    if (found.length > 0) return found;
  }
  return [];
}

function checkpointIn({ type, log_id, tenant_id, size, checkpoint, subtrees }: Fields): GivenCheckpoint | undefined {
  if (type !== CHECKPOINT_TYPE || typeof log_id !== "string" || typeof tenant_id !== "string") return undefined;
  if (!isCount(size) || !Array.isArray(subtrees)) return undefined;
  const note = typeof checkpoint === "string" ? checkpoint : null;
  return { kind: "checkpoint", logId: log_id, organization: tenant_id, size, note, subtrees: subtrees.map(String) };
}

function eventIn(fields: Fields): GivenEvent | undefined {
  const { log_id, tenant_id, sequence, leaf_hash, entry } = fields;
  if (typeof log_id !== "string" || typeof tenant_id !== "string" || !isCount(sequence)) return undefined;
  if (typeof leaf_hash !== "string") return undefined;
  const event = { kind: "event", logId: log_id, organization: tenant_id, sequence, leafHash: leaf_hash } as const;
  return { ...event, entry: entryIn(entry), fields };
}

function entryIn(entry: unknown): GivenEvent["entry"] {
  if (!isObject(entry) || typeof entry.header !== "string") return undefined;
  return { header: entry.header, body: typeof entry.body === "string" ? entry.body : null };
}

function ocsfIn({ metadata, unmapped }: Fields): Given | undefined {
  if (!isObject(metadata) || !isObject(unmapped)) return undefined;
  const checkpoint = checkpointIn(unmapped);
  if (checkpoint !== undefined) return checkpoint;
  const { tenant_uid: tenant_id, sequence } = metadata;
  const event = eventIn({ ...unmapped, tenant_id, sequence });
  return event && { ...event, fields: undefined };
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** @returns undefined for what is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
