import type { Receipt, RecordResult, Rejection } from "./event.ts";
import { DaybookClientError } from "./problem.ts";
import type { Snapshot } from "./snapshot.ts";
import { later } from "./timers.ts";
import { failureOf, parsedObject, verdictOf } from "./verdict.ts";

export interface TransportOptions {
  readonly url: string;
  readonly key: string | (() => string);
  /** Milliseconds until an attempt without a whole answer is given up. */
  readonly requestTimeoutMs: number;
  readonly fetch: typeof fetch;
  readonly onCheckpoint?: ((note: string) => void) | undefined;
}

/** An event on its way. */
type Outgoing = Pick<Snapshot, "id" | "json">;

/**
 * Sends events in one request; gives a result for each, in order. An abort's reason, a
 * DaybookClientError, becomes the rejection.
 *
 * @param timeoutMs a shorter time-out than the usual one.
 * @throws DaybookClientError and nothing else.
 */
export type Post = (events: readonly Outgoing[], signal: AbortSignal, timeoutMs?: number) => Promise<RecordResult[]>;

/** @throws TypeError when `url` or `key` cannot be one; the message never holds the key. */
export function transport({ url, key, requestTimeoutMs, fetch, onCheckpoint }: TransportOptions): Post {
  const endpoint = eventsEndpoint(url);
  if (typeof key === "string") checkKey(key);
  return async (events, signal, timeoutMs = requestTimeoutMs) => {
    const attempt = abortable(signal, Math.min(timeoutMs, requestTimeoutMs));
    try {
      const response = await fetch(endpoint, {
        method: "POST",
        headers: { authorization: `Bearer ${currentKey(key)}`, "content-type": "application/json" },
        body: `[${events.map(({ json }) => json).join(",")}]`,
        // A redirected POST would arrive as a GET elsewhere.
        redirect: "manual",
        signal: attempt.signal,
      });
      const text = await response.text();
      if (response.status === 201 || response.status === 207) {
        const { results, checkpoint } = readAnswer(text, events, response.status);
        if (typeof checkpoint === "string") give(onCheckpoint, checkpoint);
        return results;
      }
      throw failureOf(response, text);
    } catch (cause) {
      throw cause instanceof DaybookClientError ? cause : broken(cause, attempt.signal);
    } finally {
      attempt.end();
    }
  };
}

/** One attempt's own signal: AbortSignal.any() over a long-lived signal keeps every request in memory on some Nodes. */
function abortable(signal: AbortSignal, timeoutMs: number): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  const cancel = later(timeoutMs, () => {
    controller.abort(new DaybookClientError("timeout", "The server did not answer in time", { retryable: true }));
  });
  const end = () => {
    cancel();
    signal.removeEventListener("abort", abort);
  };
  return { signal: controller.signal, end };
}

/** Checked because fetch would quote a malformed header, and with it the key, in its error. @throws TypeError */
function checkKey(key: unknown): asserts key is string {
  if (typeof key === "string" && /^[\x21-\x7e]+$/.test(key)) return;
  throw new TypeError("Daybook: `key` must be an API key (dbk_…)");
}

/** @throws DaybookClientError which pauses the delivery, for a function that gives no key. */
function currentKey(key: string | (() => string)): string {
  try {
    const current = typeof key === "string" ? key : key();
    checkKey(current);
    return current;
  } catch (cause) {
    throw new DaybookClientError("unauthenticated", "The function `key` gave no API key", { cause });
  }
}

function eventsEndpoint(url: string): URL {
  if (!URL.canParse(url)) throw new TypeError("Daybook: `url` must be an address such as https://daybook.example.com");
  const base = new URL(url);
  if (!/^https?:$/.test(base.protocol)) throw new TypeError("Daybook: `url` must begin with http:// or https://");
  if (base.username !== "" || base.password !== "") throw new TypeError("Daybook: `url` must not hold credentials");
  base.pathname = `${base.pathname.replace(/\/+$/, "")}/`;
  return new URL("v1/events", base);
}

/** No whole answer came: whoever aborted says why, else it was the network. */
function broken(cause: unknown, signal: AbortSignal): DaybookClientError {
  if (signal.reason instanceof DaybookClientError) return signal.reason;
  const message = "The server could not be reached, or the connection broke";
  return new DaybookClientError("network", message, { retryable: true, cause });
}

/** What a listener throws is none of the delivery's business. */
function give(onCheckpoint: TransportOptions["onCheckpoint"], note: string): void {
  try {
    onCheckpoint?.(note);
  } catch {
    // As with `onProblem`: whoever listens reports their own failures.
  }
}

function readAnswer(
  text: string,
  events: readonly Outgoing[],
  status: number,
): { results: RecordResult[]; checkpoint: unknown } {
  const answer = parsedObject(text) as { results?: unknown; checkpoint?: unknown } | undefined;
  const results: unknown = answer?.results;
  if (
    !Array.isArray(results) ||
    results.length !== events.length ||
    !results.every((result, i) => isResult(result, events[i]))
  ) {
    throw new DaybookClientError("unexpected_answer", "The answer is not Daybook's", { status, retryable: true });
  }
  return { results, checkpoint: answer?.checkpoint };
}

/** A receipt is of this very event: one of another event would end the retries of this one. */
function isResult(value: unknown, event: Outgoing | undefined): value is RecordResult {
  if (typeof value !== "object" || value === null) return false;
  if ("leaf_hash" in value) return "id" in value && value.id === event?.id;
  return "error" in value && typeof value.error === "object" && value.error !== null;
}

/** What became of one event. */
export type Settled = { readonly receipt: Receipt } | { readonly error: DaybookClientError };

/** A result as either the receipt or the reason. */
export function settle(result: RecordResult): Settled {
  if (!isRejection(result)) return { receipt: result };
  const { code, message, errors, pointer } = result.error;
  const fields = errors ?? (pointer === undefined ? [] : [{ pointer, message }]);
  return {
    error: new DaybookClientError(code, message, { retryable: verdictOf(code) !== "refused", errors: fields }),
  };
}

function isRejection(result: RecordResult): result is Rejection {
  return "error" in result;
}
