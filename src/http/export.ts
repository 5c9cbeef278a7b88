import { createHash } from "node:crypto";
import { BUNDLE_EXTENSION, BUNDLE_MEDIA_TYPE } from "@daybook/sdk/bundle";
import { z } from "@hono/zod-openapi";
import { bundleChunks, type ExportChunk, planBundle, resolve } from "../read/index.ts";
import { exportParameters, filtersGiven, type Query } from "../search/index.ts";
import { admitReading } from "./admitted.ts";
import { reading } from "./allow.ts";
import { file } from "./answers.ts";
import { bundleSources, type Parts } from "./parts.ts";
import { authorizeReading, everySecond, type Reading, readableHead } from "./reading.ts";
import type { Asked } from "./reading-events.ts";
import type { Api, Call } from "./route.ts";

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
        "The same filters as the list, every match, newest first. CSV follows RFC 4180 with one header row; NDJSON lines are events as the list gives them. With `proof=1`, NDJSON is a bundle, in sequence order, that verifies offline, and a CSV file's hash is recorded. A stream that breaks off before its end is incomplete.",
      allow: reading(PERMISSION),
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

async function answerExport(
  parts: ExportParts,
  {
    c,
    by,
    query: parameters,
  }: Pick<Call<string, z.output<typeof exportParameters>, unknown, Reading>, "c" | "by" | "query">,
): Promise<Response> {
  const { identity, search, reader, readingEvents, logger, admission } = parts;
  const { headers } = c.req.raw;
  const { format, bom = false, raw = false, proof = false } = parameters;
  const query = resolve(parameters, await reader.scope(by));
  const filters = filtersGiven(parameters);
  const kind = proof && format === "ndjson" ? "bundle" : format;
  const fileHeaders = {
    "content-type": KINDS[kind].type,
    "content-disposition": `attachment; filename="${fileName(by.organization, query, KINDS[kind].extension)}"`,
  };
  await admitReading(admission, c.env, by, "exports");
  // Nothing is exported, so nothing is recorded.
  if (c.req.method === "HEAD") return c.body(null, 200, fileHeaders);
  const stop = new AbortController();
  const asOf = await reader.organizationPosition(query);
  const begin = async () => {
    if (kind !== "bundle") {
      const rows = reader.export(query, { format: kind, bom, raw }, stop.signal);
      return { chunks: rows[Symbol.asyncIterator](), count: search.count(query) };
    }
    const sources = bundleSources(parts);
    const plan = await planBundle(sources, query, { asOf, filters, selective: isSelective(filters, by) });
    return { chunks: bundleChunks(sources, plan, stop.signal), count: plan.count };
  };
  const { chunks, count: counted } = await begin();
  // The first chunk is read before the status is sent, so that a failure is still reported as one.
  const [first, count] = await Promise.all([chunks.next(), counted]);
  const origin = c.get("origin");
  const exported = { format, query, asOf, count, filters, proof };
  const id = await readingEvents.exporting(by, origin, exported);
  const mayStillRead = everySecond(async () => {
    await authorizeReading(identity, await identity.authenticateReader(headers), by.organization, PERMISSION);
  });
  const turn = () => admission.turns.next({ organization: by.organization, key: "export" }, CHUNK_BYTES);
  const brokenOff = (rows: number, error: unknown) => {
    const reason = error === undefined ? "aborted" : "failed";
    readingEvents.brokenOff(by, origin, { exported, id, rows, reason });
    if (error === undefined) return;
    logger.warn("an export broke off", { request_id: c.get("requestId"), error });
    // Not by an error in the stream: that would be printed as it is, and the answer could end as if it were whole.
    c.env.outgoing.destroy();
  };
  const completed = async (sent: Sent) => {
    try {
      await readingEvents.completed(by, origin, { exported, id, ...sent });
    } catch (error) {
      // The file is whole all the same; that there is no proof of it shows where that is asked for.
      logger.error("the hash of an export could not be recorded", { request_id: c.get("requestId"), error });
    }
  };
  // A bundle proves itself.
  const isProven = proof && kind !== "bundle";
  const sent = stream(first, chunks, stop, {
    mayStillRead,
    brokenOff,
    turn,
    completed: isProven ? completed : undefined,
  });
  const head = kind === "bundle" ? undefined : readableHead(parts.witnesses, by);
  return c.body(sent, 200, {
    ...fileHeaders,
    [EXPORT_HEADER]: id,
    ...(head !== undefined && { [CHECKPOINT_HEADER]: Buffer.from(head, "utf8").toString("base64") }),
  });
}

/** About what a chunk takes of this thread, as bytes that are parsed. */
const CHUNK_BYTES = 64 * 1024;

/** Whether more than a period decides what is exported, so that nothing can be said about what is left out. */
function isSelective(filters: Asked, { within }: Reading): boolean {
  return within !== undefined || Object.keys(filters).some((name) => !PERIOD.has(name));
}

const PERIOD: ReadonlySet<string> = new Set(["start", "end", "tz", "as_of"]);

/** All that was sent. */
interface Sent {
  readonly rows: number;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/**
 * A stream that breaks off, rather than ends, when it fails or its reader can no longer read: what was sent is then seen to be incomplete.
 * @param hooks.brokenOff called once, with the rows sent, and the error unless it was the reader who left.
 * @param hooks.completed awaited before the end is sent. Undefined: what is sent is not hashed, which takes as long as writing it.
 */
function stream(
  first: IteratorResult<ExportChunk>,
  chunks: AsyncIterator<ExportChunk>,
  stop: AbortController,
  {
    mayStillRead,
    brokenOff,
    completed,
    turn,
  }: {
    mayStillRead: () => Promise<void>;
    brokenOff: (rows: number, error: unknown) => void;
    completed: ((sent: Sent) => Promise<void>) | undefined;
    turn: () => Promise<void> | undefined;
  },
): ReadableStream<Uint8Array> {
  let next: IteratorResult<ExportChunk> | undefined = first;
  let rows = 0;
  let bytes = 0;
  const hash = completed && createHash("sha256");
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          await mayStillRead();
          await turn();
          const { done, value } = next ?? (await chunks.next());
          next = undefined;
          if (done) {
            if (hash) await completed?.({ rows, bytes, sha256: hash.digest("hex") });
            return controller.close();
          }
          hash?.update(value.bytes);
          bytes += value.bytes.length;
          rows += value.rows;
          controller.enqueue(value.bytes);
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

function fileName(organization: string, { start, end, now }: Query, extension: string): string {
  const day = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);
  return `audit-logs_${organization}_${day(start)}_${day(Math.max(start, (end ?? now + 1) - 1))}.${extension}`;
}
