import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { DaybookError } from "../errors.ts";
import type { Identity } from "../identity/contract.ts";
import type { LogReader } from "../log/contract.ts";
import type { Reader } from "../read/reader.ts";
import type { Recorder } from "../record/recorder.ts";
import { parseParameters } from "../search/filters.ts";
import { integer, pageParameters, single } from "../search/parameters.ts";
import type { SignedCheckpoint, TreeReader } from "../tree/contract.ts";
import { readableOrganization } from "./access.ts";
import type { Env } from "./env.ts";
import { onlyParameters } from "./parameters.ts";
import { problems } from "./problem.ts";

/** What was just recorded is signed within a second; a request for it waits that long before it is told to come again. */
const SIGNED_WITHIN_MS = 2_000;

/** An answer differs by who asks, though the address is the same. */
export const PRIVATE = { vary: "Authorization, Cookie" } as const;
const BRIEFLY = { ...PRIVATE, "cache-control": "private, max-age=1" } as const;

const tenant = { tenant_id: pageParameters.shape.tenant_id };
export const tenantParameter = onlyParameters(tenant);
const leaves = (description: string) => integer(1, Number.MAX_SAFE_INTEGER, description, "42000");
const inclusionParameters = onlyParameters({ ...tenant, id: single("The event's id.", "evt_7") });
const consistencyParameters = onlyParameters({
  ...tenant,
  from: leaves("Entries that the older checkpoint covers."),
  to: leaves("Entries that the newer one covers. Default: the newest.").optional(),
});

/** The organization's signed checkpoint, its keys, and proofs within it. What they mean: docs/verifying.md. */
export function proofRoutes(
  app: OpenAPIHono<Env>,
  identity: Identity,
  log: LogReader,
  recorder: Recorder,
  tree: TreeReader,
  reader: Reader,
): void {
  const read = async <P extends { tenant_id?: string | undefined }>(c: Context<Env>, schema: z.ZodType<P>) => {
    const principal = await identity.authenticate(c.req.raw.headers);
    const parameters = parseParameters(schema, new URL(c.req.url).searchParams);
    const organization = await readableOrganization(identity, principal, parameters.tenant_id, "audit_log.read");
    return { parameters, organization };
  };

  app.openAPIRegistry.registerPath(checkpointDescription);
  app.get("/v1/checkpoint", async (c) => {
    const { organization } = await read(c, tenantParameter);
    return checkpointAnswer(c, await newestCheckpoint(log, tree, organization));
  });

  app.openAPIRegistry.registerPath(keysDescription);
  app.get("/v1/checkpoint/keys", async (c) => {
    const { organization } = await read(c, tenantParameter);
    const keys = tree.publishedKeys(organization).map(({ vkey, createdAt, signsUntil }) => ({
      vkey,
      created_at: new Date(createdAt).toISOString(),
      signs_until: signsUntil === undefined ? null : new Date(signsUntil).toISOString(),
    }));
    return c.json({ origin: tree.origin(organization), keys });
  });

  app.openAPIRegistry.registerPath(inclusionDescription);
  app.get("/v1/proofs/inclusion", async (c) => {
    const { parameters, organization } = await read(c, inclusionParameters);
    const entry = await recorder.find(organization, parameters.id);
    if (!entry) throw new DaybookError("not_found", "There is no such event.");
    reader.requireSound(organization, entry);
    const { sequence, leafHash } = entry;
    const { size, note } = await signed(tree, organization, sequence + 1);
    const hashes = tree.inclusionProof(organization, sequence, size).map(hex);
    return c.json({ leaf_index: sequence, leaf_hash: hex(leafHash), tree_size: size, hashes, checkpoint: note });
  });

  app.openAPIRegistry.registerPath(consistencyDescription);
  app.get("/v1/proofs/consistency", async (c) => {
    const { parameters, organization } = await read(c, consistencyParameters);
    const newest = await newestCheckpoint(log, tree, organization);
    const { from, to = newest.size } = parameters;
    const faults = [
      ...(to > newest.size
        ? [{ pointer: "to", message: `must be at most ${newest.size}, the newest checkpoint's` }]
        : []),
      ...(from > to ? [{ pointer: "from", message: `must be at most ${to}` }] : []),
    ];
    if (faults.length > 0) {
      throw new DaybookError("invalid_parameter", "No two checkpoints are of these sizes.", { errors: faults });
    }
    const hashes = tree.consistencyProof(organization, from, to).map(hex);
    return c.json({ from, to, hashes, ...(to === newest.size && { checkpoint: newest.note }) });
  });
}

