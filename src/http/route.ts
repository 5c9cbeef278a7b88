import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Reads } from "../admission/index.ts";
import type { Access, Manager } from "../identity/index.ts";
import { admitReading } from "./admitted.ts";
import type { Allow } from "./allow.ts";
import { type Described, describe } from "./description.ts";
import type { Env } from "./env.ts";
import { readInput } from "./input.ts";
import { longAnswer } from "./long-answer.ts";
import { parseParameters } from "./parameters.ts";
import type { Parts } from "./parts.ts";
import { refuseParameters, requireWellFormedQuery } from "./query-text.ts";

/** `{id}` in a path is one segment, `{+tile}` all that follow. */
type ParamsOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `+${infer Bare}` ? Bare : Name) | ParamsOf<Rest>
  : never;

/** A call, declared once: its handler is given what is declared here, its description is generated from it, and its answers have its types. */
export interface Declaration<Path extends string, Query extends z.ZodObject, Body extends z.ZodType, Answers, By>
  extends Described {
  readonly path: Path;
  /** Left out of the description. */
  readonly hidden?: boolean;
  readonly allow: Allow<By, z.output<Query>>;
  /** Of what it takes a share while it reads: others wait meanwhile, or are refused. */
  readonly share?: By extends Access | Manager ? Reads : never;
  readonly params?: { readonly [Name in ParamsOf<Path>]?: string };
  readonly query?: Query;
  readonly body?: Body;
  readonly answers: Answers & Described["answers"];
}

/** A request that was let through, and whose parameters and body are valid. */
export interface Call<Path extends string, Query, Input, By> {
  readonly c: Context<Env>;
  readonly by: By;
  readonly params: Readonly<Record<ParamsOf<Path>, string>>;
  readonly query: Query;
  readonly input: Input;
}

type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;

/** A status with the JSON that is declared for it, or with its text, piece by piece; a status alone; or an answer that is not JSON. */
type Answered<Answers> =
  | Response
  | {
      [Status in keyof Answers]: Answers[Status] extends { content: { "application/json": { schema: infer Schema } } }
        ? readonly [status: Status, body: Immutable<z.output<Schema>> | AsyncGenerator<string>]
        : Answers[Status] extends { content: unknown }
          ? never
          : readonly [status: Status];
    }[keyof Answers];

type ApiParts = Pick<Parts, "identity" | "admission" | "logger">;

/** Where routes are declared. */
export class Api {
  private readonly app: OpenAPIHono<Env>;
  private readonly parts: ApiParts;

  constructor(app: OpenAPIHono<Env>, parts: ApiParts) {
    this.app = app;
    this.parts = parts;
  }

  /**
   * Declares a call and answers it. Whoever sends it is let through first, then its parameters and its body are validated, then it waits for its
   * share.
   *
   * Not `app.openapi`: that validates before anybody is authenticated, and reads bodies of any length.
   */
  route<
    Path extends string,
    Query extends z.ZodObject,
    Body extends z.ZodType,
    Answers extends Described["answers"],
    By,
  >(
    declaration: Declaration<Path, Query, Body, Answers, By>,
    handler: (call: Call<Path, z.output<Query>, z.output<Body>, By>) => Promise<Answered<NoInfer<Answers>>>,
  ): void {
    const { method, path, allow, share, query: querySchema, body: bodySchema } = declaration;
    const { identity, admission, logger } = this.parts;
    if (!declaration.hidden) this.app.openAPIRegistry.registerPath(describe(declaration));
    this.app.on(method, routerPath(path), async (c) => {
      const parameters = queryOf(c, querySchema);
      const params = c.req.param() as Readonly<Record<ParamsOf<Path>, string>>;
      const admit = () => allow.admit({ identity, headers: c.req.raw.headers, params, query: parameters });
      let by = await admit();
      const query = parameters();
      const input = bodySchema && (await readInput(c, bodySchema));
      // A body can take a minute to arrive: nobody holds a key, session or role open by sending slowly.
      if (bodySchema) by = await admit();
      // Nor by waiting for a share.
      if (share && (await admitReading(admission, c.env, by as Access | Manager, share))) by = await admit();
      const answered = await handler({ c, by, params, query, input: input as z.output<Body> });
      if (answered instanceof Response) return answered;
      const [status, body] = answered as readonly [ContentfulStatusCode, object?];
      if (body !== undefined && Symbol.asyncIterator in body) {
        return longAnswer(c, status, body as AsyncGenerator<string>, logger);
      }
      return body === undefined ? c.body(null, status) : c.json(body, status);
    });
  }
}

/** Reads the query when it is first asked for, and not again. */
function queryOf<Query extends z.ZodObject>(c: Context<Env>, schema: Query | undefined): () => z.output<Query> {
  let read: { readonly query: z.output<Query> } | undefined;
  return () => {
    read ??= { query: readQuery(c.req.url, schema) };
    return read.query;
  };
}

/** @throws DaybookError `invalid_parameter`, also for what does not decode, or nobody reads. */
function readQuery<Query extends z.ZodObject>(url: string, schema: Query | undefined): z.output<Query> {
  requireWellFormedQuery(url);
  if (schema !== undefined) return parseParameters(schema, new URL(url).searchParams);
  refuseParameters(url);
  return undefined as z.output<Query>;
}

function routerPath(path: string): string {
  return path.replaceAll(/\{(\+?)(\w+)\}/g, (_, all: string, name: string) => `:${name}${all && "{.+}"}`);
}
