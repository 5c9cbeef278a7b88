/** About what a block takes when all of it is unpacked. */
const PIECE_BYTES = 64 * 1024;

/**
 * Memory that entries are unpacked into, one after the other: to get a piece for each part would take longer than to unpack it. What is given out
 * stays as it is, unless `reuse` is called.
 */
export class UnpackMemory {
  /** Used up to `used`. Whoever writes into it calls `reserve` first, which can put another one in its place. */
  buffer: Buffer = Buffer.alloc(0);
  used = 0;

  reserve(bytes: number): void {
    if (this.used + bytes <= this.buffer.length) return;
    this.buffer = Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, bytes));
    this.used = 0;
  }

  /** Nothing of what was given out is needed any more. */
  reuse(): void {
    this.used = 0;
  }
}
