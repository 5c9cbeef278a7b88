import { z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import { type Principal, permits, type SessionPrincipal } from "../identity/index.ts";
import { checkpointOrigin, type Integrity } from "../tree/index.ts";
import { type Finding, PARTS, type VerificationSchedule } from "../verify/index.ts";
import { type Allow, person, readingAll } from "./allow.ts";
import { json } from "./answers.ts";
import { tenantParameter } from "./parameters.ts";
import { type Parts, WITNESS_CONDITIONS } from "./parts.ts";
import { describeKeys, publishedKey } from "./proofs.ts";
import type { Api } from "./route.ts";

/** Findings of one organization that an answer names. */
const FINDINGS_MAX = 100;

const count = z.number().int().min(0);
const running = z
  .object({
    started_at: z.string(),
    entries: count.nullable(),
    of: count.nullable(),
    findings: count.nullable(),
  })
  .meta({
    id: "RunningVerification",
    description: "How far a running verification has come. The numbers are null for readers outside the platform.",
  });

const startedAnswer = z.object({ started: z.boolean(), running: running.or(z.null()) });

const finding = z
  .object({
    part: z.enum(PARTS),
    kind: z.string(),
    message: z.string(),
    sequence: count.nullable(),
    id: z.string().nullable(),
  })
  .meta({ id: "Finding" });

const lastVerification = z
  .object({
    ok: z.boolean().meta({ description: "Of the whole data directory." }),
    started_at: z.string(),
    duration_ms: count,
    entries: count.nullable().meta({ description: "Of all organizations; null for readers outside the platform." }),
    findings: z.array(finding).meta({ description: `Those that concern the organization, ${FINDINGS_MAX} at most.` }),
    findings_here: count,
    only_search: z.boolean(),
  })
  .meta({ id: "LastVerification" });

const restore = z.object({
  previous_origin: z.string().meta({ description: "Of the checkpoints before the restore." }),
  entries: count.meta({ description: "Entries that were restored: the first ones of both logs." }),
  signed_entries: count.meta({
    description: "Entries that were signed before, as far as is known here. If it is more, the rest is gone.",
  }),
  restored_at: z.string(),
  statement: z.string().meta({ description: "Signed note that links both origins." }),
});

const integrityAnswer = z
  .object({
    organization: z.string(),
    origin: z.string(),
    keys: z.array(publishedKey),
    entries: count.meta({ description: "Entries in the organization's log." }),
    checkpoint: z.object({ size: count, root: z.string(), signed_at: z.string() }).nullable(),
    witnesses: z.array(
      z.object({ name: z.string(), key_id: z.string(), state: z.enum(WITNESS_CONDITIONS), cosigned_size: count }),
    ),
    restored: z
      .array(restore)
      .meta({ description: "Restores from backups, newest first: each began a log with another origin." }),
    state: z
      .enum(["ok", "alarm"])
      .meta({ description: "alarm: what is stored was changed, and nothing more is signed." }),
    signing_failing: z.boolean().meta({ description: "Checkpoints cannot be signed or stored; new entries wait." }),
    alarm: z.object({ since: z.string(), reason: z.string(), sequence: count.nullable() }).nullable(),
    verification: z.object({
      running: running.or(z.null()),
      last: lastVerification.or(z.null()),
      failed_at: z.string().nullable().meta({ description: "When the newest run failed before its end." }),
      next_at: z.string().nullable(),
    }),
  })
  .meta({ id: "Integrity" });

/** The state of an organization's log: what was signed, by whom it was witnessed, and what the last full verification found. */
export function integrityRoutes(api: Api, parts: Pick<Parts, "log" | "tree" | "verification" | "witnesses">): void {
  api.route(
    {
      method: "get",
      path: "/v1/integrity",
      tag: "Proofs",
      summary: "The state of the organization's log",
      description: "What was signed and witnessed, and what the last full verification of everything stored found.",
      allow: readingAll("audit_log.read"),
      query: tenantParameter,
      answers: { 200: json("Its state", integrityAnswer) },
      problems: [404],
    },
    async ({ by: { organization, principal } }) => [
      200,
      describeIntegrity(parts, organization, seesEveryLog(principal)),
    ],
  );
  api.route(
    {
      method: "post",
      path: "/v1/integrity/verification",
      tag: "Proofs",
      summary: "Verify everything that is stored, of every organization",
      description:
        "For owners and admins of the platform. It runs in the background; `GET /v1/integrity` says how far it has come.",
      allow: verifier,
      answers: { 202: json("It runs; `started` is false if it was running already", startedAnswer) },
    },
    async ({ by: { user } }) => {
      const started = parts.verification.start({ type: "person", id: user.id, name: user.name });
      return [202, { started, running: parts.verification.running ?? null }];
    },
  );
}

/** @param everyLog whether the reader sees numbers of every organization. */
function describeIntegrity(
  { log, tree, verification, witnesses }: Pick<Parts, "log" | "tree" | "verification" | "witnesses">,
  organization: string,
  everyLog: boolean,
): z.output<typeof integrityAnswer> {
  const checkpoint = tree.checkpoint(organization);
  return {
    organization,
    origin: tree.origin(organization),
    keys: describeKeys(tree, organization),
    entries: log.size(organization),
    checkpoint:
      checkpoint === undefined
        ? null
        : {
            size: checkpoint.size,
            root: Buffer.from(checkpoint.root).toString("base64"),
            signed_at: instant(checkpoint.signedAt),
          },
    witnesses: witnesses.status(organization).map(({ name, keyId, state, cosignedSize }) => ({
      name,
      key_id: keyId,
      state,
      cosigned_size: cosignedSize,
    })),
    restored: tree.predecessors(organization).map(({ logId, size, signedSize, restoredAt, statement }) => ({
      previous_origin: checkpointOrigin(logId, organization),
      entries: size,
      signed_entries: signedSize,
      restored_at: instant(restoredAt),
      statement,
    })),
    state: tree.integrity.state,
    signing_failing: tree.signingFails,
    alarm: alarmOf(tree.integrity, organization),
    verification: stateOf(verification, organization, everyLog),
  };
}

const verifier: Allow<SessionPrincipal> = {
  ...person,
  async admit(asking) {
    const principal = await person.admit(asking);
    if (principal.memberships.some((membership) => permits(membership, "integrity.verify"))) return principal;
    throw new DaybookError("forbidden", "Only an owner or admin of the platform can start a verification.");
  },
};

/** What was found elsewhere is an alarm here, too, since nothing more is signed; but not where it was found. */
function alarmOf(integrity: Integrity, organization: string) {
  if (integrity.state === "ok") return null;
  const own = integrity.organization === organization;
  return {
    since: instant(integrity.since),
    reason: own ? integrity.reason : "Something that is stored was changed. The operator's log says what and where.",
    sequence: own ? (integrity.sequence ?? null) : null,
  };
}

/** Whether a reader learns how much is recorded in all organizations: the platform alone does. */
function seesEveryLog(principal: Principal): boolean {
  if (principal.type === "api_key") return principal.organization === undefined;
  return principal.memberships.some((membership) => permits(membership, "integrity.verify"));
}

function stateOf(verification: VerificationSchedule, organization: string, everyLog: boolean) {
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

/** What concerns the organization: its own, and what concerns no single one, such as a damaged file. */
function ofOrganization(all: readonly Finding[], organization: string) {
  const own = all.filter((finding) => finding.organization === undefined || finding.organization === organization);
  const findings = own.slice(0, FINDINGS_MAX).map(({ part, kind, message, sequence, id }) => ({
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
