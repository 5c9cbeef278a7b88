import { parentPort } from "node:worker_threads";
import type { Selection } from "@daybook/sdk/filters";
import { type Format, type Written, writeRows } from "./export-format.ts";
import type { Rows } from "./export-rows.ts";

/** The thread beside the main one: decodes, checks and writes rows of exports, one piece after the other. */

export interface FormatRequest {
  readonly format: Omit<Format, "within"> & { readonly within: Selection | undefined };
  readonly rows: Rows;
}

/** `ready` comes first; then the answers, in the order of the requests. */
export type FormatAnswer = "ready" | WrittenAnswer | { readonly error: Error };

/** An error's class does not cross threads, so that what is wrong with blocks is sent as what it says. */
export type WrittenAnswer = Omit<Written, "corruptions"> & {
  readonly corruptions: readonly { readonly file: string; readonly offset: number; readonly reason: string }[];
};

parentPort?.on("message", ({ format, rows }: FormatRequest) => {
  let answer: WrittenAnswer | { readonly error: Error };
  try {
    const { bytes, damaged, corruptions } = writeRows(format, rows);
    answer = { bytes, damaged, corruptions: corruptions.map(({ file, offset, reason }) => ({ file, offset, reason })) };
  } catch (error) {
    answer = { error: error instanceof Error ? error : new Error(String(error)) };
  }
  parentPort?.postMessage(answer satisfies FormatAnswer, "bytes" in answer ? [answer.bytes.buffer] : []);
});

parentPort?.postMessage("ready" satisfies FormatAnswer);
