import { uuidv7 } from "@daybook/sdk";
import type { Config } from "../config.ts";
import { dataPaths } from "../data-paths.ts";
import { type Deliver, type DeliveredEvents, type OwnEvent, PLATFORM_ORGANIZATION } from "../identity/index.ts";
import type { Ids } from "../ids/index.ts";
import { type LogReader, nameFailures, realDisk } from "../log/index.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { Search } from "../search/index.ts";
import { type SigningKeys, StoredCheckpoints, StoredTrees, type Tree } from "../tree/index.ts";
import type { Part } from "./contract.ts";
import { type KeptVerification, type Trigger, VerificationSchedule } from "./schedule.ts";
import { type VerifyOptions, verify } from "./verify.ts";

/** Share of the time that it takes, so that requests hardly notice. */
const SHARE = 0.25;

/** Parts whose faults say nothing against what was recorded and signed. */
const HARMLESS: ReadonlySet<Part> = new Set(["search", "ids", "identity"]);

/** What a running server verifies, and whom it tells. */
export interface RunningParts {
  readonly config: Config;
  readonly log: LogReader;
  readonly search: Search;
  readonly tree: Pick<Tree, "raiseAlarm" | "endAlarm">;
  readonly signingKeys: SigningKeys;
  readonly deliver: Deliver;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Whether this node verifies when it is time. */
  readonly isOn: () => boolean;
  readonly ids: Ids;
  readonly delivered: DeliveredEvents;
}

/**
 * The verification of a running server. It reads the log as far as it was durable at the start, while entries are added, signed and searched. What
 * it finds is an error in the server's log, a metric and an event of the platform. If more than search, ids and identity is wrong, nothing is signed
 * until a later verification finds no such fault.
 */
export function openVerification(parts: RunningParts): VerificationSchedule {
  const { config, logger, metrics, tree } = parts;
  const verification = new VerificationSchedule({
    file: dataPaths(config.dataDir).verification,
    hour: config.verifyHour,
    isOn: parts.isOn,
    run: (options) => verifyRunning(parts, options),
    onFinished: async (kept, by) => {
      const { report, findings } = kept;
      for (const { message, ...place } of findings) {
        logger.error("verification: what is stored differs", { what: message, ...place });
      }
      logger[report.ok ? "info" : "error"]("verification: finished", { ...report });
      const grave = findings.find(({ part }) => !HARMLESS.has(part));
      if (grave !== undefined) tree.raiseAlarm(grave.message, placeOf(grave));
      else if (tree.endAlarm(Date.parse(report.started_at)))
        logger.info("integrity: the alarm has ended; checkpoints are signed again");
      await parts.deliver([eventOf(kept, by)]);
    },
    onFailed: (error) => logger.error("verification: failed before its end", { error }),
  });
  metrics.gauge(
    "daybook_verification_findings",
    "What the last full verification found; -1 before the first one.",
    () => verification.last?.report.findings ?? -1,
  );
  metrics.gauge(
    "daybook_verification_age_seconds",
    "Since the last full verification began; -1 before the first one.",
    () =>
      verification.last === undefined ? -1 : (Date.now() - Date.parse(verification.last.report.started_at)) / 1000,
  );
  return verification;
}

async function verifyRunning(
  { config, log, search, ids, signingKeys, delivered }: RunningParts,
  options: Omit<VerifyOptions, "share">,
) {
  const paths = dataPaths(config.dataDir);
  const until = log.end;
  const searchEnd = Math.min(until, search.position);
  const trees = StoredTrees.open(paths.tree, log.id, false);
  const checkpoints = StoredCheckpoints.open(paths.checkpoints, log.id, false);
  try {
    return await verify(
      {
        disk: nameFailures(realDisk),
        logDirectory: paths.log,
        logId: log.id,
        trees,
        checkpoints,
        hasSigned: signingKeys.hasSigned(log.id),
        publicKeys: signingKeys.all().map(({ publicKey }) => publicKey),
        trusted: undefined,
        until,
        endNow: () => log.end,
        sizeNow: (organization) => log.size(organization),
        entries: until,
        search: { rows: search.rows, end: searchEnd },
        ids: { ids, log },
        delivered,
        early: [],
      },
      { ...options, share: SHARE },
    );
  } finally {
    if (trees instanceof StoredTrees) trees.close();
    if (checkpoints instanceof StoredCheckpoints) checkpoints.close();
  }
}

function placeOf({ organization, sequence }: { organization?: string; sequence?: number }) {
  return { ...(organization !== undefined && { organization }), ...(sequence !== undefined && { sequence }) };
}

function eventOf({ report }: KeptVerification, by: Trigger): OwnEvent {
  const now = Date.now();
  const { ok, entries, checkpoints, rows, findings, findings_by_part, duration_ms } = report;
  return {
    id: uuidv7(now),
    timestamp: new Date(now).toISOString(),
    tenant_id: PLATFORM_ORGANIZATION,
    action: "audit_log.verify",
    outcome: ok ? "success" : "failure",
    actor:
      by.type === "person"
        ? { type: "user", id: by.id, name: by.name }
        : { type: "system", id: "schedule", name: "Nightly verification" },
    resource: { type: "log", id: report.log_id ?? "unknown" },
    description: ok
      ? "Verified everything that is stored; nothing differs"
      : "Verified everything that is stored; something differs from what was acknowledged and signed",
    metadata: { entries, checkpoints, rows, findings, findings_by_part: { ...findings_by_part }, duration_ms },
  };
}
