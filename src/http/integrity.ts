import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import type { Identity, Principal } from "../identity/contract.ts";
import { permits } from "../identity/permissions.ts";
import type { LogReader } from "../log/contract.ts";
import { parseParameters } from "../search/filters.ts";
import type { Integrity, TreeReader } from "../tree/contract.ts";
import type { Finding } from "../verify/contract.ts";
import type { Verification } from "../verify/verification.ts";
import { person, readableOrganization } from "./access.ts";
import type { Env } from "./env.ts";
import { problems } from "./problem.ts";
import { tenantParameter } from "./proofs.ts";

/** A witness, as far as a reader may know. */
export interface WitnessState {
  readonly name: string;
  readonly keyId: string;
  readonly state: "ok" | "unreachable";
  /** Entries that the newest checkpoint it has cosigned covers; 0 for none. */
  readonly cosignedSize: number;
}

export interface IntegrityParts {
  readonly identity: Identity;
  readonly log: LogReader;
  readonly tree: TreeReader;
  readonly verification: Verification;
  readonly witnesses: { status(organization: string): readonly WitnessState[] };
}

/** Findings of one organization that an answer names. */
const FINDINGS_TOLD = 100;

/** How an organization's log stands: what was signed, by whom it was witnessed, and what the last full verification found. */
export function integrityRoutes(app: OpenAPIHono<Env>, parts: IntegrityParts): void {
  const { identity, tree, verification } = parts;

  app.openAPIRegistry.registerPath(integrityDescription);
  app.get("/v1/integrity", async (c) => {
    const principal = await identity.authenticate(c.req.raw.headers);
    const { tenant_id } = parseParameters(tenantParameter, new URL(c.req.url).searchParams);
    const organization = await readableOrganization(identity, principal, tenant_id, "audit_log.read");
    const checkpoint = tree.checkpoint(organization);
    return c.json({
      organization,
      origin: tree.origin(organization),
      keys: tree.publishedKeys(organization).map(({ vkey, createdAt, signsUntil }) => ({
        vkey,
        created_at: instant(createdAt),
        signs_until: signsUntil === undefined ? null : instant(signsUntil),
      })),
      entries: parts.log.size(organization),
      checkpoint:
        checkpoint === undefined
          ? null
          : {
              size: checkpoint.size,
              root: Buffer.from(checkpoint.root).toString("base64"),
              signed_at: instant(checkpoint.signedAt),
            },
      witnesses: parts.witnesses.status(organization).map(({ name, keyId, state, cosignedSize }) => ({
        name,
        key_id: keyId,
        state,
        cosigned_size: cosignedSize,
      })),
      state: tree.integrity.state,
      alarm: alarmOf(tree.integrity, organization),
      verification: stateOf(verification, organization, seesEveryLog(principal)),
    });
  });

  app.openAPIRegistry.registerPath(verificationDescription);
  app.post("/v1/integrity/verification", async (c) => {
    const { user, memberships } = await person(identity, c.req.raw.headers);
    if (!memberships.some((membership) => permits(membership, "integrity.verify"))) {
      throw new DaybookError(
        "forbidden",
        "It goes through every organization's log: only an owner or admin of the platform has it run.",
      );
    }
    const started = verification.start({ type: "person", id: user.id, name: user.name });
    return c.json({ started, running: verification.running ?? null }, 202);
  });
}

/** What was found elsewhere is an alarm here, too, since nothing more is signed; but where it was found is not told. */
function alarmOf(integrity: Integrity, organization: string) {
  if (integrity.state === "ok") return null;
  const own = integrity.organization === organization;
  return {
    since: instant(integrity.since),
    reason: own ? integrity.reason : "Something that is stored was changed. The operator's log says what and where.",
    sequence: own ? (integrity.sequence ?? null) : null,
  };
}

/** How much is recorded in all, whoever's it is, is for the platform alone. */
function seesEveryLog(principal: Principal): boolean {
  if (principal.type === "api_key") return principal.organization === undefined;
  return principal.memberships.some((membership) => permits(membership, "integrity.verify"));
}

