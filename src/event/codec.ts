import { hash, randomFillSync } from "node:crypto";
import { type OnBehalfOf, type Resource, SCHEMA_VERSION } from "@daybook/sdk";
import { splitCallersJson, withCallersJson } from "./callers-json.ts";
import { ENTRY_BYTES_MAX, limitEntry } from "./entry-limits.ts";
import { type ContextText, type EventText, type PersonText, textOf } from "./event-text.ts";
import { QUOTE } from "./json-characters.ts";
import type { StoredEvent } from "./stored.ts";
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
const NONCE_BYTES = 16;

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
  const { header, body } = encodeEventText(textOf(event), place);
  return { header: Uint8Array.from(header), body: Uint8Array.from(body) };
}

/**
 * @returns both parts in memory that the next call uses again: memory of their own would take longer to get than to fill.
 * @throws DaybookError `event_too_large`
 */
export function encodeEventText(event: EventText, place: Placement): { header: Uint8Array; body: Uint8Array } {
  const bodyText = bodyOf(event);
  if (bodyText.length > ENTRY_BYTES_MAX) {
    limitEntry(headerOf(event, place, "0".repeat(64)).length, bodyText.length, event);
  }
  const bodyEnd = encoded.write(bodyText, 0, "latin1");
  const body = encoded.subarray(0, bodyEnd);
  const headerText = headerOf(event, place, hash("sha256", body, "hex"));
  limitEntry(headerText.length, bodyEnd, event);
  const header = encoded.subarray(bodyEnd, bodyEnd + encoded.write(headerText, bodyEnd, "latin1"));
  return { header, body };
}

/** Holds every entry that is within the limit: its texts are bytes of UTF-8, one a character. */
const encoded = Buffer.allocUnsafeSlow(ENTRY_BYTES_MAX);

function headerOf(event: EventText, place: Placement, bodyHash: string): string {
  const { actor, resource } = event;
  const { principal } = actor;
  const recordedAt = formatTimestamp(place.recordedAt);
  const clockAt = clockOf(place);
  const acting = principal.type && `,"on_behalf_of":{"type":${principal.type}${permanent(principal)}}`;
  return (
    `{"schema_version":${SCHEMA_VERSION},"sequence":${place.sequence},"recorded_at":"${recordedAt}"` +
    (clockAt === undefined ? "" : `,"clock_at":"${clockAt}"`) +
    `,"source":${JSON.stringify(place.source)},"id":"${place.id}"` +
    `,"timestamp":${event.timestamp || `"${clockAt ?? recordedAt}"`},"tenant_id":"${place.organization}"` +
    `,"action":${event.action},"outcome":${event.outcome || '"success"'}` +
    `,"actor":{"type":${actor.type}${permanent(actor)}${acting}}` +
    `,"resource":{"type":${resource.type}${member("id", resource.id)}}` +
    `${member("targets", event.targets)},"body_hash":"${bodyHash}"}`
  );
}

/** What the header keeps of somebody besides the type. */
function permanent({ id, role }: PersonText): string {
  return member("id", id) + member("role", role);
}

/** What the wall clock showed, where that is worth a field. */
function clockOf({ recordedAt, clock = recordedAt }: Placement): string | undefined {
  return Math.abs(clock - recordedAt) > CLOCK_DIFFERENCE_MS_MAX ? formatTimestamp(clock) : undefined;
}

function bodyOf(event: EventText): string {
  const { actor, resource, context } = event;
  return (
    `{"nonce":"${nonce()}"` +
    object("actor", erasable(actor) + object("on_behalf_of", erasable(actor.principal))) +
    object("resource", member("name", resource.name)) +
    member("target_names", event.targetNames) +
    member("description", event.description) +
    object("context", contextMembers(context)) +
    `${member("changes", event.changes)}${member("metadata", event.metadata)}}`
  );
}

function contextMembers({ ip, ipText, userAgent, requestId, sessionId, traceId }: ContextText): string {
  return (
    member("ip_text", ipText) +
    member("ip", ip) +
    member("user_agent", userAgent) +
    member("request_id", requestId) +
    member("session_id", sessionId) +
    member("trace_id", traceId)
  );
}

function erasable({ name, email }: PersonText): string {
  return member("name", name) + member("email", email);
}

function member(name: string, text: string): string {
  return text === "" ? "" : `,"${name}":${text}`;
}

/** An object of members that each begin with a comma; without a single one it says nothing and is left out. */
function object(name: string, members: string): string {
  return members === "" ? "" : `,"${name}":{${members.slice(1)}}`;
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
  const head = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  const start = head.indexOf(ID_KEY, 0, "latin1") + ID_KEY.length;
  return head.toString("latin1", start, head.indexOf(QUOTE, start));
}

const ID_KEY = '},"id":"';

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
