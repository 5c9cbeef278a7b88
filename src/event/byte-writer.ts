import { ZERO } from "./json-characters.ts";

/** Digits of 2^53. */
const NUMBER_DIGITS_MAX = 16;

/** Fewest bytes that it begins with, and most that it keeps for the next text. */
const BYTES_MIN = 16 * 1024;
const BYTES_KEPT_MAX = 4 * 1024 * 1024;

/** Writes UTF-8 into memory that grows and is used again. */
export class ByteWriter {
  /** Written up to `length`. Whoever writes into it calls `reserve` first, which can put another one in its place. */
  bytes: Buffer;
  length = 0;
  private readonly bytesMin: number;

  /** @param bytesMin fewest bytes that it begins with. */
  constructor(bytesMin = BYTES_MIN) {
    this.bytesMin = bytesMin;
    this.bytes = Buffer.allocUnsafe(bytesMin);
  }

  /** Makes room for so many bytes more. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  /** A range of bytes. */
  range(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    this.length = copyRange(from, start, end, this.bytes, this.length);
  }

  all(bytes: Uint8Array): void {
    this.range(bytes, 0, bytes.length);
  }

  /** A text of characters below 256, each as one byte. */
  latin1(text: string): void {
    this.reserve(text.length);
    const { bytes } = this;
    for (let index = 0; index < text.length; index++) bytes[this.length++] = text.charCodeAt(index);
  }

  /** The digits of a whole number that is not below zero. */
  number(value: number): void {
    this.reserve(NUMBER_DIGITS_MAX);
    let digits = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
    let rest = value;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const higher = Math.floor(rest / 10);
      this.bytes[at] = ZERO + rest - 10 * higher;
      rest = higher;
    }
    this.length += digits;
  }

  text(text: string): void {
    // A UTF-16 unit takes at most three bytes.
    this.reserve(3 * text.length);
    this.length += this.bytes.write(text, this.length, "utf8");
  }

  /** What was written, in memory of its own. It begins again with nothing. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.length);
    taken.set(this.bytes.subarray(0, this.length));
    this.clear();
    return taken;
  }

  /** Begins again with nothing. */
  clear(): void {
    this.length = 0;
    if (this.bytes.length > BYTES_KEPT_MAX) this.bytes = Buffer.allocUnsafeSlow(this.bytesMin);
  }
}

/** Longer ranges are copied by the engine, whose call costs as much as copying so many bytes one by one. */
const LOOP_BYTES_MAX = 48;

/** Copies a range of bytes; both must be long enough. @returns where the next byte goes. */
export function copyRange(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  if (end - start > LOOP_BYTES_MAX) {
    to.set(from.subarray(start, end), at);
    return at + end - start;
  }
  let next = at;
  for (let index = start; index < end; index++) to[next++] = from[index] as number;
  return next;
}
