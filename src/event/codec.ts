import { hash, randomFillSync } from "node:crypto";
import { type OnBehalfOf, type Resource, SCHEMA_VERSION } from "@daybook/sdk";
import { ByteWriter } from "./byte-writer.ts";
import { splitCallersJson, withCallersJson } from "./callers-json.ts";
import { ENTRY_BYTES_MAX, limitEntry } from "./entry-limits.ts";
import { type EventFields, fieldsOf, type SentField, sentField } from "./event-fields.ts";
import { CLOSE_BRACE, COMMA, OPEN_BRACE, QUOTE } from "./json-characters.ts";
import { NONCE_BYTES } from "./packed-nonce.ts";
import { isAt } from "./quick-json.ts";
import type { StoredEvent } from "./stored-event.ts";
import { formatTimestamp } from "./timestamp.ts";
import type { ValidEvent } from "./validate.ts";

/**
 * Event ⇄ entry. An entry is two lines of UTF-8 JSON, each serialised once, by this file, with its fields in this order and
 * absent fields left out. The header says who by opaque id, what, when and to what, and commits to the body by its hash; the
 * body holds what can be erased later.
 */

/** Beyond this difference an entry says what the wall clock showed. */
const CLOCK_DIFFERENCE_MS_MAX = 1000;

/** Keeps a body from being guessed from its hash once it was erased. */

export interface Placement {
  readonly id: string;
  readonly organization: string;
  readonly source: StoredEvent["source"];
  readonly sequence: number;
  /** Milliseconds since the Unix epoch. */
  readonly recordedAt: number;
  /** The wall clock, in milliseconds since the Unix epoch; a log's time never decreases, a clock can. Default: `recordedAt`. */
  readonly clock?: number;
}

/** @throws DaybookError `event_too_large` */
export function encodeEntry(event: ValidEvent, place: Placement): { header: Uint8Array; body: Uint8Array } {
  const { header, body } = encodeFields(fieldsOf(event), place);
  return { header: Uint8Array.from(header), body: Uint8Array.from(body) };
}

/**
 * @returns both parts in memory that the next call uses again: memory of their own would take longer to get than to fill.
 * @throws DaybookError `event_too_large`
 */
export function encodeFields(event: EventFields, place: Placement): { header: Uint8Array; body: Uint8Array } {
  encoded.clear();
  writeBody(event, encoded);
  const bodyEnd = encoded.length;
  writeHeader(event, place, hash("sha256", encoded.bytes.subarray(0, bodyEnd), "hex"), encoded);
  limitEntry(encoded.length - bodyEnd, bodyEnd, event);
  const { bytes } = encoded;
  return { header: bytes.subarray(bodyEnd, encoded.length), body: bytes.subarray(0, bodyEnd) };
}

const encoded = new ByteWriter(ENTRY_BYTES_MAX);

const ascii = (text: string) => Buffer.from(text, "latin1");

/** A member of an object that an entry has where the event has it. */
interface Member {
  /** `"name":`. */
  readonly key: Buffer;
  readonly field: number;
  /** Of an object, which is left out where it would be empty. */
  readonly members?: readonly Member[];
}

function member(name: string, field: SentField): Member {
  return { key: ascii(`"${name}":`), field: sentField(field) };
}

function object(name: string, members: readonly Member[]): Member {
  return { key: ascii(`"${name}":`), field: -1, members };
}

/** What a header says after the outcome. */
const WHO_AND_WHAT: readonly Member[] = [
  object("actor", [
    member("type", "actor.type"),
    member("id", "actor.id"),
    member("role", "actor.role"),
    object("on_behalf_of", [
      member("type", "on_behalf_of.type"),
      member("id", "on_behalf_of.id"),
      member("role", "on_behalf_of.role"),
    ]),
  ]),
  object("resource", [member("type", "resource.type"), member("id", "resource.id")]),
  member("targets", "targets"),
];

