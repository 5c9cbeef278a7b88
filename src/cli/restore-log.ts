import { existsSync } from "node:fs";
import { uuidv7 } from "@daybook/sdk";
import type { Config } from "../config.ts";
import { type Core, openCore } from "../core.ts";
import { dataPaths, signingKeysPath } from "../data-paths.ts";
import { entryPacking } from "../event/index.ts";
import { OPERATOR, type OwnEvent } from "../identity/index.ts";
import { renewLogId } from "../log/index.ts";
import { createCommandLogger } from "../logger.ts";
import { leaveSharedLog } from "../shared-log.ts";
import { type Predecessor, recordSuccession, SigningKeys, signingCommandOf } from "../tree/index.ts";
import { catchUp } from "./rebuild-part.ts";

const EVENTS_AT_ONCE = 500;
const LOOK_MS = 100;

/** What is printed. */
export interface Restored {
  readonly previous_log_id: string;
  readonly log_id: string;
  readonly entries: number;
  /** Entries that were signed and are not in the backup. */
  readonly lost: number;
}

/**
 * Lets the log go on under a new id: every organization's log records it first, and a statement signed by its keys says with which entries of the
 * earlier log it begins. What was one node's copy of a shared log becomes a log of its own.
 *
 * @throws LogLocked while a server runs, LogCorruption.
 */
export async function restore(config: Config): Promise<Restored> {
  if (config.logUrl !== undefined) {
    throw new Error("A shared log is restored in PostgreSQL. To let this directory go on alone, unset LOG_URL first.");
  }
  requireSigningCommand(config);
  const { from, to, entries } = await renewLogId({ directory: dataPaths(config.dataDir).log, packing: entryPacking });
  leaveSharedLog(config);
  const core = await openCore(config, createCommandLogger(process.stderr));
  try {
    const predecessors = await stateSuccession(core, from);
    // What the log no longer has, identity must not wait for; and what identity no longer has, nobody must look for.
    await core.identity.delivered.beginAgain((organization) => core.log.size(organization), Date.now());
    await record(core, predecessors);
    const lost = [...predecessors.values()].reduce(
      (sum, { signedSize, size }) => sum + Math.max(0, signedSize - size),
      0,
    );
    return { previous_log_id: from, log_id: to, entries, lost };
  } finally {
    await core.close();
  }
}

/** Before anything is changed: what is changed has to be signed. @throws Error when the key is outside and no command is given */
export function requireSigningCommand(config: Config): void {
  const path = signingKeysPath(config);
  if (existsSync(path)) SigningKeys.openFile(path, Date.now(), signingCommandOf(config)).requireCommand(Date.now());
}

/** Every entry that was restored is in the trees, and signed, before anything is recorded. */
async function stateSuccession(
  { config, log, tree, signingKeys }: Core,
  earlierLogId: string,
): Promise<ReadonlyMap<string, Predecessor>> {
  await readAll(log, tree);
  return await recordSuccession({
    checkpointDirectory: dataPaths(config.dataDir).checkpoints,
    keys: signingKeys,
    logId: log.id,
    earlierLogId,
    sizes: new Map(tree.newestSizes().map(({ organization, size }) => [organization, size])),
    root: (organization, size) => tree.root(organization, size),
    now: Date.now(),
  });
}

/** @throws what the trees raise an alarm for. */
async function readAll(log: Core["log"], tree: Core["tree"]): Promise<void> {
  const alarmed = new AbortController();
  const look = setInterval(() => {
    if (tree.integrity.state === "alarm") alarmed.abort(new Error(tree.integrity.reason));
  }, LOOK_MS);
  try {
    await catchUp(tree, log, alarmed.signal);
  } finally {
    clearInterval(look);
  }
}

async function record({ log, identity, deliver }: Core, predecessors: ReadonlyMap<string, Predecessor>): Promise<void> {
  const now = Date.now();
  const events: OwnEvent[] = [];
  for (const [organization, predecessor] of predecessors) {
    // Of an organization that was created after the backup nothing is left but what was signed.
    if (log.size(organization) === 0 && !(await identity.organizationExists(organization))) continue;
    events.push(eventOf(organization, log.id, predecessor, now));
  }
  for (let at = 0; at < events.length; at += EVENTS_AT_ONCE) await deliver(events.slice(at, at + EVENTS_AT_ONCE));
}

function eventOf(organization: string, logId: string, predecessor: Predecessor, now: number): OwnEvent {
  const { logId: previous, size, signedSize, statement } = predecessor;
  const lost = Math.max(0, signedSize - size);
  return {
    id: uuidv7(now),
    timestamp: new Date(now).toISOString(),
    tenant_id: organization,
    action: "log.restore",
    actor: OPERATOR,
    resource: { type: "log", id: logId },
    description:
      lost === 0
        ? "Restored the audit logs from a backup; they continue under a new log id"
        : `Restored the audit logs from a backup without the last ${lost} entries; they continue under a new log id`,
    metadata: { previous_log_id: previous, log_id: logId, entries: size, signed_entries: signedSize, statement },
  };
}
