import type { LooseReader, LooseWriter } from "./loose-bytes.ts";

/** The nonce at the beginning of a body: its 16 bytes instead of 22 characters of base64url, and none of the characters around it. */

const BEFORE = Buffer.from('{"nonce":"', "latin1");
const QUOTE = 0x22;
export const NONCE_BYTES = 16;
const CHARACTERS = 22;
/** How much of a body holds its nonce, with the quotation mark after it. */
export const NONCE_END = BEFORE.length + CHARACTERS + 1;

const ALPHABET = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", "latin1");
const NONE = 0xff;
const VALUES = new Uint8Array(256).fill(NONE);
for (const [value, character] of ALPHABET.entries()) VALUES[character] = value;

/** @returns whether there was one, that is: whether `unpackNonce` writes the same. */
export function packNonce(body: Uint8Array, to: LooseWriter): boolean {
  if (body[NONCE_END - 1] !== QUOTE) return false;
  for (let index = 0; index < BEFORE.length; index++) if (body[index] !== BEFORE[index]) return false;
  const start = to.length;
  let bits = 0;
  let count = 0;
  for (let index = BEFORE.length; index < NONCE_END - 1; index++) {
    const value = VALUES[body[index] as number] as number;
    if (value === NONE) break;
    bits = ((bits << 6) | value) & 0xfff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    to.byte((bits >> count) & 0xff);
  }
  // Of the last character four bits are not used.
  if (to.length - start === NONCE_BYTES && (bits & 0xf) === 0) return true;
  to.length = start;
  return false;
}

/** Writes the beginning of a body, `NONCE_END` bytes. @returns where the next byte goes. */
export function unpackNonce(from: LooseReader, to: Uint8Array, at: number): number {
  for (let index = 0; index < BEFORE.length; index++) to[at + index] = BEFORE[index] as number;
  const last = at + NONCE_END - 2;
  let bits = 0;
  let count = 0;
  for (let index = at + BEFORE.length; index <= last; index++) {
    if (count < 6) {
      bits = ((bits << 8) | (index === last ? 0 : from.byte())) & 0xffff;
      count += 8;
    }
    count -= 6;
    to[index] = ALPHABET[(bits >> count) & 0x3f] as number;
  }
  to[last + 1] = QUOTE;
  return at + NONCE_END;
}
