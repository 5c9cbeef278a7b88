import type { Rejection } from "@daybook/sdk";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { DaybookError, ERRORS } from "../errors.ts";
import type { Env } from "./env.ts";

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

/** Answers an error as a problem. What is not ours is told as `internal`, its own text kept to the server's log. */
export function problemResponse(c: Context<Env>, error: unknown): Response {
  const known = asDaybookError(error);
  const kind = ERRORS[known.code];
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (known.code === "unauthenticated") headers.set("www-authenticate", 'Bearer realm="daybook"');
  if (known.retryAfterSeconds !== undefined) headers.set("retry-after", String(known.retryAfterSeconds));
  else if (kind.status === 503) headers.set("retry-after", "1");
  // The rest of a refused body is not worth reading.
  if (kind.status === 413) headers.set("connection", "close");
  const body = {
    type: "about:blank",
    title: kind.title,
    status: kind.status,
    code: known.code,
    detail: known.message,
    request_id: c.get("requestId"),
    ...(known.errors.length > 0 && { errors: known.errors }),
  };
  return new Response(JSON.stringify(body), { status: kind.status, headers });
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
  if (error instanceof HTTPException && error.status < 500)
    return new DaybookError("invalid_json", "The request cannot be read.");
  return new DaybookError("internal", "The request could not be answered. The server's own log says why.", {
    cause: error,
  });
}
