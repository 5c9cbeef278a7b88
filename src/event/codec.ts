import { hash, randomFillSync } from "node:crypto";
import { SCHEMA_VERSION } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import { valueEnd } from "./json.ts";
import type { StoredEvent } from "./stored.ts";
import { formatTimestamp } from "./timestamp.ts";
import type { ValidEvent } from "./validate.ts";

/**
 * Event ⇄ entry. An entry is two lines of UTF-8 JSON, each serialised once, by this file, with its fields in this order and
 * absent fields left out. The header says who by opaque id, what, when and to what, and commits to the body by its hash; the
 * body holds what may have to be erased one day. Whatever reads entries must go on reading every version ever written.
 */

/** Header and body together, in bytes. */
export const ENTRY_BYTES_MAX = 256 * 1024;
/** What the leaves of the tree are served in has 16 bits for a header's length (C2SP tlog-tiles, entry bundles). */
const HEADER_BYTES_MAX = 65_535;

/** Keeps a body from being guessed from its hash once it was erased. */
const NONCE_BYTES = 16;

export interface Placement {
  readonly id: string;
  readonly organization: string;
  readonly source: StoredEvent["source"];
  readonly sequence: number;
  /** Milliseconds since the Unix epoch. */
  readonly recordedAt: number;
}

/** @throws DaybookError `event_too_large` */
export function encodeEntry(event: ValidEvent, place: Placement): { header: Uint8Array; body: Uint8Array } {
  const body = Buffer.from(bodyText(event), "utf8");
  const recordedAt = formatTimestamp(place.recordedAt);
  const { actor, resource } = event;
  const header = Buffer.from(
    JSON.stringify({
      schema_version: SCHEMA_VERSION,
      sequence: place.sequence,
      recorded_at: recordedAt,
      source: place.source,
      id: place.id,
      timestamp: event.timestamp ?? recordedAt,
      tenant_id: place.organization,
      action: event.action,
      outcome: event.outcome ?? "success",
      actor: { type: actor.type, id: actor.id, role: actor.role },
      resource: { type: resource.type, id: resource.id },
      body_hash: hash("sha256", body, "hex"),
    }),
    "utf8",
  );
  if (header.length > HEADER_BYTES_MAX) throw headerTooLarge(header.length, event);
  const bytes = header.length + body.length;
  if (bytes > ENTRY_BYTES_MAX) {
    throw new DaybookError("event_too_large", `The event takes ${bytes} bytes; the limit is ${ENTRY_BYTES_MAX}.`);
  }
  return { header, body };
}

/** Names the longest of the fields that callers choose and the header holds. */
function headerTooLarge(bytes: number, { actor, resource }: ValidEvent): DaybookError {
  const fields: [pointer: string, text: string][] = [
    ["/actor/id", actor.id ?? ""],
    ["/actor/role", actor.role ?? ""],
    ["/resource/type", resource.type],
    ["/resource/id", resource.id ?? ""],
  ];
  const [longest] = fields.sort(([, a], [, b]) => b.length - a.length);
  return new DaybookError(
    "event_too_large",
    `Who, what and to what take ${bytes} bytes as an entry's header; the limit is ${HEADER_BYTES_MAX}.`,
    { errors: [{ pointer: longest?.[0] ?? "", message: "is too long" }] },
  );
}

