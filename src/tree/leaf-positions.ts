/**
 * Positions in the log of the leaves of one tile: ascending, so each is kept as its distance to the one before, in 7-bit groups, lowest
 * first, the eighth bit set but in the last (LEB128). Mostly a byte or two a leaf.
 */
export class LeafPositions {
  private buffer: Buffer = Buffer.alloc(64);
  private used = 0;
  private last = 0;

  /** @param bytes as `bytes` gave them. */
  static of(bytes: Uint8Array): LeafPositions {
    const positions = new LeafPositions();
    for (const position of decodePositions(bytes)) positions.append(position);
    return positions;
  }

  append(position: number): void {
    if (this.used + 10 > this.buffer.length) this.buffer = Buffer.concat([this.buffer, this.buffer]);
    let rest = position - this.last;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.buffer[this.used++] = (rest % 128) | 128;
    this.buffer[this.used++] = rest;
    this.last = position;
  }

  /** A view. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.used);
  }
}

export function decodePositions(bytes: Uint8Array): number[] {
  const positions: number[] = [];
  let last = 0;
  let distance = 0;
  let factor = 1;
  for (const byte of bytes) {
    distance += (byte % 128) * factor;
    factor *= 128;
    if (byte >= 128) continue;
    last += distance;
    positions.push(last);
    distance = 0;
    factor = 1;
  }
  return positions;
}
