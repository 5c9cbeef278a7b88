import type { Writable } from "node:stream";

/** Daybook's own log lines: for the operator, never for auditors. */
export interface Logger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** For a command: its output is its result, and on standard error only what is wrong. */
export function createCommandLogger(stream: Writable): Logger {
  return { ...createLogger(stream), info: () => undefined };
}

export interface StreamLogger extends Logger {
  /** Lines that could not be written: the pipe's reader has ended, or the disk is full. */
  readonly lost: number;
}

/** One JSON object a line, so that no text from outside (CR, LF, ESC) can forge another line or steer a terminal. */
export function createLogger(stream: Writable): StreamLogger {
  let lost = 0;
  const count = (error: unknown) => {
    if (error) lost++;
  };
  const write =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      const line = JSON.stringify({ time: new Date().toISOString(), level, message, ...plain(fields) });
      try {
        stream.write(`${line.replace(CONTROL, escapeCharacter)}\n`, count);
      } catch (error) {
        count(error);
      }
    };
  return {
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    get lost() {
      return lost;
    },
  };
}

/** What JSON need not escape, but some terminals and readers of lines obey: DEL, the C1 controls, and Unicode's line ends. */
const CONTROL = /[\u007f-\u009f\u2028\u2029]/g;

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Errors with their stack and causes, which JSON.stringify would leave out. */
function plain(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? describe(value) : value]),
  );
}

function describe(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\ncaused by ${describe(error.cause)}` : own;
}