/** @throws DaybookError `not_found` where nothing was recorded yet, `tree_unavailable` */
export async function newestCheckpoint(
  log: LogReader,
  tree: TreeReader,
  organization: string,
): Promise<SignedCheckpoint> {
  const newest = tree.checkpoint(organization);
  if (newest !== undefined) return newest;
  if (log.size(organization) > 0) return signed(tree, organization, 1);
  throw new DaybookError("not_found", "Nothing of this organization has been recorded yet.");
}

export function checkpointAnswer(c: Context<Env>, { note }: SignedCheckpoint): Response {
  return c.body(note, 200, { ...BRIEFLY, "content-type": "text/plain; charset=utf-8" });
}

async function signed(tree: TreeReader, organization: string, size: number): Promise<SignedCheckpoint> {
  const checkpoint = await tree.covered(organization, size, AbortSignal.timeout(SIGNED_WITHIN_MS));
  if (checkpoint !== undefined) return checkpoint;
  const detail =
    tree.integrity.state === "ok"
      ? "No checkpoint covers this yet."
      : "No checkpoint covers this: the server found that what is stored was changed, and signs nothing more.";
  throw new DaybookError("tree_unavailable", detail, { retryAfterSeconds: 1 });
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString("hex");
}

const shared = { method: "get" as const, tags: ["Proofs"], security: [{ key: [] }, { session: [] }] };
const failures = problems(400, 401, 403, 404, 503);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const note = z.string().meta({ description: "The signed note (C2SP tlog-checkpoint) that the proof leads to." });
const asJson = (description: string, schema: z.ZodType) => ({
  description,
  content: { "application/json": { schema } },
});

const checkpointDescription = {
  ...shared,
  path: "/v1/checkpoint",
  summary: "The newest signed checkpoint",
  description:
    "Origin, number of entries and root of the organization's tree, as a signed note (C2SP tlog-checkpoint).",
  request: { query: tenantParameter },
  responses: { 200: { description: "The note", content: { "text/plain": { schema: z.string() } } }, ...failures },
};

const keysDescription = {
  ...shared,
  path: "/v1/checkpoint/keys",
  summary: "The public keys that sign checkpoints",
  description:
    "Newest first, retired ones included. Keep what you verify with: a key taken from the server that you check proves nothing.",
  request: { query: tenantParameter },
  responses: {
    200: asJson(
      "The keys",
      z.object({
        origin: z.string(),
        keys: z.array(
          z.object({
            vkey: z.string().meta({ description: "A verifier key (C2SP signed-note)." }),
            created_at: z.string(),
            signs_until: z.string().nullable().meta({ description: "Null for the newest key." }),
          }),
        ),
      }),
    ),
    ...failures,
  },
};

const inclusionDescription = {
  ...shared,
  path: "/v1/proofs/inclusion",
  summary: "Prove that an event is in the log",
  description:
    "RFC 6962 section 2.1.1, in the newest checkpoint. Waits up to two seconds for one that covers the event.",
  request: { query: inclusionParameters },
  responses: {
    200: asJson(
      "The proof",
      z.object({
        leaf_index: z.number().int().meta({ description: "The event's sequence." }),
        leaf_hash: hash,
        tree_size: z.number().int(),
        hashes: z.array(hash),
        checkpoint: note,
      }),
    ),
    ...failures,
  },
};

const consistencyDescription = {
  ...shared,
  path: "/v1/proofs/consistency",
  summary: "Prove that the log was only added to",
  description: "RFC 6962 section 2.1.2, between two checkpoints by the numbers of entries they cover.",
  request: { query: consistencyParameters },
  responses: {
    200: asJson(
      "The proof; the checkpoint too, if it is to the newest",
      z.object({ from: z.number().int(), to: z.number().int(), hashes: z.array(hash), checkpoint: note.optional() }),
    ),
    ...failures,
  },
};
