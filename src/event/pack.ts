import { hash } from "node:crypto";
import type { EntryParts, EntryPlace, PackedEntry, PackedRange } from "../packing.ts";
import { copyRange } from "./byte-writer.ts";
import { LooseReader, LooseWriter } from "./loose-bytes.ts";
import { ID_FORMS, packId, UUID_CHARACTERS, unpackId } from "./packed-id.ts";
import { NONCE_BYTES, NONCE_END, packNonce, unpackNonce } from "./packed-nonce.ts";
import { readTime, TIME_CHARACTERS, writeTime } from "./packed-time.ts";

/**
 * An entry without what can be computed or is known where it is stored, and with what is random as bytes. The log stores sealed entries this
 * way, and knows nothing of why. Every entry comes back byte for byte, also one that this version did not write.
 *
 *   header   flags · bytes of `source` · source · bytes of id · id · all after `"action":"`, up to the hash of the body
 *   body     all after the nonce
 *   loose    nonce · time less `recorded_at` · id
 *
 * What is laid out otherwise is kept as it is, behind its flags.
 */
const FLAG = {
  /** The header was taken apart. */
  apart: 1,
  /** It lacks the hash of the body, and the closing brace. */
  completes: 2,
  /** The body lacks its nonce. */
  nonce: 4,
} as const;
/** The form of the id is in the bits from here on. */
const ID_FORM_FROM = 8;

/** What comes before the fields of a header, in their order. What closes the source, which is the first object, comes before the id. */
const BEFORE_SEQUENCE = Buffer.from('{"schema_version":2,"sequence":', "latin1");
const BEFORE_RECORDED_AT = Buffer.from(',"recorded_at":"', "latin1");
const CLOSING_QUOTE = Buffer.from('"', "latin1");
const BEFORE_ID = Buffer.from('},"id":"', "latin1");
const BEFORE_TIME = Buffer.from('","timestamp":"', "latin1");
const BEFORE_TENANT = Buffer.from('","tenant_id":"', "latin1");
const BEFORE_ACTION = Buffer.from('","action":"', "latin1");
const BEFORE_BODY_HASH = Buffer.from(',"body_hash":"', "latin1");
const HASH_DIGITS = 64;
const AFTER_BODY_HASH = Buffer.from('"}', "latin1");
const TAIL_BYTES = BEFORE_BODY_HASH.length + HASH_DIGITS + AFTER_BODY_HASH.length;
const QUOTE = 0x22;
const ZERO = 0x30;
/** A length is one byte: what is longer is not taken apart. */
const LENGTH_MAX = 0xff;
/** All that a header has around its sequence, its source, its id, the organization and what comes after the action. */
const FRAME_BYTES =
  BEFORE_SEQUENCE.length +
  BEFORE_RECORDED_AT.length +
  TIME_CHARACTERS +
  CLOSING_QUOTE.length +
  BEFORE_ID.length +
  BEFORE_TIME.length +
  TIME_CHARACTERS +
  BEFORE_TENANT.length +
  BEFORE_ACTION.length;

/** Digits of a sequence, at most. */
const SEQUENCE_DIGITS = 16;
/** What comes to a packed entry besides the organization when it is unpacked, at most. */
const UNPACKED_BYTES = FRAME_BYTES + SEQUENCE_DIGITS + UUID_CHARACTERS + TAIL_BYTES + NONCE_END;

const loose = new LooseWriter();

/**
 * @param trusting spares the hash: a header that ends with any hash of a body is taken to end with this one's. For who reads it back and
 * compares.
 */
export function pack(place: EntryPlace, { header, body }: EntryParts, trusting = false): PackedEntry {
  const start = header.length - TAIL_BYTES;
  let flags = 0;
  if (body !== undefined && endsWithHash(header, start) && (trusting || hashAt(header, start) === hashOf(body))) {
    flags += FLAG.completes;
  }
  loose.length = 0;
  if (body !== undefined && packNonce(body, loose)) flags += FLAG.nonce;
  const packed = packHeader(place, header, flags & FLAG.completes ? start : header.length, flags);
  return {
    header: packed,
    body: flags & FLAG.nonce ? body?.subarray(NONCE_END) : body,
    loose: loose.copy(),
  };
}

