import { hash } from "node:crypto";
import { type BucketFolder, signObjectRequest } from "../bucket.ts";
import { CLOCK, within } from "../clock.ts";

/** Within this time the bucket must take or give one segment. */
const ANSWER_MS = 120_000;

/** Stores the segments whose rows PostgreSQL no longer has. */
export interface Archive {
  /** Stores an object. Only this content has this name. @throws ArchiveError */
  put(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /** The whole object; undefined where there is none. @throws ArchiveError */
  get(name: string, signal: AbortSignal): Promise<Buffer | undefined>;
}

/** The archive cannot be used, or its content is not what was stored there. The message is for operators. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
}

/** An S3-compatible bucket as the archive. */
export class BucketArchive implements Archive {
  private readonly address: BucketFolder;

  constructor(address: BucketFolder) {
    this.address = address;
  }

  async put(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    const response = await this.ask({ method: "PUT", key: this.key(name), body: bytes }, signal);
    // Every S3 answers with the ETag of what it stored. A proxy's page does not.
    if (response.status === 200 && response.etag !== null) return;
    throw new ArchiveError(`The bucket of the log answered ${response.status} to a request that stores a segment.`);
  }

  async get(name: string, signal: AbortSignal): Promise<Buffer | undefined> {
    const response = await this.ask({ method: "GET", key: this.key(name) }, signal);
    if (response.status === 404) return undefined;
    if (response.status !== 200) {
      throw new ArchiveError(`The bucket of the log answered ${response.status} to a request that reads a segment.`);
    }
    return response.body;
  }

  private key(name: string): string {
    return `${this.address.prefix}${name}`;
  }

  private async ask(
    request: { method: "PUT" | "GET"; key: string; body?: Uint8Array },
    signal: AbortSignal,
  ): Promise<{ status: number; etag: string | null; body: Buffer }> {
    const { url, method, headers } = await signObjectRequest(this.address, request);
    const init = { method, headers, ...(request.body && { body: request.body }), redirect: "error" } as const;
    try {
      return await within(CLOCK, ANSWER_MS, signal, async (limited) => {
        const response = await fetch(url, { ...init, signal: limited });
        const body = Buffer.from(await response.arrayBuffer());
        return { status: response.status, etag: response.headers.get("etag"), body };
      });
    } catch (error) {
      throw unreachable(error);
    }
  }
}

/** The address can hold a password, so it is not in the message. */
function unreachable(error: unknown): ArchiveError {
  const { cause, message } = error as Error;
  return new ArchiveError(
    `The bucket of the log cannot be reached: ${cause instanceof Error ? cause.message : message}.`,
  );
}

/** Named by its content: the same segment written again, by any node, replaces itself. */
export function nameOf(logId: string, firstPosition: number, bytes: Uint8Array): string {
  return `${logId}/${String(firstPosition).padStart(16, "0")}-${hash("sha256", bytes)}.segment`;
}

/** Whether an object has the content that its name says. */
export function isNamed(name: string, bytes: Uint8Array): boolean {
  return name.endsWith(`-${hash("sha256", bytes)}.segment`);
}
