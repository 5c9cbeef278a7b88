import { BUNDLE_EXTENSION, BUNDLE_MEDIA_TYPE } from "@daybook/sdk/bundle";
import { z } from "@hono/zod-openapi";
import type { Access } from "../identity/index.ts";
import { exportParameters, filtersGiven, type Query } from "../query/index.ts";
import {
  type Asked,
  bundleChunks,
  type Exported,
  type ExportOptions,
  planBundle,
  resolveQuery,
} from "../read/index.ts";
import { reading } from "./allow.ts";
import { file } from "./answers.ts";
import { readableHead } from "./events-call.ts";
import { exportStream, type Sent } from "./export-stream.ts";
import { bundleSources, type Parts } from "./parts.ts";
import type { Api, Call } from "./route.ts";
import { everySecond, stillAllowed } from "./still-allowed.ts";

const KINDS = {
  csv: { type: "text/csv; charset=utf-8", extension: "csv" },
  ndjson: { type: "application/x-ndjson", extension: "ndjson" },
  bundle: { type: BUNDLE_MEDIA_TYPE, extension: BUNDLE_EXTENSION },
} as const;

/** Names the export, for `/v1/exports/{id}`. */
const EXPORT_HEADER = "x-daybook-export";
/** The cosigned head in base64: a signed note has several lines. A bundle holds its own checkpoint. */
const CHECKPOINT_HEADER = "x-daybook-checkpoint";

const PERMISSION = "audit_log.export";

type ExportParts = Pick<
  Parts,
  "identity" | "search" | "log" | "tree" | "witnesses" | "reader" | "readingEvents" | "logger" | "admission"
>;

/**
 * `GET /v1/events/export`: every match, streamed in constant memory. That it is exported is an event, durable before the first byte;
 * that it broke off is one more, and so is, on request, the hash of what was sent.
 */
export function exportRoute(api: Api, parts: ExportParts): void {
  api.route(
    {
      method: "get",
      path: "/v1/events/export",
      tag: "Events",
      summary: "Export every match",
      description:
        "The same filters as the list, every match, newest first. CSV follows RFC 4180 with one header row; NDJSON lines are events as the list gives them. With `proof=1`, NDJSON is a bundle, in sequence order, that verifies offline, and a CSV file's hash is recorded. An export that breaks off is incomplete.",
      allow: reading(PERMISSION),
      share: "exports",
      query: exportParameters,
      answers: {
        200: {
          ...file("The file", "text/csv", "application/x-ndjson", BUNDLE_MEDIA_TYPE),
          headers: z.object({
            [EXPORT_HEADER]: z.string().meta({ description: "The export's id." }),
            [CHECKPOINT_HEADER]: z.string().optional().meta({
              description:
                "With CSV and NDJSON, where there is a witness: the `checkpoint` that pages have, in base64. It may not cover the newest entries of the file.",
            }),
          }),
        },
      },
      problems: [404, 429, 503],
    },
    (call) => answerExport(parts, call),
  );
}

type ExportCall = Pick<Call<string, z.output<typeof exportParameters>, unknown, Access>, "c" | "by" | "query">;

async function answerExport(parts: ExportParts, { c, by, query: parameters }: ExportCall): Promise<Response> {
  const { reader, readingEvents } = parts;
  const { format, bom = false, raw = false, proof = false } = parameters;
  const query = resolveQuery(parameters, await reader.scope(by));
  const filters = filtersGiven(parameters);
  const kind = proof && format === "ndjson" ? "bundle" : format;
  const fileHeaders = {
    "content-type": KINDS[kind].type,
    "content-disposition": `attachment; filename="${fileName(by.organization, query, KINDS[kind].extension)}"`,
  };
  // Nothing is exported, so nothing is recorded.
  if (c.req.method === "HEAD") return c.body(null, 200, fileHeaders);
  const stop = new AbortController();
  const asOf = await reader.organizationPosition(query);
  const { chunks, count: counted } =
    kind === "bundle"
      ? await bundleOf(parts, query, { asOf, filters, selective: isSelective(filters, by) }, stop.signal)
      : rowsOf(parts, query, { format: kind, bom, raw }, stop.signal);
  // The first chunk is read before the status is sent, so that a failure is still reported as one.
  const [first, count] = await Promise.all([chunks.next(), counted]);
  const exported = { format, query, asOf, count, filters, proof };
  const id = await readingEvents.exporting(by, c.get("origin"), exported);
  const { completed, ...hooks } = exportHooks(parts, { c, by }, exported, id);
  // A bundle proves itself.
  const isHashed = proof && kind !== "bundle";
  const sent = exportStream(first, chunks, stop, { ...hooks, completed: isHashed ? completed : undefined });
  const head = kind === "bundle" ? undefined : readableHead(parts.witnesses, by);
  return c.body(sent, 200, {
    ...fileHeaders,
    [EXPORT_HEADER]: id,
    ...(head !== undefined && { [CHECKPOINT_HEADER]: Buffer.from(head, "utf8").toString("base64") }),
  });
}

function rowsOf({ reader, search }: ExportParts, query: Query, options: ExportOptions, signal: AbortSignal) {
  return { chunks: reader.export(query, options, signal)[Symbol.asyncIterator](), count: search.count(query) };
}

async function bundleOf(parts: ExportParts, query: Query, of: Parameters<typeof planBundle>[2], signal: AbortSignal) {
  const sources = bundleSources(parts);
  const plan = await planBundle(sources, query, of);
  return { chunks: bundleChunks(sources, plan, signal), count: plan.count };
}

/** While it is sent, the reader is asked for again each second; how it ends is recorded. @param id of the event that announced it. */
function exportHooks(
  { identity, readingEvents, logger, admission }: ExportParts,
  { c, by }: Pick<ExportCall, "c" | "by">,
  exported: Exported,
  id: string,
) {
  const { headers } = c.req.raw;
  const origin = c.get("origin");
  return {
    mayStillRead: everySecond(stillAllowed(identity, headers, PERMISSION, by.organization)),
    turn: () => admission.turns.next({ organization: by.organization, key: "export" }, CHUNK_BYTES),
    brokenOff(rows: number, error: unknown) {
      const reason = error === undefined ? "aborted" : "failed";
      readingEvents.brokenOff(by, origin, { exported, id, rows, reason });
      if (error === undefined) return;
      logger.warn("an export broke off", { request_id: c.get("requestId"), error });
      // Not by an error in the stream: that would be printed as it is, and the answer could end as if it were whole.
      c.env.outgoing.destroy();
    },
    async completed(sent: Sent) {
      try {
        await readingEvents.completed(by, origin, { exported, id, ...sent });
      } catch (error) {
        // The file is whole all the same; that there is no proof of it shows where that is asked for.
        logger.error("the hash of an export could not be recorded", { request_id: c.get("requestId"), error });
      }
    },
  };
}

/** About what a chunk takes of this thread, as bytes that are parsed. */
const CHUNK_BYTES = 64 * 1024;

/** Whether more than a period decides what is exported, so that nothing can be said about what is left out. */
function isSelective(filters: Asked, { filter }: Access): boolean {
  return filter !== undefined || Object.keys(filters).some((name) => !PERIOD.has(name));
}

const PERIOD: ReadonlySet<string> = new Set(["start", "end", "tz", "as_of"]);

function fileName(organization: string, { start, end, now }: Query, extension: string): string {
  const day = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);
  return `audit-logs_${organization}_${day(start)}_${day(Math.max(start, (end ?? now + 1) - 1))}.${extension}`;
}
