import { parentPort } from "node:worker_threads";
import type { Selection } from "@daybook/sdk/filters";
import { type Format, writeRows } from "./format.ts";
import { type PackedRows, unpackRows } from "./packed-rows.ts";

/** The thread beside the main one: checks and writes rows of exports, one piece after the other. */

export interface FormatRequest {
  readonly format: Omit<Format, "within"> & { readonly within: Selection | undefined };
  readonly rows: PackedRows;
}

/** The answers come in the order of the requests. */
export type FormatAnswer =
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly damaged: ReturnType<typeof writeRows>["damaged"] }
  | { readonly error: Error };

parentPort?.on("message", ({ format, rows }: FormatRequest) => {
  let answer: FormatAnswer;
  try {
    const { bytes, damaged } = writeRows(format, unpackRows(rows));
    // A copy of its own: small buffers share their memory with others, and that cannot be handed over.
    answer = { bytes: new Uint8Array(bytes), damaged };
  } catch (error) {
    answer = { error: error instanceof Error ? error : new Error(String(error)) };
  }
  parentPort?.postMessage(answer, "bytes" in answer ? [answer.bytes.buffer] : []);
});
