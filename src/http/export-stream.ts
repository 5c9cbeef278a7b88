import { createHash } from "node:crypto";
import type { ExportChunk } from "../read/index.ts";

/** All that was sent. */
export interface Sent {
  readonly rows: number;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** What is asked and reported while an export is sent. */
export interface ExportHooks {
  /** Rejects once the reader can no longer read. */
  readonly mayStillRead: () => Promise<void>;
  readonly turn: () => Promise<void> | undefined;
  /** Called once, with the rows sent, and the error unless it was the reader who left. */
  readonly brokenOff: (rows: number, error: unknown) => void;
  /** Awaited before the end is sent. Undefined: what is sent is not hashed, which takes as long as writing it. */
  readonly completed: ((sent: Sent) => Promise<void>) | undefined;
}

/** A stream that breaks off, rather than ends, when it fails or its reader can no longer read: what was sent is then seen to be incomplete. */
export function exportStream(
  first: IteratorResult<ExportChunk>,
  chunks: AsyncIterator<ExportChunk>,
  stop: AbortController,
  { mayStillRead, brokenOff, completed, turn }: ExportHooks,
): ReadableStream<Uint8Array> {
  let next: IteratorResult<ExportChunk> | undefined = first;
  let rows = 0;
  let bytes = 0;
  const hash = completed && createHash("sha256");
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          await mayStillRead();
          await turn();
          const { done, value } = next ?? (await chunks.next());
          next = undefined;
          if (done) {
            if (hash) await completed?.({ rows, bytes, sha256: hash.digest("hex") });
            return controller.close();
          }
          hash?.update(value.bytes);
          bytes += value.bytes.length;
          rows += value.rows;
          controller.enqueue(value.bytes);
        } catch (error) {
          if (stop.signal.aborted) return;
          stop.abort();
          brokenOff(rows, error);
          controller.close();
        }
      },
      cancel() {
        stop.abort();
        brokenOff(rows, undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