function bodyText({ actor, resource, targets, description, context, changes, metadata }: ValidEvent): string {
  const fixed = JSON.stringify({
    nonce: nonce(),
    actor: filled({ name: actor.name, email: actor.email }),
    resource: filled({ name: resource.name }),
    targets,
    description,
    context: context && filled(context),
  });
  return withCallersJson(fixed, changes, metadata);
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
 * Inside a JSON string every quote is escaped, so these can stand only where a key does; and in a body no key of the caller's own
 * comes before the first of them.
 */
const CHANGES_KEY = ',"changes":';
const METADATA_KEY = ',"metadata":';

/**
 * Puts the two parts together field by field: spreading parsed objects takes several times as long as parsing them.
 *
 * @param body undefined once it was erased: what it held is then absent.
 */
export function decodeEntry(header: Uint8Array, body: Uint8Array | undefined): StoredEvent {
  const head: Header = JSON.parse(text(header));
  const { schema_version, sequence, recorded_at, source, id, timestamp, tenant_id, action, outcome, actor, resource } =
    head;
  const event: Mutable<StoredEvent> = {
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
  if (!body) return event;
  const { fixed, changes, metadata } = splitBody(text(body));
  const rest: Body = JSON.parse(fixed);
  if (rest.actor?.name !== undefined) actor.name = rest.actor.name;
  if (rest.actor?.email !== undefined) actor.email = rest.actor.email;
  if (rest.resource?.name !== undefined) resource.name = rest.resource.name;
  if (rest.targets !== undefined) event.targets = rest.targets;
  if (rest.description !== undefined) event.description = rest.description;
  if (rest.context !== undefined) event.context = rest.context;
  if (changes !== undefined) event.changes = changes;
  if (metadata !== undefined) event.metadata = metadata;
  return event;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A header as parsed: the event's part of it, still without what the body holds. */
type Header = Omit<StoredEvent, "actor" | "resource"> & {
  actor: Mutable<StoredEvent["actor"]>;
  resource: StoredEvent["resource"];
};

/** A body as parsed, up to the caller's own JSON. */
type Body = Partial<Pick<StoredEvent, "actor" | "resource" | "targets" | "description" | "context">>;

/**
 * The event's id, read without parsing the rest. In a header the first object is `source`; what closes it is followed by the id,
 * whose alphabet needs no escapes, and inside a string that sequence of characters could not stand (see above).
 */
export function decodeId(header: Uint8Array): string {
  const head = text(header);
  const start = head.indexOf(ID_KEY) + ID_KEY.length;
  return head.slice(start, head.indexOf('"', start));
}

const ID_KEY = '},"id":"';

/** The JSON text of an event as the API returns it. @param leafHash hex. */
export function eventJson(event: StoredEvent, leafHash: string): string {
  const { changes, metadata, source, actor, resource, targets, description, context } = event;
  const fixed = JSON.stringify({
    id: event.id,
    tenant_id: event.tenant_id,
    sequence: event.sequence,
    timestamp: event.timestamp,
    recorded_at: event.recorded_at,
    action: event.action,
    outcome: event.outcome,
    actor: { type: actor.type, id: actor.id, name: actor.name, email: actor.email, role: actor.role },
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

/** An object's JSON text with the caller's own JSON set in as its last members, to the letter. */
function withCallersJson(object: string, changes: string | undefined, metadata: string | undefined): string {
  if (changes === undefined && metadata === undefined) return object;
  const members =
    (changes === undefined ? "" : CHANGES_KEY + changes) + (metadata === undefined ? "" : METADATA_KEY + metadata);
  return `${object.slice(0, -1)}${members}}`;
}

function splitBody(body: string): { fixed: string; changes?: string; metadata?: string } {
  const firstMetadata = body.indexOf(METADATA_KEY);
  const firstChanges = body.indexOf(CHANGES_KEY);
  // What stands first is the body's own; changes come before metadata, so the other way round they are a caller's key inside it.
  const hasChanges = firstChanges >= 0 && (firstMetadata < 0 || firstChanges < firstMetadata);
  const changesEnd = hasChanges ? valueEnd(body, firstChanges + CHANGES_KEY.length) : firstMetadata;
  const hasMetadata = changesEnd >= 0 && body.startsWith(METADATA_KEY, changesEnd);
  const fixedEnd = hasChanges ? firstChanges : changesEnd;
  return {
    fixed: fixedEnd < 0 ? body : `${body.slice(0, fixedEnd)}}`,
    ...(hasChanges ? { changes: body.slice(firstChanges + CHANGES_KEY.length, changesEnd) } : undefined),
    ...(hasMetadata ? { metadata: body.slice(changesEnd + METADATA_KEY.length, -1) } : undefined),
  };
}

/** An object without a single field says nothing and is left out. */
function filled<T extends object>(object: T): T | undefined {
  for (const key in object) if (object[key] !== undefined) return object;
  return undefined;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
