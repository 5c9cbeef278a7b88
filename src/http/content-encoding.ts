import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { DaybookError } from "../errors.ts";

/** `bytesWritten`: of the compressed bytes, those that were decoded. */
type Decoding = Transform & { readonly bytesWritten: number };
type Decoder = () => Decoding;

/** Bytes of window that a sender can make the server hold, as a power of two: what RFC 8878 asks every decoder to take. */
const ZSTD_WINDOW_LOG = 23;

/** Node has it from 22.15 and 23.8 on. */
const { createZstdDecompress, constants } = zlib as typeof zlib & {
  createZstdDecompress?: (options: { params: Record<number, number> }) => Decoding;
  constants: { ZSTD_d_windowLogMax?: number };
};

const gunzip: Decoder = () => zlib.createGunzip();

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ["gzip", gunzip],
  // RFC 9110 §8.4.1.3: recipients take it for gzip.
  ["x-gzip", gunzip],
  ["deflate", () => zlib.createInflate()],
  ["br", () => zlib.createBrotliDecompress()],
  ...(createZstdDecompress === undefined
    ? []
    : [
        [
          "zstd",
          () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax ?? 0]: ZSTD_WINDOW_LOG } }),
        ] as const,
      ]),
]);

/** The codings that bodies can have, as the refusal of another one names them. */
const TAKEN = [...DECODERS.keys()].filter((name) => name !== "x-gzip").join(", ");

/** How a body is compressed; undefined when it is not. @throws DaybookError `unsupported_media_type` */
export function contentEncoding(headers: IncomingHttpHeaders): string | undefined {
  const encoding = (headers["content-encoding"] ?? "").trim().toLowerCase();
  if (encoding === "" || encoding === "identity") return undefined;
  if (DECODERS.has(encoding)) return encoding;
  throw new DaybookError("unsupported_media_type", `The content encoding must be one of ${TAKEN}, or none.`);
}

interface Decoded {
  /** Fails where the body ends early. */
  readonly stream: Transform;
  /** Once it has ended: false where the body goes on behind what was compressed. zlib drops that; only gzip's members can follow one another (RFC 1952). */
  isWhole(): boolean;
}

/** A body's decoded bytes. @param encoding as `contentEncoding` gives it. */
export function decoded(incoming: IncomingMessage, encoding: string): Decoded {
  const decoder = DECODERS.get(encoding);
  if (decoder === undefined) throw new Error(`there is no decoder for ${encoding}`);
  const stream = decoder();
  let received = 0;
  incoming.on("data", (chunk: Buffer) => {
    received += chunk.length;
  });
  incoming.on("error", (error) => stream.destroy(error));
  return { stream: incoming.pipe(stream), isWhole: () => received === stream.bytesWritten };
}