function packHeader(place: EntryPlace, header: Uint8Array, end: number, flags: number): Uint8Array {
  const source = headEnd(header, place);
  const sourceEnd = source < 0 ? -1 : find(header, BEFORE_ID, source);
  const id = sourceEnd + BEFORE_ID.length;
  const idEnd = sourceEnd < 0 ? -1 : find(header, CLOSING_QUOTE, id);
  const time = afterText(header, idEnd, BEFORE_TIME);
  const milliseconds = time < 0 ? Number.NaN : readTime(header, time);
  const tenant = Number.isNaN(milliseconds) ? -1 : afterText(header, time + TIME_CHARACTERS, BEFORE_TENANT);
  const rest = afterText(header, afterOrganization(header, tenant, place.organization), BEFORE_ACTION);
  if (rest < 0 || rest > end || sourceEnd - source > LENGTH_MAX || idEnd - id > LENGTH_MAX) {
    return behindFlags(flags, header, end);
  }
  loose.number(milliseconds - place.recordedAt);
  const form = packId(header, id, idEnd, place.recordedAt, loose);
  const keptId = form === ID_FORMS.text ? idEnd - id : 0;
  const packed = Buffer.allocUnsafe(3 + (sourceEnd - source) + keptId + (end - rest));
  packed[0] = flags + FLAG.apart + form * ID_FORM_FROM;
  packed[1] = sourceEnd - source;
  let at = copyRange(header, source, sourceEnd, packed, 2);
  packed[at] = keptId;
  at = copyRange(header, id, id + keptId, packed, at + 1);
  copyRange(header, rest, end, packed, at);
  return packed;
}

function behindFlags(flags: number, header: Uint8Array, end: number): Uint8Array {
  const whole = Buffer.allocUnsafe(1 + end);
  whole[0] = flags;
  copyRange(header, 0, end, whole, 1);
  return whole;
}

/** No fewer bytes than header and body take. */
export function unpackedMax({ organization }: EntryPlace, { headerAt, end }: PackedRange): number {
  return UNPACKED_BYTES + organization.length + end - headerAt;
}

/** Writes the body, byte for byte. @returns where it ends. */
export function unpackBody(packed: PackedRange, to: Buffer, at: number): number {
  const { content, bodyAt, end, loose: bytes, looseAt, looseEnd } = packed;
  const hasNonce = (flagsOf(packed) & FLAG.nonce) !== 0;
  const rest = hasNonce ? unpackNonce(new LooseReader(bytes, looseAt, looseEnd), to, at) : at;
  return copyRange(content, bodyAt, end, to, rest);
}

/**
 * Writes the header, byte for byte.
 * @param body as `unpackBody` writes it. An erased body can be left out only where it was packed without one.
 * @returns where the header ends. @throws Error when the header was packed with a body and there is none.
 */
export function unpackHeader(
  place: EntryPlace,
  packed: PackedRange,
  body: Uint8Array | undefined,
  to: Buffer,
  at: number,
): number {
  const end = unpackStart(place, packed, to, at);
  if (!completes(packed)) return end;
  if (body === undefined) throw withoutBody();
  const hashEnd = writeText(BEFORE_BODY_HASH, to, end) + HASH_DIGITS;
  to.write(hashOf(body), hashEnd - HASH_DIGITS, "latin1");
  return writeText(AFTER_BODY_HASH, to, hashEnd);
}

/** Whether the hash at the header's end is computed from the body. */
export function completes(packed: PackedRange): boolean {
  return (flagsOf(packed) & FLAG.completes) !== 0;
}

/** Writes the header, or all of it but the hash and the closing brace. @throws where `unpackHeader` does. */
export function headerStart(place: EntryPlace, packed: PackedRange, to: Buffer, at: number): number {
  if (packed.erased && completes(packed)) throw withoutBody();
  return unpackStart(place, packed, to, at);
}