const ERASABLE: readonly Member[] = [
  object("actor", [
    member("name", "actor.name"),
    member("email", "actor.email"),
    object("on_behalf_of", [member("name", "on_behalf_of.name"), member("email", "on_behalf_of.email")]),
  ]),
  object("resource", [member("name", "resource.name")]),
  member("target_names", "target_names"),
  member("description", "description"),
  object("context", [
    member("ip_text", "ip_text"),
    member("ip", "ip"),
    member("user_agent", "user_agent"),
    member("request_id", "request_id"),
    member("session_id", "session_id"),
    member("trace_id", "trace_id"),
  ]),
  member("changes", "changes"),
  member("metadata", "metadata"),
];

/** @param isFirst whether no comma comes before the first one. @returns whether the event has any of them. */
function writeMembers(event: EventFields, members: readonly Member[], to: ByteWriter, isFirst: boolean): boolean {
  let before = isFirst;
  for (const { key, field, members: inner } of members) {
    const from = to.length;
    if (inner === undefined && !event.has(field)) continue;
    if (!before) to.byte(COMMA);
    to.all(key);
    if (inner === undefined) event.write(field, to);
    else {
      to.byte(OPEN_BRACE);
      if (!writeMembers(event, inner, to, true)) {
        to.length = from;
        continue;
      }
      to.byte(CLOSE_BRACE);
    }
    before = false;
  }
  return !before;
}

const OUTCOME = sentField("outcome");
const ACTION = sentField("action");
const TIMESTAMP = sentField("timestamp");

function writeHeader(event: EventFields, place: Placement, bodyHash: string, to: ByteWriter): void {
  const recordedAt = formatTimestamp(place.recordedAt);
  const clockAt = clockOf(place);
  to.all(BEFORE_SEQUENCE);
  to.number(place.sequence);
  to.latin1(`,"recorded_at":"${recordedAt}"`);
  if (clockAt !== undefined) to.latin1(`,"clock_at":"${clockAt}"`);
  to.all(BEFORE_SOURCE);
  to.text(sourceJson(place.source));
  to.latin1(`,"id":"${place.id}","timestamp":`);
  if (event.has(TIMESTAMP)) event.write(TIMESTAMP, to);
  else to.latin1(`"${clockAt ?? recordedAt}"`);
  to.latin1(`,"tenant_id":"${place.organization}","action":`);
  event.write(ACTION, to);
  to.all(BEFORE_OUTCOME);
  if (event.has(OUTCOME)) event.write(OUTCOME, to);
  else to.latin1('"success"');
  writeMembers(event, WHO_AND_WHAT, to, false);
  to.latin1(`,"body_hash":"${bodyHash}"}`);
}

const BEFORE_SEQUENCE = ascii(`{"schema_version":${SCHEMA_VERSION},"sequence":`);
const BEFORE_SOURCE = ascii(',"source":');
const BEFORE_OUTCOME = ascii(',"outcome":');

function sourceJson(source: Placement["source"]): string {
  if (source !== written.source) written = { source, json: JSON.stringify(source) };
  return written.json;
}

/** The last one: all events of a request have the same. */
let written: { readonly source: Placement["source"] | undefined; readonly json: string } = {
  source: undefined,
  json: "",
};

/** What the wall clock showed, where that is worth a field. */
function clockOf({ recordedAt, clock = recordedAt }: Placement): string | undefined {
  return Math.abs(clock - recordedAt) > CLOCK_DIFFERENCE_MS_MAX ? formatTimestamp(clock) : undefined;
}

function writeBody(event: EventFields, to: ByteWriter): void {
  to.latin1(`{"nonce":"${nonce()}"`);
  writeMembers(event, ERASABLE, to, false);
  to.byte(CLOSE_BRACE);
}

/** Random bytes are drawn for many nonces at once: a call for each costs more than the rest of encoding. */
const nonces = Buffer.alloc(512 * NONCE_BYTES);
let nonceAt = nonces.length;

function nonce(): string {
  if (nonceAt === nonces.length) {
    randomFillSync(nonces);
    nonceAt = 0;
  }
  nonceAt += NONCE_BYTES;
  return nonces.toString("base64url", nonceAt - NONCE_BYTES, nonceAt);
}

