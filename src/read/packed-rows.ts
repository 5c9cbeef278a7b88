import type { Damage } from "./check.ts";
import type { Row } from "./format.ts";

/** Rows as a few buffers, which can be handed to another thread without a copy. */
export interface PackedRows {
  /** Headers, bodies and hashes, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of each row: header length, body length or -1, whether there is a leaf hash. */
  readonly lengths: Int32Array<ArrayBuffer>;
  readonly sequences: Float64Array<ArrayBuffer>;
  readonly damages: readonly (Damage | undefined)[];
}

const HASH_BYTES = 32;
const FIELDS = 3;

export function packRows(rows: readonly Row[]): PackedRows {
  let size = 0;
  for (const { header, body } of rows) size += header.length + (body?.length ?? 0) + 2 * HASH_BYTES;
  const bytes = new Uint8Array(size);
  const lengths = new Int32Array(FIELDS * rows.length);
  const sequences = new Float64Array(rows.length);
  let to = 0;
  const put = (part: Uint8Array) => {
    bytes.set(part, to);
    to += part.length;
  };
  for (const [at, { sequence, header, body, leafHash, hash }] of rows.entries()) {
    lengths.set([header.length, body?.length ?? -1, leafHash === undefined ? 0 : 1], FIELDS * at);
    sequences[at] = sequence;
    put(header);
    if (body) put(body);
    put(hash);
    if (leafHash) put(leafHash);
  }
  return { bytes, lengths, sequences, damages: rows.map(({ damage }) => damage) };
}

export function* unpackRows({ bytes, lengths, sequences, damages }: PackedRows): Generator<Row> {
  let from = 0;
  const take = (length: number) => {
    from += length;
    return bytes.subarray(from - length, from);
  };
  for (const [at, damage] of damages.entries()) {
    const [headerLength = 0, bodyLength = -1, hasLeafHash = 0] = lengths.subarray(FIELDS * at, FIELDS * (at + 1));
    const header = take(headerLength);
    const body = bodyLength < 0 ? undefined : take(bodyLength);
    const hash = take(headerLength === 0 ? 0 : HASH_BYTES);
    const leafHash = hasLeafHash === 0 ? undefined : take(HASH_BYTES);
    yield { sequence: sequences[at] ?? -1, damage, header, body, hash, leafHash };
  }
}
