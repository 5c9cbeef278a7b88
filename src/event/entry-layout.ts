import { SCHEMA_VERSION } from "@daybook/sdk";
import type { ByteWriter } from "./byte-writer.ts";
import { nestedEnd } from "./json-bytes.ts";
import { BACKSLASH, CLOSE_BRACE, COMMA, NINE, OPEN_BRACE, OPEN_BRACKET, QUOTE, ZERO } from "./json-characters.ts";
import { namedTargets } from "./named-targets.ts";

/**
 * Where an entry's fields are, as the JSON texts they were stored as. Most of what a reader gets is those very bytes in another order, and
 * copying them is many times as fast as parsing and serialising.
 */

/** Fields of a header, in the order that the codec writes them; an object comes before its members. */
const HEADER = [
  "schema_version",
  "sequence",
  "recorded_at",
  "clock_at",
  "source",
  "source.type",
  "source.id",
  "id",
  "timestamp",
  "tenant_id",
  "action",
  "outcome",
  "actor",
  "actor.type",
  "actor.id",
  "actor.role",
  "actor.on_behalf_of",
  "actor.on_behalf_of.type",
  "actor.on_behalf_of.id",
  "actor.on_behalf_of.role",
  "resource",
  "resource.type",
  "resource.id",
  "targets",
  "body_hash",
] as const;

/** Fields of a body, in the same way. `names` are those of a header's objects. */
const BODY = [
  "nonce",
  "names.actor",
  "actor.name",
  "actor.email",
  "names.actor.on_behalf_of",
  "actor.on_behalf_of.name",
  "actor.on_behalf_of.email",
  "names.resource",
  "resource.name",
  "target_names",
  "description",
  "context",
  "context.ip",
  "context.ip_text",
  "context.user_agent",
  "context.request_id",
  "context.session_id",
  "context.trace_id",
  "changes",
  "metadata",
] as const;

export type Field = (typeof HEADER)[number] | (typeof BODY)[number];

const FIELDS: readonly Field[] = [...HEADER, ...BODY];

/** A field's number in `EntryLayout`. */
export function fieldNumber(field: Field): number {
  return FIELDS.indexOf(field);
}

/** From here on fields are the body's. */
const BODY_FROM = HEADER.length;

const REQUIRED: readonly number[] = (
  [
    "schema_version",
    "sequence",
    "recorded_at",
    "source.type",
    "id",
    "timestamp",
    "tenant_id",
    "action",
    "outcome",
    "actor.type",
    "resource.type",
  ] as const
).map(fieldNumber);

interface Member {
  /** `name":`, without the quotation mark before it. */
  readonly key: Uint8Array;
  readonly number: number;
  readonly members: readonly Member[];
}

const HEADER_MEMBERS = membersOf(HEADER, "");
const BODY_MEMBERS = membersOf(BODY, "");

function membersOf(fields: readonly Field[], object: string): Member[] {
  const path = (field: Field) => field.replace(/^names\./, "");
  const own = fields.filter(
    (field) => path(field).startsWith(object) && !path(field).slice(object.length).includes("."),
  );
  return own.map((field) => ({
    key: Buffer.from(`${path(field).slice(object.length)}":`, "latin1"),
    number: fieldNumber(field),
    members: membersOf(fields, `${path(field)}.`),
  }));
}

const LITERAL = Buffer.from(String(SCHEMA_VERSION), "latin1");
const VERSION = fieldNumber("schema_version");
const SEQUENCE = fieldNumber("sequence");
const BODY_HASH = fieldNumber("body_hash");
const TARGETS = fieldNumber("targets");
const TARGET_NAMES = fieldNumber("target_names");
const PRINCIPAL = fieldNumber("actor.on_behalf_of");
const PRINCIPAL_NAMES = fieldNumber("names.actor.on_behalf_of");

/** Finds the fields of one entry after the other, each time in the same memory. */
export class EntryLayout {
  header: Uint8Array = new Uint8Array();
  body: Uint8Array = new Uint8Array();
  /** Of each field, by number: where its JSON text begins; -1 where the entry does not have it. */
  readonly starts = new Int32Array(FIELDS.length);
  /** Where it ends. */
  readonly ends = new Int32Array(FIELDS.length);
  /** 1 for a string that has a backslash in it. */
  readonly escaped = new Uint8Array(FIELDS.length);

  /** Targets with their names, where they have any. */
  private targets: Uint8Array | undefined;

  /** The bytes that a field is in. */
  bytesOf(field: number): Uint8Array {
    if (field === TARGETS && this.targets !== undefined) return this.targets;
    return field < BODY_FROM ? this.header : this.body;
  }

  /**
   * @param body undefined once it was erased.
   * @returns whether the entry is laid out as this version writes them; others are to be decoded.
   */
  find(header: Uint8Array, body: Uint8Array | undefined): boolean {
    return this.findStart(header, body) && this.has(BODY_HASH);
  }

