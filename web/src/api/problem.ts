import type { FieldError } from "@daybook/sdk";
import type { Problem as Declared } from "./schema.ts";

/** What the server refused or failed at (RFC 9457), or `network`/`unreadable` when there was no answer it could have come from. */
export class Problem extends Error {
  override readonly name = "Problem";
  /** A code of the server's error catalogue, or `network`, or `unreadable`. */
  readonly code: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly requestId: string | undefined;
  /** The fields at fault: a JSON pointer into the request body, or a query parameter's name. */
  readonly errors: readonly FieldError[];
  /** Milliseconds the server asks to wait before the same request. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: string,
    message: string,
    options: {
      status?: number;
      requestId?: string | undefined;
      errors?: readonly FieldError[];
      retryAfterMs?: number | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 0;
    this.requestId = options.requestId;
    this.errors = options.errors ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A proxy can answer with less. */
type ProblemBody = Pick<Declared, "code"> & Partial<Declared>;

function isProblemBody(value: unknown): value is ProblemBody {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
}

/** Seconds only: the one form Daybook sends. */
function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (isProblemBody(body)) {
    return new Problem(body.code, body.detail ?? body.title ?? "The server refused the request", {
      status: response.status,
      requestId: body.request_id,
      errors: body.errors ?? [],
      retryAfterMs: retryAfterMs(response),
    });
  }
  return new Problem("unreadable", `The server answered ${response.status} without saying why`, {
    status: response.status,
    requestId: response.headers.get("x-request-id") ?? undefined,
    retryAfterMs: retryAfterMs(response),
  });
}

/** The first message for a field, by its pointer. */
export function fieldMessage(problem: Problem | null, pointer: string): string | undefined {
  return problem?.errors.find((error) => error.pointer === pointer)?.message;
}

/** Any failure of a call as a Problem; null stays what it is not. */
export function asProblem(error: Error | null): Problem | undefined {
  if (error === null) return undefined;
  return error instanceof Problem ? error : new Problem("unreadable", "The answer could not be read", { cause: error });
}

/** The problem of a call, for `fieldMessage`. */
export function problemOrNull(error: Error | null): Problem | null {
  return error instanceof Problem ? error : null;
}
