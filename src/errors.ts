import type { FieldError } from "@daybook/sdk";

export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 417 | 422 | 429 | 431 | 500 | 503;

/** One kind of failure as a caller sees it: HTTP status, a short public title, and whether the same call may succeed later. */
interface ErrorKind {
  status: ErrorStatus;
  title: string;
  retryable: boolean;
}

/**
 * Every error that leaves Daybook, over HTTP, in a per-event result or on the command line. `docs/errors.md` lists the same
 * codes and a test holds the two together.
 */
export const ERRORS = {
  invalid_request: { status: 400, title: "The request's target or host is malformed", retryable: false },
  invalid_json: { status: 400, title: "The request is not well-formed JSON", retryable: false },
  invalid_utf8: { status: 400, title: "The request is not valid UTF-8", retryable: false },
  invalid_encoding: { status: 400, title: "The request's content encoding cannot be decoded", retryable: false },
  invalid_parameter: { status: 400, title: "A parameter is unknown, malformed or out of range", retryable: false },
  invalid_cursor: { status: 400, title: "The cursor does not belong to this query", retryable: false },
  unauthenticated: { status: 401, title: "A valid API key or session is needed", retryable: false },
  invalid_credentials: { status: 401, title: "Incorrect e-mail or password", retryable: false },
  two_factor_required: { status: 401, title: "A code is also needed to sign in", retryable: false },
  invalid_token: { status: 401, title: "The link is not valid, was used already, or has expired", retryable: false },
  forbidden: { status: 403, title: "This key or role cannot do that", retryable: false },
  origin_mismatch: { status: 403, title: "The request does not come from the console's own pages", retryable: false },
  not_found: { status: 404, title: "Not found", retryable: false },
  method_not_allowed: { status: 405, title: "This address does not allow that method", retryable: false },
  too_slow: { status: 408, title: "The request was sent too slowly", retryable: true },
  id_conflict: { status: 409, title: "The id was already recorded with other content", retryable: false },
  too_many_views: { status: 409, title: "The limit of saved views is reached", retryable: false },
  too_many_streams: { status: 409, title: "The limit of streams is reached", retryable: false },
  too_many_alerts: { status: 409, title: "The limit of alerts is reached", retryable: false },
  already_set_up: { status: 409, title: "Daybook is set up already", retryable: false },
  two_factor_enabled: { status: 409, title: "Two-factor sign-in is on already", retryable: false },
  last_owner: { status: 409, title: "An organization needs at least one owner", retryable: false },
  own_membership: { status: 409, title: "You cannot remove yourself", retryable: false },
  already_member: { status: 409, title: "This person is a member already", retryable: false },
  too_large: { status: 413, title: "The request is larger than the limit", retryable: false },
  too_many_events: { status: 413, title: "The request has more events than the limit", retryable: false },
  event_too_large: { status: 413, title: "The event is larger than the limit", retryable: false },
  unsupported_media_type: { status: 415, title: "This content type or encoding is not supported", retryable: false },
  expectation_failed: { status: 417, title: "The Expect header is not supported", retryable: false },
  invalid_event: { status: 422, title: "The event is not valid", retryable: false },
  invalid_input: { status: 422, title: "The input is not valid", retryable: false },
  unknown_organization: { status: 422, title: "There is no organization with this tenant_id", retryable: false },
  rate_limited: { status: 429, title: "Too many requests", retryable: true },
  headers_too_large: { status: 431, title: "The request's address and headers are too long", retryable: false },
  entry_damaged: { status: 500, title: "The entry is damaged in the log", retryable: false },
  internal: { status: 500, title: "Something went wrong on our side", retryable: true },
  log_unavailable: { status: 503, title: "The log cannot take events at the moment", retryable: true },
  disk_full: { status: 503, title: "There is no space left on the disk", retryable: true },
  id_undecided: {
    status: 503,
    title: "The server does not know yet whether this id was recorded before",
    retryable: true,
  },
  tree_unavailable: { status: 503, title: "No checkpoint covers this yet", retryable: true },
  overloaded: { status: 503, title: "The server is overloaded", retryable: true },
  search_unavailable: { status: 503, title: "Search is not available at the moment", retryable: true },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/** The only error type that reaches a caller as it is; anything else is reported as `internal`, its text kept to the server's own log. */
export class DaybookError extends Error {
  override readonly name = "DaybookError";
  readonly code: ErrorCode;
  readonly errors: FieldError[];
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param detail one sentence for the caller: no SQL, path or stack.
   * @param options.errors the fields at fault, required ones first.
   * @param options.retryAfterSeconds sent as Retry-After.
   * @param options.headers further fields of the answer.
   */
  constructor(
    code: ErrorCode,
    detail: string,
    options: {
      errors?: FieldError[];
      retryAfterSeconds?: number;
      headers?: Readonly<Record<string, string>>;
      cause?: unknown;
    } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}
