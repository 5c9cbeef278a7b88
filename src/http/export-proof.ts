import { BUNDLE_MEDIA_TYPE } from "@daybook/sdk/bundle";
import { DaybookError } from "../errors.ts";
import { decodeEntry } from "../event/index.ts";
import type { Access } from "../identity/index.ts";
import type { LogEntry } from "../log/index.ts";
import { bundleChunks, completionId, planEntryBundle } from "../read/index.ts";
import { reading } from "./allow.ts";
import { file } from "./answers.ts";
import { tenantParameter } from "./parameters.ts";
import { bundleSources, type Parts } from "./parts.ts";
import type { Api } from "./route.ts";

/**
 * `GET /v1/exports/{id}`: what proves a CSV file that was exported with `proof=1`. The file's hash, filters and range are in an event of the
 * log; this is that event's entry as a bundle.
 */
export function exportProofRoute(
  api: Api,
  parts: Pick<Parts, "recorder" | "reader" | "search" | "log" | "tree" | "witnesses">,
): void {
  const { recorder, reader } = parts;
  api.route(
    {
      method: "get",
      path: "/v1/exports/{id}",
      tag: "Proofs",
      summary: "Prove an exported file",
      description:
        "For an export with `format=csv&proof=1`: a bundle of the one event that holds the SHA-256 of the file, its filters and its range. `id` is the answer's `x-daybook-export`.",
      allow: reading("audit_log.export"),
      params: { id: "The export's id." },
      query: tenantParameter,
      answers: { 200: file("The bundle", BUNDLE_MEDIA_TYPE) },
      problems: [404, 500, 503],
    },
    async ({ c, by, params: { id } }) => {
      const entry = await recorder.find(by.organization, completionId(id));
      if (entry !== undefined) reader.requireSound(by.organization, entry);
      if (entry === undefined || !isExport(entry) || !canSee(by, entry)) {
        throw new DaybookError("not_found", "There is no such export, or it was not completed with a proof.");
      }
      const sources = bundleSources(parts);
      const chunks: Uint8Array[] = [];
      const plan = await planEntryBundle(sources, entry);
      for await (const { bytes } of bundleChunks(sources, plan, c.req.raw.signal)) chunks.push(bytes);
      return c.body(new Uint8Array(Buffer.concat(chunks)), 200, {
        "content-type": BUNDLE_MEDIA_TYPE,
        "content-disposition": `attachment; filename="export_${by.organization}_${id}.daybook"`,
      });
    },
  );
}

/** A caller can choose such an id for an event of its own. */
function isExport({ header, body }: LogEntry): boolean {
  const { action, source } = decodeEntry(header, body);
  return action === "audit_log.export" && source.type === "daybook";
}

/** Whoever sees a part of the log only sees the exports they made. */
function canSee({ filter, reader }: Access, { header, body }: LogEntry): boolean {
  const { actor } = decodeEntry(header, body);
  return filter === undefined || (actor.type === reader.type && actor.id === reader.id);
}
