import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { DaybookError } from "../errors.ts";
import type { LogReader } from "../log/index.ts";
import { integer, single } from "../query/index.ts";
import type { SignedCheckpoint, TreeReader } from "../tree/index.ts";
import { readingAll } from "./allow.ts";
import { json, text, time } from "./answers.ts";
import type { Env } from "./env.ts";
import { onlyParameters, tenant, tenantParameter } from "./parameters.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";

/** What was just recorded is signed within a second; a request for it waits that long before its sender has to come again. */
const SIGNED_WITHIN_MS = 2_000;

/** An answer differs by who asks, though the address is the same. */
export const PRIVATE = { vary: "Authorization, Cookie" } as const;
const BRIEFLY = { ...PRIVATE, "cache-control": "private, max-age=1" } as const;

const leaves = (description: string) => integer(1, Number.MAX_SAFE_INTEGER, description, "42000");
const inclusionParameters = onlyParameters({ ...tenant, id: single("The event's id.", "evt_7") });
const consistencyParameters = onlyParameters({
  ...tenant,
  from: leaves("Entries that the older checkpoint covers."),
  to: leaves("Entries that the newer one covers. Default: the newest.").optional(),
});

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const note = z.string().meta({ description: "The signed note (C2SP tlog-checkpoint) that the proof leads to." });

export const publishedKey = z
  .object({
    vkey: z.string().meta({ description: "A verifier key (C2SP signed-note)." }),
    created_at: time,
    signs_until: time.nullable().meta({ description: "Null for the newest key." }),
  })
  .meta({ id: "CheckpointKey" });

const publishedKeys = z.object({ origin: z.string(), keys: z.array(publishedKey) }).meta({ id: "CheckpointKeys" });

const inclusionProof = z
  .object({
    leaf_index: z.number().int().meta({ description: "The event's sequence." }),
    leaf_hash: hash,
    tree_size: z.number().int(),
    hashes: z.array(hash),
    checkpoint: note,
  })
  .meta({ id: "InclusionProof" });

const consistencyProof = z
  .object({
    from: z.number().int(),
    to: z.number().int(),
    hashes: z.array(hash),
    checkpoint: note.optional(),
  })
  .meta({ id: "ConsistencyProof" });

const shared = {
  method: "get",
  tag: "Proofs",
  allow: readingAll("audit_log.read"),
  problems: [404, 503],
} as const;

/** The organization's signed checkpoint, its keys, and proofs within it. What they mean: docs/verifying.md. */
export function proofRoutes(api: Api, parts: Pick<Parts, "log" | "tree" | "recorder" | "reader">): void {
  checkpointRoutes(api, parts);
  inclusionRoute(api, parts);
  consistencyRoute(api, parts);
}

function checkpointRoutes(api: Api, { log, tree }: Pick<Parts, "log" | "tree">): void {
  api.route(
    {
      ...shared,
      path: "/v1/checkpoint",
      summary: "The newest signed checkpoint",
      description:
        "Origin, number of entries and root of the organization's tree, as a signed note (C2SP tlog-checkpoint).",
      query: tenantParameter,
      answers: { 200: text("The note") },
    },
    async ({ c, by }) => checkpointAnswer(c, await newestCheckpoint(log, tree, by.organization)),
  );
  api.route(
    {
      ...shared,
      path: "/v1/checkpoint/keys",
      summary: "The public keys that sign checkpoints",
      description:
        "Newest first, retired ones included. Keep the key that you verify with: a key from the server that you verify proves nothing.",
      query: tenantParameter,
      answers: { 200: json("The keys", publishedKeys) },
    },
    async ({ by: { organization } }) => {
      return [200, { origin: tree.origin(organization), keys: describeKeys(tree, organization) }];
    },
  );
}

function inclusionRoute(api: Api, { recorder, reader, tree }: Pick<Parts, "recorder" | "reader" | "tree">): void {
  api.route(
    {
      ...shared,
      path: "/v1/proofs/inclusion",
      summary: "Prove that an event is in the log",
      description:
        "RFC 6962 section 2.1.1, in the newest checkpoint. Waits up to two seconds for one that covers the event.",
      query: inclusionParameters,
      answers: { 200: json("The proof", inclusionProof) },
      problems: [...shared.problems, 500],
    },
    async ({ by: { organization }, query: { id } }) => {
      const entry = await recorder.find(organization, id);
      if (!entry) throw new DaybookError("not_found", "There is no such event.");
      reader.requireSound(organization, entry);
      const { sequence, leafHash } = entry;
      const { size, note } = await signed(tree, organization, sequence + 1);
      const hashes = tree.inclusionProof(organization, sequence, size).map(hex);
      return [200, { leaf_index: sequence, leaf_hash: hex(leafHash), tree_size: size, hashes, checkpoint: note }];
    },
  );
}

function consistencyRoute(api: Api, { log, tree }: Pick<Parts, "log" | "tree">): void {
  api.route(
    {
      ...shared,
      path: "/v1/proofs/consistency",
      summary: "Prove that the log only grew",
      description: "RFC 6962 section 2.1.2, between two checkpoints by the numbers of entries they cover.",
      query: consistencyParameters,
      answers: { 200: json("The proof; the checkpoint too, if it is to the newest", consistencyProof) },
    },
    async ({ by: { organization }, query }) => {
      const newest = await newestCheckpoint(log, tree, organization);
      const { from, to = newest.size } = query;
      const faults = [
        ...(to > newest.size
          ? [{ pointer: "to", message: `must be at most ${newest.size}, the newest checkpoint's` }]
          : []),
        ...(from > to ? [{ pointer: "from", message: `must be at most ${to}` }] : []),
      ];
      if (faults.length > 0) {
        throw new DaybookError("invalid_parameter", "The sizes are not valid.", { errors: faults });
      }
      const hashes = tree.consistencyProof(organization, from, to).map(hex);
      return [200, { from, to, hashes, ...(to === newest.size && { checkpoint: newest.note }) }];
    },
  );
}

/** The keys that sign an organization's checkpoints, as answers name them. */
export function describeKeys(tree: TreeReader, organization: string) {
  return tree.publishedKeys(organization).map(({ vkey, createdAt, signsUntil }) => ({
    vkey,
    created_at: new Date(createdAt).toISOString(),
    signs_until: signsUntil === undefined ? null : new Date(signsUntil).toISOString(),
  }));
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
