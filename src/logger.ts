import type { Writable } from "node:stream";

/** Daybook's own log lines: for the operator, never for auditors. */
export interface Logger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** One JSON object a line, so that no text from outside (CR, LF, ESC) can forge another line. */
export function createLogger(stream: Writable): Logger {
  const write =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      stream.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...plain(fields) })}\n`);
    };
  return { info: write("info"), warn: write("warn"), error: write("error") };
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
