import type { FieldError, Receipt } from "./event.ts";

interface ErrorOptions {
  /** HTTP status of the answer, when there was one. */
  status?: number | undefined;
  /** Whether the same event may be stored if it is sent again under the same id. */
  retryable?: boolean;
  errors?: FieldError[] | undefined;
  requestId?: string | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/**
 * Why an event was not recorded, or not yet. `code` is the server's (such as `invalid_event`, `id_conflict`,
 * `unauthenticated`, `log_unavailable`) or one of the client's own: `invalid_event`, `event_too_large`, `queue_full`,
 * `closed`, `network`, `timeout`, `unexpected_answer`.
 */
export class DaybookClientError extends Error {
  override readonly name = "DaybookClientError";
  readonly code: string;
  readonly status: number | undefined;
  readonly retryable: boolean;
  /** The fields at fault, with JSON pointers relative to the event. */
  readonly errors: readonly FieldError[];
  /** The server's name for the request, to ask its operator about. */
  readonly requestId: string | undefined;
  /** How long the server asked to wait, in milliseconds; 0 when it did not. */
  readonly retryAfterMs: number;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status;
    this.retryable = options.retryable ?? false;
    this.errors = options.errors ?? [];
    this.requestId = options.requestId;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/**
 * What went wrong in the background.
 * - `invalid`: the event is not one, or cannot be written as JSON without loss. It was never sent.
 * - `rejected`: the server will never take it.
 * - `queue_full`: the queue was at its bound when this, the newest event, came.
 * - `closed`: it came after `close()`.
 * - `undelivered`: `close()` reached its deadline. The event may have been stored, if only the answer was lost.
 * - `retrying`: an attempt failed and will be repeated. Nothing is lost.
 * - `paused`: the server does not take the key, or the key lacks the scope. Nothing is lost: what waits is delivered once a key is right.
 * - `warned`: the event is stored, and the server warns of a field: `error.code` is the warning's, such as `personal_id`.
 */
export interface Problem {
  readonly reason: "invalid" | "rejected" | "queue_full" | "closed" | "undelivered" | "retrying" | "paused" | "warned";
  readonly error: DaybookClientError;
  /** The event's id; absent for `retrying` and `paused`, and where the event has none. */
  readonly id?: string;
  /** The lost event as JSON text, exactly as it was to be sent, so that it can be kept elsewhere and sent later. */
  readonly json?: string;
}

/** What the server warns of in an event that it stored. */
export function warningsOf({ id, warnings = [] }: Receipt): Problem[] {
  return warnings.map(({ pointer, code, message }) => {
    const error = new DaybookClientError(code, `${pointer} ${message}`, { errors: [{ pointer, message }] });
    return { reason: "warned", error, id };
  });
}

const QUIET_MS = 60_000;

/** Where problems go when nobody asked for them: one warning a minute for each reason and code, with how many there were. */
export function warningReporter(now: () => number = Date.now): (problem: Problem) => void {
  const seen = new Map<string, { warnedAt: number; count: number }>();
  return ({ reason, error }) => {
    const kind = `${reason}/${error.code}`;
    const last = seen.get(kind) ?? { warnedAt: Number.NEGATIVE_INFINITY, count: 0 };
    seen.set(kind, last);
    last.count++;
    if (now() - last.warnedAt < QUIET_MS) return;
    warn(`Daybook: ${reason} (${error.code}): ${error.message} [${last.count} so far]`);
    last.warnedAt = now();
  };
}

function warn(message: string): void {
  const { process } = globalThis as { process?: { emitWarning?: (message: string) => void } };
  if (process?.emitWarning) process.emitWarning(message);
  // biome-ignore lint/suspicious/noConsole: a browser has no other place for a warning, and silence would hide a loss.
  else console.warn(message);
}
