/**
 * Unsigned integers in as few bytes as they need: seven bits a byte, the lowest first; all but the last byte have their highest bit
 * set (LEB128).
 */

/** Most bytes that a number up to Number.MAX_SAFE_INTEGER takes. */
export const VARINT_BYTES_MAX = 8;

/** @returns where the next byte goes. */
export function writeVarint(buffer: Uint8Array, value: number, at: number): number {
  let rest = value;
  let next = at;
  while (rest > 0x7f) {
    buffer[next++] = (rest % 0x80) + 0x80;
    rest = Math.floor(rest / 0x80);
  }
  buffer[next++] = rest;
  return next;
}

/** Reads one number after another. @throws RangeError where the bytes end too early or the number is too large. */
export class VarintReader {
  at: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  next(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < VARINT_BYTES_MAX; count++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new RangeError("a number does not end");
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) throw new RangeError("a number is too large");
        return value;
      }
      factor *= 0x80;
    }
    throw new RangeError("a number is too long");
  }
}
