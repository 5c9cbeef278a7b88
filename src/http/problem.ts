import type { Rejection } from "@daybook/sdk";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { DaybookError, ERRORS } from "../errors.ts";
import { LogCorruption } from "../log/index.ts";
import type { Env } from "./env.ts";

const UNREADABLE = "The entry is damaged: the log cannot be read at its place.";

/** The one form in which an error leaves over HTTP: RFC 9457 problem details. */
export const problemSchema = z
  .object({
    type: z.string().meta({ example: "about:blank" }),
    title: z.string(),
    status: z.number().int(),
    code: z.string().meta({ example: "invalid_parameter", description: "One of the codes in the error catalogue." }),
    detail: z.string(),
    request_id: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), message: z.string() }))
      .optional()
      .meta({ description: "Every field at fault, required ones first." }),
  })
  .meta({ id: "Problem" });

/** How a route's description names the problems it may answer. */
export function problems<S extends number>(...statuses: S[]) {
  const answer = (status: S) => ({
    description: Object.values(ERRORS)
      .filter((kind) => kind.status === status)
      .map((kind) => kind.title)
      .join(" · "),
    content: { "application/problem+json": { schema: problemSchema } },
  });
  return Object.fromEntries(statuses.map((status) => [status, answer(status)])) as Record<S, ReturnType<typeof answer>>;
}

/** Answers an error as a problem. What is not ours is reported as `internal`, its own text kept to the server's log. */
export function problemResponse(c: Context<Env>, error: unknown): Response {
  const known = asDaybookError(error);
  return c.body(
    JSON.stringify(problemBody(known, c.get("requestId"))),
    ERRORS[known.code].status,
    problemHeaders(known),
  );
}

export function problemBody({ code, message, errors }: DaybookError, requestId: string): z.infer<typeof problemSchema> {
  const { title, status } = ERRORS[code];
  const rest = errors.length > 0 ? { errors } : {};
  return { type: "about:blank", title, status, code, detail: message, request_id: requestId, ...rest };
}

export function problemHeaders({ code, status, retryAfterSeconds, headers }: DaybookError): Record<string, string> {
  const retryAfter = retryAfterSeconds ?? (status === 503 ? 1 : undefined);
  return {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...(code === "unauthenticated" && { "www-authenticate": 'Bearer realm="daybook"' }),
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    ...headers,
  };
}

/** One event's error inside an answer to many. */
export function rejection(id: string | undefined, error: unknown): Rejection {
  const { code, message, errors } = asDaybookError(error);
  return {
    ...(id !== undefined && { id }),
    error: { code, message, ...(errors[0] && { pointer: errors[0].pointer, errors }) },
  };
}

export function asDaybookError(error: unknown): DaybookError {
  if (error instanceof DaybookError) return error;
  // The log has stopped and raised the alarm by itself. Which file it is in, the caller does not learn.
  if (error instanceof LogCorruption) return new DaybookError("entry_damaged", UNREADABLE, { cause: error });
  return new DaybookError("internal", "The request could not be answered. The server's own log says why.", {
    cause: error,
  });
}
