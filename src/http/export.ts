import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Identity } from "../identity/contract.ts";
import type { LogReader } from "../log/contract.ts";
import type { Logger } from "../logger.ts";
import type { Query, Search } from "../search/contract.ts";
import { parseParameters, resolveQuery } from "../search/filters.ts";
import { exportParameters } from "../search/parameters.ts";
import { readableOrganization } from "./access.ts";
import type { Env } from "./env.ts";
import { problems } from "./problem.ts";
import { queryScope } from "./read.ts";

/** How long a stream goes on before it asks again whether its reader may still read. */
const REAUTHORIZE_MS = 1_000;

const TYPES = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson" } as const;

/** `GET /v1/events/export`: every match, streamed in constant memory. */
export function exportRoute(
  app: OpenAPIHono<Env>,
  identity: Identity,
  search: Search,
  log: LogReader,
  logger: Logger,
): void {
  app.openAPIRegistry.registerPath(description);
  app.get("/v1/events/export", async (c) => {
    const { headers } = c.req.raw;
    const principal = await identity.authenticate(headers);
    const parameters = parseParameters(exportParameters, new URL(c.req.url).searchParams);
    const { format, bom = false, raw = false, ...filters } = parameters;
    const organization = await readableOrganization(identity, principal, filters.tenant_id, PERMISSION);
    const query = resolveQuery(filters, queryScope(organization, search, log));
    const stop = new AbortController();
    const chunks = search.export(query, { format, bom, raw }, stop.signal)[Symbol.asyncIterator]();
    // The first chunk is read before the status is sent, so that a failure is still told as one.
    const first = await chunks.next();
    const mayStillRead = everySecond(async () => {
      await readableOrganization(identity, await identity.authenticate(headers), organization, PERMISSION);
    });
    const breakOff = (error: unknown) => {
      logger.warn("an export broke off", { request_id: c.get("requestId"), error });
      // Not by an error in the stream: that would be printed as it is, and the answer could end as if it were whole.
      c.env.outgoing.destroy();
    };
    return c.body(stream(first, chunks, stop, { mayStillRead, breakOff }), 200, {
      "content-type": TYPES[format],
      "content-disposition": `attachment; filename="${fileName(organization, query, format)}"`,
    });
  });
}

const PERMISSION = "audit_log.export";

/** A stream that breaks off, rather than ends, when it fails or its reader may no longer read: what was sent is then seen to be incomplete. */
function stream(
  first: IteratorResult<Uint8Array>,
  chunks: AsyncIterator<Uint8Array>,
  stop: AbortController,
  { mayStillRead, breakOff }: { mayStillRead: () => Promise<void>; breakOff: (error: unknown) => void },
): ReadableStream<Uint8Array> {
  let next: IteratorResult<Uint8Array> | undefined = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          await mayStillRead();
          const { done, value } = next ?? (await chunks.next());
          next = undefined;
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          if (stop.signal.aborted) return;
          stop.abort();
          breakOff(error);
          controller.close();
        }
      },
      cancel: () => stop.abort(),
    },
    { highWaterMark: 0 },
  );
}

function everySecond(check: () => Promise<void>): () => Promise<void> {
  let checked = performance.now();
  return async () => {
    if (performance.now() - checked < REAUTHORIZE_MS) return;
    await check();
    checked = performance.now();
  };
}

function fileName(organization: string, { start, end, now }: Query, format: string): string {
  const day = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);
  return `audit-logs_${organization}_${day(start)}_${day(Math.max(start, (end ?? now + 1) - 1))}.${format}`;
}

const description = {
  method: "get" as const,
  path: "/v1/events/export",
  summary: "Export every match",
  description:
    "The same filters as the list, every match, newest first. CSV follows RFC 4180 with one header row; NDJSON lines are events as the list gives them. A stream that breaks off before its end is incomplete.",
  tags: ["Events"],
  security: [{ key: [] }, { session: [] }],
  request: { query: exportParameters },
  responses: {
    200: {
      description: "The file",
      content: { "text/csv": { schema: z.string() }, "application/x-ndjson": { schema: z.string() } },
    },
    ...problems(400, 401, 403, 404, 503),
  },
};
