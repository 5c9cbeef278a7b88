import { promisify } from "node:util";
import { brotliCompress, brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

/**
 * How the bytes of a batch are compressed in PostgreSQL and in the archive: Brotli (RFC 7932). Its fast levels take less than half as long as deflate's
 * fastest, and leave fewer bytes.
 */

/** Everything that is being appended waits for it. */
export const FAST = 1;
/** For what is kept for years, while nobody waits. */
export const SMALL = 5;

/** Up to so many bytes, compressing here is faster than asking a thread. */
const AT_ONCE_BYTES = 16 * 1024;

const compressBeside = promisify<Uint8Array, object, Buffer>(brotliCompress);

export async function compressRow(bytes: Buffer, quality: typeof FAST | typeof SMALL): Promise<Buffer> {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  const params = { [BROTLI_PARAM_QUALITY]: quality, [BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return bytes.length <= AT_ONCE_BYTES ? brotliCompressSync(bytes, { params }) : compressBeside(bytes, { params });
}

/** @throws Error when these bytes are not what `compressRow` gave. */
export function decompressRow(compressed: Uint8Array): Buffer {
  return brotliDecompressSync(compressed);
}