  /** The same for a header or its beginning, up to the hash of the body. */
  findStart(header: Uint8Array, body: Uint8Array | undefined): boolean {
    this.starts.fill(-1);
    this.header = header;
    this.body = body ?? NOTHING;
    this.targets = undefined;
    if (!this.isStart(header)) return false;
    if (body === undefined) return true;
    if (this.object(body, 0, BODY_MEMBERS) !== body.length) return false;
    if ((this.starts[PRINCIPAL_NAMES] as number) >= 0 && (this.starts[PRINCIPAL] as number) < 0) return false;
    if ((this.starts[TARGET_NAMES] as number) >= 0) this.nameTargets();
    return true;
  }

  has(field: number): boolean {
    return (this.starts[field] as number) >= 0;
  }

  /** Whether it is an empty text, or absent. */
  isEmpty(field: number): boolean {
    return !this.has(field) || (this.ends[field] as number) - (this.starts[field] as number) === '""'.length;
  }

  /** Writes a field's JSON text. @returns whether the entry has it. */
  write(field: number, to: ByteWriter): boolean {
    const start = this.starts[field] as number;
    if (start < 0) return false;
    to.range(this.bytesOf(field), start, this.ends[field] as number);
    return true;
  }

  /** A field's JSON text, one character for each of its bytes; undefined where the entry does not have it. */
  byteText(field: number): string | undefined {
    return this.has(field) ? this.bufferOf(field).toString("latin1", this.starts[field], this.ends[field]) : undefined;
  }

  /** The value of a field; undefined where the entry does not have it. */
  value<T>(field: number): T | undefined {
    if (!this.has(field)) return undefined;
    return JSON.parse(this.bufferOf(field).toString("utf8", this.starts[field], this.ends[field])) as T;
  }

  /** No fewer than all fields take. */
  get bytes(): number {
    return this.header.length + this.body.length + (this.targets?.length ?? 0);
  }

  private nameTargets(): void {
    const { header, body, starts, ends } = this;
    if ((starts[TARGETS] as number) < 0) return;
    const names = body.subarray(starts[TARGET_NAMES], ends[TARGET_NAMES]);
    this.targets = namedTargets(header.subarray(starts[TARGETS], ends[TARGETS]), names);
    starts[TARGETS] = 0;
    ends[TARGETS] = this.targets.length;
  }

  private bufferOf(field: number): Buffer {
    const { buffer, byteOffset, length } = this.bytesOf(field);
    return Buffer.from(buffer, byteOffset, length);
  }

  private isStart(header: Uint8Array): boolean {
    const end = this.membersEnd(header, 0, HEADER_MEMBERS);
    const isWhole = end === header.length - 1 && header[end] === CLOSE_BRACE;
    if (!isWhole && (end !== header.length || this.has(BODY_HASH))) return false;
    for (const field of REQUIRED) if (!this.has(field)) return false;
    const { starts, ends } = this;
    return (
      isVersion(header, starts[VERSION] as number, ends[VERSION] as number) &&
      isDigit(header[starts[SEQUENCE] as number])
    );
  }

  /** @returns the index after the object that begins at `at`, or -1 where it is laid out otherwise. */
  private object(bytes: Uint8Array, at: number, members: readonly Member[]): number {
    const end = this.membersEnd(bytes, at, members);
    return end >= 0 && bytes[end] === CLOSE_BRACE ? end + 1 : -1;
  }

  /** @returns the index after the members of the object that begins at `at`, or -1 where they are laid out otherwise. */
  private membersEnd(bytes: Uint8Array, at: number, members: readonly Member[]): number {
    if (bytes[at] !== OPEN_BRACE) return -1;
    let next = at + 1;
    let isFirst = true;
    for (const member of members) {
      const quote = isFirst ? next : next + 1;
      if (bytes[quote] !== QUOTE || !startsWith(bytes, quote + 1, member.key)) continue;
      if (!isFirst && bytes[next] !== COMMA) return -1;
      isFirst = false;
      const start = quote + 1 + member.key.length;
      next = this.valueEnd(bytes, start, member);
      if (next < 0) return -1;
      this.starts[member.number] = start;
      this.ends[member.number] = next;
    }
    return next;
  }

  private valueEnd(bytes: Uint8Array, at: number, member: Member): number {
    if (member.members.length > 0) return this.object(bytes, at, member.members);
    const first = bytes[at];
    if (first === QUOTE) return this.stringEnd(bytes, at, member.number);
    if (first === OPEN_BRACE || first === OPEN_BRACKET) return nestedEnd(bytes, at);
    let end = at;
    while (end < bytes.length && bytes[end] !== COMMA && bytes[end] !== CLOSE_BRACE) end++;
    return end;
  }

  private stringEnd(bytes: Uint8Array, at: number, field: number): number {
    let escaped = 0;
    for (let index = at + 1; index < bytes.length; index++) {
      const byte = bytes[index];
      if (byte === QUOTE) {
        this.escaped[field] = escaped;
        return index + 1;
      }
      if (byte === BACKSLASH) {
        escaped = 1;
        index++;
      }
    }
    return -1;
  }
}

const NOTHING = new Uint8Array();

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function startsWith(bytes: Uint8Array, at: number, key: Uint8Array): boolean {
  if (at + key.length > bytes.length) return false;
  for (let index = 0; index < key.length; index++) if (bytes[at + index] !== key[index]) return false;
  return true;
}

function isVersion(header: Uint8Array, start: number, end: number): boolean {
  return end - start === LITERAL.length && startsWith(header, start, LITERAL);
}
