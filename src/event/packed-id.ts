import type { LooseReader, LooseWriter } from "./loose-bytes.ts";

/**
 * The id of an entry in fewer bytes, where it is a UUID in lower case. Of a version 7, as this server and the SDK make them, the time is nearly
 * that of the entry.
 */

export const ID_FORMS = { text: 0, uuid: 1, timedUuid: 2 } as const;

/** Characters of a UUID, and bytes that they say. */
export const UUID_CHARACTERS = 36;
const UUID_BYTES = 16;
/** Characters that are a hyphen. */
const HYPHENS = [8, 13, 18, 23];
const HYPHEN = 0x2d;
/** Where the first digit of each byte is. */
const BYTE_AT = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const TIMED_VERSION = 7;
const VERSION_BYTE = 6;
const TIME_BYTES = 6;
const TIME_MS_MAX = 2 ** (8 * TIME_BYTES) - 1;

const DIGITS = Buffer.from("0123456789abcdef", "latin1");
const NO_DIGIT = 0xff;
const VALUES = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, digit] of DIGITS.entries()) VALUES[digit] = value;

const bytes = new Uint8Array(UUID_BYTES);

/** @returns the form in which it was written; `text` where it was not. */
export function packId(from: Uint8Array, start: number, end: number, recordedAt: number, to: LooseWriter): number {
  if (end - start !== UUID_CHARACTERS || !readUuid(from, start)) return ID_FORMS.text;
  const isTimed = (bytes[VERSION_BYTE] as number) >> 4 === TIMED_VERSION;
  if (isTimed) {
    let time = 0;
    for (let index = 0; index < TIME_BYTES; index++) time = time * 0x100 + (bytes[index] as number);
    to.number(recordedAt - time);
  }
  for (let index = isTimed ? TIME_BYTES : 0; index < UUID_BYTES; index++) to.byte(bytes[index] as number);
  return isTimed ? ID_FORMS.timedUuid : ID_FORMS.uuid;
}

/** Into `bytes`. @returns whether it is one. */
function readUuid(from: Uint8Array, start: number): boolean {
  for (const hyphen of HYPHENS) if (from[start + hyphen] !== HYPHEN) return false;
  for (let index = 0; index < UUID_BYTES; index++) {
    const at = start + (BYTE_AT[index] as number);
    const high = VALUES[from[at] as number] as number;
    const low = VALUES[from[at + 1] as number] as number;
    if (high === NO_DIGIT || low === NO_DIGIT) return false;
    bytes[index] = high * 0x10 + low;
  }
  return true;
}

/** Writes a UUID. @param form other than `text`. @returns where the next byte goes. */
export function unpackId(form: number, recordedAt: number, from: LooseReader, to: Uint8Array, at: number): number {
  let first = 0;
  if (form !== ID_FORMS.uuid) {
    let time = Math.min(Math.max(0, recordedAt - from.number()), TIME_MS_MAX);
    for (first = TIME_BYTES; first > 0; time = Math.floor(time / 0x100)) bytes[--first] = time % 0x100;
    first = TIME_BYTES;
  }
  for (let index = first; index < UUID_BYTES; index++) bytes[index] = from.byte();
  for (const hyphen of HYPHENS) to[at + hyphen] = HYPHEN;
  for (let index = 0; index < UUID_BYTES; index++) {
    const byte = bytes[index] as number;
    const digit = at + (BYTE_AT[index] as number);
    to[digit] = DIGITS[byte >> 4] as number;
    to[digit + 1] = DIGITS[byte & 0xf] as number;
  }
  return at + UUID_CHARACTERS;
}
