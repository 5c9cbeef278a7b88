import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ErrorStatus } from "../errors.ts";
import type { Allow } from "./allow.ts";
import type { Answer } from "./answers.ts";
import { problems } from "./problem.ts";

/** What the API's description says of a call. */
export interface Described {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** `{id}` is one segment, `{+tile}` all that follow. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly allow: Pick<Allow<unknown, never>, "security">;
  /** What the path's parameters mean, where their names do not say it. */
  readonly params?: { readonly [name: string]: string | undefined };
  /** Without it, every query parameter is refused. */
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  /** JSON, read and validated once its sender was let through. */
  readonly body?: z.ZodType;
  /** A body as it is described, where the handler validates more of it, or reads it by itself. */
  readonly describedBody?: Answer["content"];
  readonly answers: Readonly<Record<number, Answer>>;
  /** Statuses of problems, besides those that every call of its kind can answer with. */
  readonly problems?: readonly ErrorStatus[];
}

type RouteConfig = Parameters<OpenAPIHono["openAPIRegistry"]["registerPath"]>[0];

/** A call as OpenAPI describes it. */
export function describe(call: Described): RouteConfig {
  const { method, summary, tag, description, allow, query, headers } = call;
  const path = call.path.replaceAll("{+", "{");
  const params = paramsOf(path, call.params ?? {});
  const content = call.describedBody ?? (call.body && { "application/json": { schema: call.body } });
  const request = {
    ...(params && { params }),
    ...(query && { query }),
    ...(headers && { headers }),
    ...(content && { body: { required: true, content } }),
  };
  return {
    method,
    path,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    ...(allow.security && { security: allow.security.map((one) => ({ ...one })) }),
    ...(Object.keys(request).length > 0 && { request }),
    responses: { ...call.answers, ...problems(...problemsOf(call)) },
  };
}

function paramsOf(path: string, meanings: Readonly<Record<string, string | undefined>>): z.ZodObject | undefined {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  if (names.length === 0) return undefined;
  const schemaOf = (meaning: string | undefined) =>
    meaning === undefined ? z.string() : z.string().meta({ description: meaning });
  return z.object(Object.fromEntries(names.map((name) => [name, schemaOf(meanings[name])])));
}

/** What can be wrong with any call that asks who sends it, takes a body or changes something; and what this one adds. */
function problemsOf({ method, allow, body, describedBody, problems: own = [] }: Described): ErrorStatus[] {
  const statuses = new Set<ErrorStatus>([400, ...own]);
  const add = (...more: readonly ErrorStatus[]) => {
    for (const status of more) statuses.add(status);
  };
  if (allow.security !== undefined) add(403);
  if (allow.security?.every((one) => Object.keys(one).length > 0)) add(401);
  // Another site's page is refused, and the log can be out of space.
  if (method !== "get") add(403, 503);
  if (body ?? describedBody) add(408, 413, 415, 422);
  return [...statuses].sort((a, b) => a - b);
}
