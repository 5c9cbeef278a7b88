/** Bits for each key, and of these how many a key sets: one key in forty that is not there seems to be (Bloom). */
const BITS_PER_KEY = 8;
const PROBES = 5;

/** Tells most keys that are not in a run without reading it. */
export class KeyFilter {
  readonly bytes: Uint8Array;
  private readonly bits: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.bits = bytes.length * 8;
  }

  static sizeFor(keys: number): number {
    return Math.max(8, Math.ceil((keys * BITS_PER_KEY) / 8));
  }

  add(keys: Buffer, at: number): void {
    const step = stepOf(keys, at);
    let bit = keys.readUInt32BE(at);
    for (let probe = 0; probe < PROBES; probe++) {
      const place = bit % this.bits;
      this.bytes[place >>> 3] = (this.bytes[place >>> 3] as number) | (1 << (place & 7));
      bit = (bit + step) >>> 0;
    }
  }

  mayHave(key: Buffer): boolean {
    const step = stepOf(key, 0);
    let bit = key.readUInt32BE(0);
    for (let probe = 0; probe < PROBES; probe++) {
      const place = bit % this.bits;
      if (((this.bytes[place >>> 3] as number) & (1 << (place & 7))) === 0) return false;
      bit = (bit + step) >>> 0;
    }
    return true;
  }
}

/** Odd, so that the probes of a key differ. */
function stepOf(keys: Buffer, at: number): number {
  return (keys.readUInt32BE(at + 4) | 1) >>> 0;
}
