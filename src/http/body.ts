import type { IncomingMessage } from "node:http";
import { DaybookError } from "../errors.ts";
import { contentEncoding, decoded } from "./content-encoding.ts";
import { type Upload, uploadRates } from "./upload-rate.ts";

/** A request's body in decoded bytes. */
export const BODY_BYTES_MAX = 5 * 1024 * 1024;

export interface ReadOptions {
  /** Decoded. Default: `BODY_BYTES_MAX`. */
  readonly bytesMax?: number;
  /** Called before more is kept than was allowed, with how much it can become; what it throws refuses the body. Default: anything is allowed. */
  readonly allow?: (bytes: number) => void;
  /** What is allowed at first, in decoded bytes. */
  readonly allowed?: number;
}

/**
 * Reads a body whole, plain or compressed, and stops reading at the limit: a bomb never unfolds beyond it. A body that comes too slowly is given up.
 * One that is refused is left as it is: to destroy it would close the connection before the answer is sent.
 *
 * @throws DaybookError `too_large`, `too_slow`, `invalid_encoding`, `unsupported_media_type`
 */
export async function readBody(incoming: IncomingMessage, options: ReadOptions = {}): Promise<Buffer> {
  const { bytesMax = BODY_BYTES_MAX, allow = () => undefined } = options;
  let { allowed = Number.POSITIVE_INFINITY } = options;
  const encoding = contentEncoding(incoming.headers);
  if (encoding === undefined && declaredBytes(incoming) > bytesMax) throw tooLarge(bytesMax);
  return new Promise((resolve, reject) => {
    const decoding = encoding === undefined ? undefined : decoded(incoming, encoding);
    const source = decoding?.stream ?? incoming;
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = () => {
      uploadRates.ended(upload);
      source.off("data", take).off("end", complete).off("error", broken).off("close", broken);
    };
    const refuse = (error: unknown) => {
      end();
      source.on("error", () => undefined).pause();
      if (source !== incoming) source.destroy();
      reject(error);
    };
    const upload: Upload = { bytes: 0, began: performance.now(), cut: () => refuse(tooSlow()) };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      upload.bytes = bytes;
      if (bytes > bytesMax) return refuse(tooLarge(bytesMax));
      if (bytes > allowed) {
        allowed = Math.min(bytesMax, 2 * bytes);
        try {
          allow(allowed);
        } catch (error) {
          return refuse(error);
        }
      }
      chunks.push(chunk);
    };
    const complete = () => {
      if (decoding?.isWhole() === false) return broken();
      end();
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    };
    const broken = (cause?: unknown) => {
      const reason = `The body ended early${encoding === undefined ? "" : ` or is not ${encoding} from beginning to end`}.`;
      refuse(new DaybookError("invalid_encoding", reason, { cause }));
    };
    // Whoever left before is not heard to leave.
    if (incoming.destroyed && !incoming.complete) return broken();
    uploadRates.watch(upload);
    source.on("data", take).on("end", complete).on("error", broken).on("close", broken);
  });
}

/** Of the body as it is sent; 0 where that is not said. */
export function declaredBytes({ headers }: IncomingMessage): number {
  return Number(headers["content-length"] ?? 0);
}

/** What is still to come of a refused body is read and dropped for so long, so that its sender gets to read the answer. */
const DRAIN_MS = 500;
const DRAIN_BYTES_MAX = 64 * 1024 * 1024;

/** Reads on to the end of a request that is answered already; one that does not end soon is cut off. */
export function drain(incoming: IncomingMessage): void {
  if (incoming.complete || incoming.destroyed) return;
  const timer = setTimeout(() => incoming.destroy(), DRAIN_MS).unref();
  let bytes = 0;
  incoming.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DRAIN_BYTES_MAX) incoming.destroy();
  });
  incoming.on("close", () => clearTimeout(timer));
  incoming.resume();
}

function tooSlow(): DaybookError {
  return new DaybookError("too_slow", "The body was sent too slowly.");
}

function tooLarge(bytesMax: number): DaybookError {
  return new DaybookError("too_large", `The request is larger than ${bytesMax} bytes.`);
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/** @throws DaybookError `invalid_utf8` */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch (error) {
    throw new DaybookError("invalid_utf8", "The text is not valid UTF-8.", { cause: error });
  }
}

/** @throws DaybookError `invalid_json`, saying where as far as the parser does. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason =
      error instanceof SyntaxError
        ? /at position \d+|Unexpected end of JSON input/.exec(error.message)?.[0]
        : undefined;
    throw new DaybookError("invalid_json", `The text is not well-formed JSON${reason ? `: ${reason}` : ""}.`, {
      cause: error,
    });
  }
}