function stateOf(verification: Verification, organization: string, everyLog: boolean) {
  const { running, last, nextAt, failed } = verification;
  return {
    running: !running || everyLog ? (running ?? null) : { ...running, entries: null, of: null, findings: null },
    last:
      last === undefined
        ? null
        : {
            ok: last.report.ok,
            started_at: last.report.started_at,
            duration_ms: last.report.duration_ms,
            entries: everyLog ? last.report.entries : null,
            ...ofOrganization(last.findings, organization),
          },
    failed_at: failed?.at ?? null,
    next_at: nextAt === undefined ? null : instant(nextAt),
  };
}

/** What concerns the organization: its own, and what is of no single one, such as a damaged file. */
function ofOrganization(all: readonly Finding[], organization: string) {
  const own = all.filter((finding) => finding.organization === undefined || finding.organization === organization);
  const findings = own.slice(0, FINDINGS_TOLD).map(({ part, kind, message, sequence, id }) => ({
    part,
    kind,
    message,
    sequence: sequence ?? null,
    id: id ?? null,
  }));
  return { findings, findings_here: own.length, only_search: own.every(({ part }) => part === "search") };
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

const shared = { tags: ["Proofs"] };
const count = z.number().int().min(0);
const running = z
  .object({
    started_at: z.string(),
    entries: count.nullable(),
    of: count.nullable(),
    findings: count.nullable(),
  })
  .nullable()
  .meta({
    description:
      "How far a verification has come that runs now. The numbers are null for whoever is not of the platform.",
  });

const finding = z.object({
  part: z.enum(["log", "tree", "checkpoints", "search"]),
  kind: z.string(),
  message: z.string(),
  sequence: count.nullable(),
  id: z.string().nullable(),
});

const integrityAnswer = z.object({
  organization: z.string(),
  origin: z.string(),
  keys: z.array(z.object({ vkey: z.string(), created_at: z.string(), signs_until: z.string().nullable() })),
  entries: count.meta({ description: "Entries in the organization's log." }),
  checkpoint: z.object({ size: count, root: z.string(), signed_at: z.string() }).nullable(),
  witnesses: z.array(
    z.object({ name: z.string(), key_id: z.string(), state: z.enum(["ok", "unreachable"]), cosigned_size: count }),
  ),
  state: z
    .enum(["ok", "alarm"])
    .meta({ description: "alarm: what is stored was changed, and nothing more is signed." }),
  alarm: z.object({ since: z.string(), reason: z.string(), sequence: count.nullable() }).nullable(),
  verification: z.object({
    running,
    last: z
      .object({
        ok: z.boolean().meta({ description: "Of the whole data directory." }),
        started_at: z.string(),
        duration_ms: count,
        entries: count
          .nullable()
          .meta({ description: "Of all organizations; null for whoever is not of the platform." }),
        findings: z
          .array(finding)
          .meta({ description: `Those that concern the organization, ${FINDINGS_TOLD} at most.` }),
        findings_here: count,
        only_search: z.boolean(),
      })
      .nullable(),
    failed_at: z.string().nullable().meta({ description: "When the newest one could not be brought to its end." }),
    next_at: z.string().nullable(),
  }),
});

const integrityDescription = {
  ...shared,
  method: "get" as const,
  path: "/v1/integrity",
  security: [{ key: [] }, { session: [] }],
  summary: "How the organization's log stands",
  description: "What was signed and witnessed, and what the last full verification of everything stored found.",
  request: { query: tenantParameter },
  responses: {
    200: { description: "How it stands", content: { "application/json": { schema: integrityAnswer } } },
    ...problems(400, 401, 403, 404),
  },
};

const verificationDescription = {
  ...shared,
  method: "post" as const,
  path: "/v1/integrity/verification",
  security: [{ session: [] }],
  summary: "Verify everything that is stored, of every organization",
  description:
    "For owners and admins of the platform. It runs in the background; `GET /v1/integrity` tells how far it has come.",
  responses: {
    202: {
      description: "It runs; `started` is false when it did already",
      content: { "application/json": { schema: z.object({ started: z.boolean(), running }) } },
    },
    ...problems(401, 403),
  },
};
