import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Identity } from "../identity/contract.ts";
import type { LogReader } from "../log/contract.ts";
import type { Logger } from "../logger.ts";
import type { ExportChunk, Query, Search } from "../search/contract.ts";
import { parseParameters, resolveQuery } from "../search/filters.ts";
import { exportParameters } from "../search/parameters.ts";
import type { AccessRecord } from "./access-record.ts";
import type { Env } from "./env.ts";
import { problems } from "./problem.ts";
import { filtersOf, queryScope } from "./read.ts";
import { authorizeReading } from "./reading.ts";

/** How long a stream goes on before it asks again whether its reader may still read. */
const REAUTHORIZE_MS = 1_000;

const TYPES = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson" } as const;

/**
 * `GET /v1/events/export`: every match, streamed in constant memory. That it is exported is an event, durable before the first byte;
 * that it broke off is one more.
 */
export function exportRoute(
  app: OpenAPIHono<Env>,
  identity: Identity,
  search: Search,
  log: LogReader,
  access: AccessRecord,
  logger: Logger,
): void {
  app.openAPIRegistry.registerPath(description);
  app.get("/v1/events/export", async (c) => {
    const { headers } = c.req.raw;
    const principal = await identity.authenticateReader(headers);
    const parameters = parseParameters(exportParameters, new URL(c.req.url).searchParams);
    const { format, bom = false, raw = false } = parameters;
    const reading = await authorizeReading(identity, principal, parameters.tenant_id, PERMISSION);
    const query = resolveQuery(parameters, queryScope(reading, search, log));
    const stop = new AbortController();
    const chunks = search.export(query, { format, bom, raw }, stop.signal)[Symbol.asyncIterator]();
    // The first chunk is read before the status is sent, so that a failure is still told as one.
    const [first, count] = await Promise.all([chunks.next(), search.count(query)]);
    const origin = c.get("origin");
    const exported = { format, query, count, filters: filtersOf(parameters) };
    const id = await access.exporting(reading, origin, exported);
    const mayStillRead = everySecond(async () => {
      await authorizeReading(identity, await identity.authenticateReader(headers), reading.organization, PERMISSION);
    });
    const brokenOff = (rows: number, error: unknown) => {
      const reason = error === undefined ? "aborted" : "failed";
      access.brokenOff(reading, origin, { exported, id, rows, reason });
      if (error === undefined) return;
      logger.warn("an export broke off", { request_id: c.get("requestId"), error });
      // Not by an error in the stream: that would be printed as it is, and the answer could end as if it were whole.
      c.env.outgoing.destroy();
    };
    return c.body(stream(first, chunks, stop, { mayStillRead, brokenOff }), 200, {
      "content-type": TYPES[format],
      "content-disposition": `attachment; filename="${fileName(reading.organization, query, format)}"`,
    });
  });
}

const PERMISSION = "audit_log.export";

/**
 * A stream that breaks off, rather than ends, when it fails or its reader may no longer read: what was sent is then seen to be incomplete.
 * @param hooks.brokenOff called once, with the rows sent, and the error unless it was the reader who left.
 */
function stream(
  first: IteratorResult<ExportChunk>,
  chunks: AsyncIterator<ExportChunk>,
  stop: AbortController,
  {
    mayStillRead,
    brokenOff,
  }: {
    mayStillRead: () => Promise<void>;
    brokenOff: (rows: number, error: unknown) => void;
  },
): ReadableStream<Uint8Array> {
  let next: IteratorResult<ExportChunk> | undefined = first;
  let rows = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          await mayStillRead();
          const { done, value } = next ?? (await chunks.next());
          next = undefined;
          if (done) return controller.close();
          controller.enqueue(value.bytes);
          rows += value.rows;
        } catch (error) {
          if (stop.signal.aborted) return;
          stop.abort();
          brokenOff(rows, error);
          controller.close();
        }
      },
      cancel() {
        stop.abort();
        brokenOff(rows, undefined);
      },
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
