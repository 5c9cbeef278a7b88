import { LogCorruption, LogIoError } from "../errors.ts";
import { CompressionMismatch } from "./compare.ts";
import type { CompressionEnd } from "./compress.ts";

/** One segment to compress. */
export interface Job {
  readonly directory: string;
  readonly firstPosition: number;
  /** See EntryPacking. */
  readonly packingModule: string;
}

/** What a worker thread is asked: one segment at a time, or to end the one that is under way. */
export type Request = Job | "stop";

/** What it answers to each segment. */
export type Answer = { readonly end: CompressionEnd } | { readonly failure: Failure };

/** An error in a form that crosses threads, where a class is lost. */
export type Failure =
  | { readonly kind: "corruption"; readonly file: string; readonly offset: number; readonly reason: string }
  | {
      readonly kind: "io";
      readonly operation: string;
      readonly path: string;
      readonly cause: string;
      readonly code?: string;
    }
  | { readonly kind: "mismatch"; readonly message: string }
  | { readonly kind: "other"; readonly message: string };

export function describeFailure(error: unknown): Failure {
  if (error instanceof LogCorruption) {
    return { kind: "corruption", file: error.file, offset: error.offset, reason: error.reason };
  }
  if (error instanceof LogIoError) {
    const { operation, path, code, cause } = error;
    const text = cause instanceof Error ? cause.message : String(cause);
    return { kind: "io", operation, path, cause: text, ...(code !== undefined && { code }) };
  }
  if (error instanceof CompressionMismatch) return { kind: "mismatch", message: error.message };
  return { kind: "other", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The error that a failure describes. */
export function errorOf(failure: Failure): Error {
  switch (failure.kind) {
    case "corruption":
      return new LogCorruption(failure.file, failure.offset, failure.reason);
    case "io":
      return new LogIoError(
        failure.operation,
        failure.path,
        Object.assign(new Error(failure.cause), { code: failure.code }),
      );
    case "mismatch":
      return new CompressionMismatch(failure.message);
    case "other":
      return new Error(failure.message);
  }
}
