/**
 * What of an entry no compression makes shorter, as few bytes one after the other. Whoever reads more than there is gets zeros: what comes of
 * it is another entry than the one that was recorded, and its leaf hash shows that.
 */

const BYTES_MAX = 64;
const NUMBER_BYTES_MAX = 8;

/** Writes those of one entry after the other, each time into the same memory. */
export class LooseWriter {
  private readonly buffer = new Uint8Array(BYTES_MAX);
  length = 0;

  byte(byte: number): void {
    this.buffer[this.length++] = byte;
  }

  /** What was written, in memory of its own. */
  copy(): Uint8Array {
    const bytes = new Uint8Array(this.length);
    for (let index = 0; index < bytes.length; index++) bytes[index] = this.buffer[index] as number;
    return bytes;
  }

  /** A whole number, also one below zero, with at most 52 bits: seven bits a byte, the lowest first. */
  number(value: number): void {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    while (rest > 0x7f) {
      this.byte((rest % 0x80) + 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }
}

export class LooseReader {
  private readonly buffer: Uint8Array;
  private readonly end: number;
  private at: number;

  constructor(buffer: Uint8Array, at: number, end: number) {
    this.buffer = buffer;
    this.at = at;
    this.end = end;
  }

  byte(): number {
    return this.at < this.end ? (this.buffer[this.at++] as number) : 0;
  }

  number(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < NUMBER_BYTES_MAX; count++) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
      factor *= 0x80;
    }
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }
}
