import type { IncomingMessage } from "node:http";
import { DaybookError } from "../errors.ts";
import { contentEncoding, decoded } from "./content-encoding.ts";

/** A request's body in decoded bytes. */
export const BODY_BYTES_MAX = 5 * 1024 * 1024;

/**
 * Reads a body whole, plain or compressed, and stops reading at the limit: a bomb never unfolds beyond it.
 *
 * @throws DaybookError `too_large`, `invalid_encoding`, `unsupported_media_type`
 */
export async function readBody(incoming: IncomingMessage, bytesMax = BODY_BYTES_MAX): Promise<Buffer> {
  const encoding = contentEncoding(incoming.headers);
  const declared = Number(incoming.headers["content-length"] ?? 0);
  if (encoding === undefined && declared > bytesMax) throw tooLarge(bytesMax);
  // A body that is refused is left as it is: to destroy it would close the connection before the answer is sent.
  const source = encoding === undefined ? incoming.iterator({ destroyOnReturn: false }) : decoded(incoming, encoding);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw tooLarge(bytesMax);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof DaybookError) throw error;
    throw new DaybookError(
      "invalid_encoding",
      `The body ended early${encoding === undefined ? "" : ` or is not valid ${encoding}`}.`,
      { cause: error },
    );
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
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
