import type { FieldError } from "./event.ts";
import { DaybookClientError } from "./problem.ts";
import { retryAfterMs } from "./retry-after.ts";

/**
 * What a code of Daybook's says about the events it was given for.
 * - `refused`: sending them again will not help.
 * - `paused`: it is the key that is wrong, not the events. They wait until it is right.
 * - `later`: everything else: it is the request that is wrong, as something on the way made it, or the server. Also codes that this version
 *   does not know.
 */
export type Verdict = "refused" | "paused" | "later";

const REFUSED: ReadonlySet<string> = new Set([
  "invalid_json",
  "invalid_utf8",
  "id_conflict",
  "too_large",
  "too_many_events",
  "event_too_large",
  "invalid_event",
  "unknown_organization",
  "entry_damaged",
]);

const PAUSED: ReadonlySet<string> = new Set(["unauthenticated", "forbidden"]);

export function verdictOf(code: string): Verdict {
  if (REFUSED.has(code)) return "refused";
  return PAUSED.has(code) ? "paused" : "later";
}

/**
 * Why a whole request failed. Only a problem of Daybook's own can refuse events: a 404, a redirect or a 200 with HTML comes from an
 * ingress whose server is being replaced, and means that nobody has looked at them.
 */
export function failureOf(response: Pick<Response, "status" | "headers">, text: string): DaybookClientError {
  const { status, headers } = response;
  const after = retryAfterMs(headers.get("retry-after"), Date.now());
  const problem = problemIn(headers.get("content-type"), text);
  if (problem === undefined) {
    const redirected = status === 0 || (status >= 300 && status < 400);
    const message = redirected ? "The address answers with a redirect" : `HTTP ${status}, and not from Daybook`;
    // What is too large for something on the way stays so.
    const retryable = status !== 413;
    return new DaybookClientError("unexpected_answer", message, { status, retryable, retryAfterMs: after });
  }
  const { code, detail, errors, request_id } = problem;
  return new DaybookClientError(code, detail, {
    status,
    retryable: verdictOf(code) === "later",
    errors,
    requestId: request_id,
    retryAfterMs: after,
  });
}

interface OwnProblem {
  readonly code: string;
  readonly detail: string;
  readonly request_id: string;
  readonly errors?: FieldError[];
}

/** Daybook's problem in an answer; others send problems too (RFC 9457), but not with these members. */
function problemIn(contentType: string | null, text: string): OwnProblem | undefined {
  if (contentType?.split(";")[0]?.trim().toLowerCase() !== "application/problem+json") return undefined;
  const { code, detail, request_id, errors } = (parsedObject(text) ?? {}) as Partial<Record<keyof OwnProblem, unknown>>;
  if (typeof code !== "string" || typeof detail !== "string" || typeof request_id !== "string") return undefined;
  return { code, detail, request_id, ...(Array.isArray(errors) && { errors }) };
}

/** @returns undefined for what is not JSON, or no object: an answer of something in between, such as a proxy's error page. */
export function parsedObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
