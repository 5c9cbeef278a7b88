import { MARK } from "./format.ts";
import { declaredBytes, RECORD_BYTES_MIN } from "./record.ts";
import { TRAILER_BYTES, trailerChainHash } from "./trailer.ts";

/**
 * A row of the shared log can hold several batches, and a node that was killed while it wrote them can hold only the first ones.
 * @param chainHash of the last batch that the node holds.
 * @returns the bytes behind that batch; undefined where it is not one of these. Nothing is checked of them.
 */
export function restOfRow(bytes: Buffer, chainHash: Buffer): Buffer | undefined {
  let at = 0;
  while (at + TRAILER_BYTES <= bytes.length) {
    if (bytes.readUInt32LE(at) === MARK.trailer) {
      const found = trailerChainHash(bytes, at).equals(chainHash);
      at += TRAILER_BYTES;
      if (found) return bytes.subarray(at);
      continue;
    }
    const recordBytes = at + RECORD_BYTES_MIN <= bytes.length ? declaredBytes(bytes, at) : undefined;
    if (recordBytes === undefined) return undefined;
    at += recordBytes;
  }
  return undefined;
}
