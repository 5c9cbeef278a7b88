import type { LogReader } from "./log/index.ts";

/** Anything derived by reading the log from a position on. It can be deleted and rebuilt; the log is the only source of truth. */
export interface Follower {
  /** One word, also the name of its directory below the data directory. */
  readonly name: string;
  /** Positions below this are in it, durably or to be redone idempotently after a crash. */
  readonly position: number;
  /** Reads the log until `signal` aborts. Rejects when it cannot go on; what it holds so far stays readable. */
  follow(log: LogReader, signal: AbortSignal): Promise<void>;
}