/**
 * Puts the two parts together field by field: spreading parsed objects takes several times as long as parsing them.
 *
 * @param body undefined once it was erased: what it held is then absent.
 */
export function decodeEntry(header: Uint8Array, body: Uint8Array | undefined): StoredEvent {
  const event = decodeHeader(header);
  if (!body) return event;
  const { fixed, changes, metadata } = splitCallersJson(text(body));
  const rest: Body = JSON.parse(fixed);
  const { actor, resource, targets } = event;
  if (rest.actor?.name !== undefined) actor.name = rest.actor.name;
  if (rest.actor?.email !== undefined) actor.email = rest.actor.email;
  if (rest.actor?.on_behalf_of && actor.on_behalf_of) Object.assign(actor.on_behalf_of, rest.actor.on_behalf_of);
  if (rest.resource?.name !== undefined) resource.name = rest.resource.name;
  if (rest.target_names && targets) nameTargets(targets, rest.target_names);
  if (rest.description !== undefined) event.description = rest.description;
  if (rest.context !== undefined) event.context = rest.context;
  if (changes !== undefined) event.changes = changes;
  if (metadata !== undefined) event.metadata = metadata;
  return event;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** An event while it is put together: as parsed from a header, still without what the body holds. */
type Decoded = Mutable<Omit<StoredEvent, "actor" | "resource" | "targets">> & {
  actor: Mutable<StoredEvent["actor"]>;
  resource: Resource;
  targets?: Resource[];
};

/** A body as parsed, up to the caller's own JSON. */
interface Body extends Partial<Pick<StoredEvent, "description" | "context">> {
  actor?: { name?: string; email?: string; on_behalf_of?: { name?: string; email?: string } };
  resource?: { name?: string };
  target_names?: (string | null)[];
}

function decodeHeader(header: Uint8Array): Decoded {
  const head: Decoded = JSON.parse(text(header));
  const { schema_version, sequence, recorded_at, source, id, timestamp, tenant_id, action, outcome, actor, resource } =
    head;
  const event: Decoded = {
    schema_version,
    sequence,
    recorded_at,
    source,
    id,
    timestamp,
    tenant_id,
    action,
    outcome,
    actor,
    resource,
  };
  if (head.clock_at !== undefined) event.clock_at = head.clock_at;
  if (head.targets !== undefined) event.targets = head.targets;
  return event;
}

function nameTargets(targets: readonly Resource[], names: readonly (string | null)[]): void {
  for (const [at, target] of targets.entries()) {
    const name = names[at];
    if (typeof name === "string") target.name = name;
  }
}

/**
 * The event's id, read without parsing the rest. In a header the first object is `source`; what closes it is followed by the id,
 * whose alphabet needs no escapes, and inside a string that sequence of characters could not be (see above).
 */
export function decodeId(header: Uint8Array): string {
  let start = 0;
  while (start < header.length && !isAt(header, start, ID_KEY)) start++;
  start += ID_KEY.length;
  let end = start;
  while (end < header.length && header[end] !== QUOTE) end++;
  const head = Buffer.isBuffer(header) ? header : Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  return head.toString("latin1", start, end);
}

const ID_KEY = ascii('},"id":"');

/** The JSON text of an event as the API returns it. @param leafHash hex. */
export function eventJson(event: StoredEvent, leafHash: string): string {
  const { changes, metadata, source, actor, resource, targets, description, context } = event;
  const { on_behalf_of: principal } = actor;
  const fixed = JSON.stringify({
    id: event.id,
    timestamp: event.timestamp,
    tenant_id: event.tenant_id,
    sequence: event.sequence,
    recorded_at: event.recorded_at,
    clock_at: event.clock_at,
    action: event.action,
    outcome: event.outcome,
    actor: { ...person(actor), on_behalf_of: principal && person(principal) },
    resource,
    targets,
    description,
    context,
    source,
    schema_version: event.schema_version,
    leaf_hash: leafHash,
  });
  return withCallersJson(fixed, changes, metadata);
}

function person({ type, id, name, email, role }: OnBehalfOf | StoredEvent["actor"]): object {
  return { type, id, name, email, role };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
