import type { Config } from "../config.ts";

/** `problem`: something does not work, or what is stored is open to others. `warning`: it works, and it is less safe than it can be. */
export type Level = "ok" | "warning" | "problem";

/** One thing that was looked at. */
export interface Finding {
  readonly check: string;
  readonly level: Level;
  /** What is so, in one sentence. */
  readonly message: string;
  /** What to do. */
  readonly advice?: string;
}

/** What the examination looks at. */
export interface Patient {
  readonly config: Config;
  /** The server on the data directory, where one was announced. */
  readonly server: { readonly url: string; readonly token: string; readonly pid: number } | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** How long a server, a database or a witness has to answer. */
export const ANSWER_MS = 5_000;

export function ok(check: string, message: string): Finding {
  return { check, level: "ok", message };
}

export function warning(check: string, message: string, advice: string): Finding {
  return { check, level: "warning", message, advice };
}

export function problem(check: string, message: string, advice: string): Finding {
  return { check, level: "problem", message, advice };
}

/** Why something failed, in a few words. Never an address: it can hold a password. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  const code = "code" in error ? String(error.code) : error.name;
  return cause instanceof Error ? reasonOf(cause) : message || code;
}