function unpackStart(
  { organization, sequence, recordedAt }: EntryPlace,
  packed: PackedRange,
  to: Buffer,
  start: number,
): number {
  const { content, headerAt, bodyAt, loose: bytes, looseAt, looseEnd } = packed;
  const flags = flagsOf(packed);
  if (!(flags & FLAG.apart)) return copyRange(content, headerAt + 1, bodyAt, to, start);
  const idAt = headerAt + 2 + byteAt(content, headerAt + 1, bodyAt);
  const restAt = idAt + 1 + byteAt(content, idAt, bodyAt);
  const form = Math.floor(flags / ID_FORM_FROM);
  const from = new LooseReader(bytes, looseAt + (flags & FLAG.nonce ? NONCE_BYTES : 0), looseEnd);
  let at = writeText(BEFORE_SEQUENCE, to, start);
  at = writeAscii(String(sequence), to, at);
  at = writeText(BEFORE_RECORDED_AT, to, at);
  at = writeText(CLOSING_QUOTE, to, writeTime(recordedAt, to, at));
  at = copyRange(content, headerAt + 2, Math.min(idAt, bodyAt), to, at);
  at = writeText(BEFORE_ID, to, at);
  const time = recordedAt + from.number();
  at =
    form === ID_FORMS.text
      ? copyRange(content, idAt + 1, Math.min(restAt, bodyAt), to, at)
      : unpackId(form, recordedAt, from, to, at);
  at = writeText(BEFORE_TIME, to, at);
  at = writeText(BEFORE_TENANT, to, writeTime(time, to, at));
  at = writeText(BEFORE_ACTION, to, writeAscii(organization, to, at));
  return copyRange(content, restAt, bodyAt, to, at);
}

/** What is beyond the end reads as nothing: it was not packed like this then, and becomes some other header. */
function byteAt(bytes: Uint8Array, at: number, end: number): number {
  return at < end ? (bytes[at] as number) : 0;
}

/** Where the header goes on after what its place tells; -1 where it begins otherwise. */
function headEnd(header: Uint8Array, { sequence, recordedAt }: EntryPlace): number {
  let at = afterText(header, 0, BEFORE_SEQUENCE);
  if (at < 0) return -1;
  const first = at;
  let value = 0;
  for (let digit = digitAt(header, at); digit >= 0 && digit <= 9; digit = digitAt(header, ++at))
    value = value * 10 + digit;
  if (value !== sequence || at === first || (at > first + 1 && header[first] === ZERO)) return -1;
  at = afterText(header, at, BEFORE_RECORDED_AT);
  if (at < 0 || readTime(header, at) !== recordedAt) return -1;
  return afterText(header, at + TIME_CHARACTERS, CLOSING_QUOTE);
}

function digitAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? QUOTE) - ZERO;
}

/** Where the bytes go on after a text that is at `at`; -1 where it is not, or `at` is -1. */
function afterText(bytes: Uint8Array, at: number, text: Uint8Array): number {
  if (at < 0) return -1;
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return -1;
  return at + text.length;
}

function afterOrganization(bytes: Uint8Array, at: number, organization: string): number {
  if (at < 0) return -1;
  for (let index = 0; index < organization.length; index++) {
    if (bytes[at + index] !== organization.charCodeAt(index)) return -1;
  }
  return at + organization.length;
}

function find(bytes: Uint8Array, text: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] === text[0] && afterText(bytes, at, text) >= 0) return at;
  }
  return -1;
}

function writeText(text: Uint8Array, to: Uint8Array, at: number): number {
  for (let index = 0; index < text.length; index++) to[at + index] = text[index] as number;
  return at + text.length;
}

function writeAscii(text: string, to: Uint8Array, at: number): number {
  for (let index = 0; index < text.length; index++) to[at + index] = text.charCodeAt(index);
  return at + text.length;
}

function flagsOf({ content, headerAt, bodyAt }: PackedRange): number {
  return headerAt < bodyAt ? (content[headerAt] as number) : 0;
}

/** Whether a header has the form of one that ends with a hash from `start` on. */
function endsWithHash(header: Uint8Array, start: number): boolean {
  const hash = afterText(header, start, BEFORE_BODY_HASH);
  return hash >= 0 && afterText(header, hash + HASH_DIGITS, AFTER_BODY_HASH) === header.length;
}

function hashAt(header: Uint8Array, start: number): string {
  const { buffer, byteOffset, length } = header;
  const from = start + BEFORE_BODY_HASH.length;
  return Buffer.from(buffer, byteOffset, length).toString("latin1", from, from + HASH_DIGITS);
}

function hashOf(body: Uint8Array): string {
  return hash("sha256", body, "hex");
}

function withoutBody(): Error {
  return new Error("A header that was packed with its body cannot be read without it.");
}
