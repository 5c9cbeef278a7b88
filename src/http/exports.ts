import { BUNDLE_MEDIA_TYPE } from "@daybook/sdk/bundle";
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import { decodeEntry } from "../event/codec.ts";
import type { Identity } from "../identity/contract.ts";
import type { LogEntry } from "../log/contract.ts";
import { type BundleSources, bundleChunks, planEntryBundle } from "../read/bundle.ts";
import type { Reader } from "../read/reader.ts";
import type { Recorder } from "../record/recorder.ts";
import { parseParameters } from "../search/filters.ts";
import { completionId } from "./access-record.ts";
import type { Env } from "./env.ts";
import { problems } from "./problem.ts";
import { tenantParameter } from "./proofs.ts";
import { authorizeReading, type Reading } from "./reading.ts";

/**
 * `GET /v1/exports/{id}`: what proves a CSV file that was exported with `proof=1`. The file's hash, filters and range stand in an event of the
 * log; this is that event's entry as a bundle.
 */
export function exportsRoute(
  app: OpenAPIHono<Env>,
  identity: Identity,
  sources: BundleSources,
  recorder: Recorder,
  reader: Reader,
): void {
  app.openAPIRegistry.registerPath(description);
  app.get("/v1/exports/:id", async (c) => {
    const principal = await identity.authenticateReader(c.req.raw.headers);
    const parameters = parseParameters(tenantParameter, new URL(c.req.url).searchParams);
    const reading = await authorizeReading(identity, principal, parameters.tenant_id, "audit_log.export");
    const id = c.req.param("id");
    const entry = await recorder.find(reading.organization, completionId(id));
    if (entry !== undefined) reader.requireSound(reading.organization, entry);
    if (entry === undefined || !isExport(entry) || !maySee(reading, entry)) {
      throw new DaybookError("not_found", "There is no such export, or it was not completed with a proof.");
    }
    const chunks: Uint8Array[] = [];
    const plan = await planEntryBundle(sources, entry);
    for await (const { bytes } of bundleChunks(sources, plan, c.req.raw.signal)) chunks.push(bytes);
    return c.body(new Uint8Array(Buffer.concat(chunks)), 200, {
      "content-type": BUNDLE_MEDIA_TYPE,
      "content-disposition": `attachment; filename="export_${reading.organization}_${id}.daybook"`,
    });
  });
}

/** A caller may choose such an id for an event of its own. */
function isExport({ header, body }: LogEntry): boolean {
  const { action, source } = decodeEntry(header, body);
  return action === "audit_log.export" && source.type === "daybook";
}

/** Whoever sees a part of the log only sees the exports they made. */
function maySee({ within, reader }: Reading, { header, body }: LogEntry): boolean {
  const { actor } = decodeEntry(header, body);
  return within === undefined || (actor.type === reader.type && actor.id === reader.id);
}

const description = {
  method: "get" as const,
  path: "/v1/exports/{id}",
  summary: "Prove an exported file",
  description:
    "For an export with `format=csv&proof=1`: a bundle of the one event that holds the SHA-256 of the file, its filters and its range. `id` is the answer's `x-daybook-export`.",
  tags: ["Proofs"],
  security: [{ key: [] }, { session: [] }],
  request: { params: z.object({ id: z.string().meta({ description: "The export's id." }) }), query: tenantParameter },
  responses: {
    200: { description: "The bundle", content: { [BUNDLE_MEDIA_TYPE]: { schema: z.string() } } },
    ...problems(400, 401, 403, 404, 503),
  },
};
