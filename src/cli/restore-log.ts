import { uuidv7 } from "@daybook/sdk";
import { type Config, dataPaths } from "../config.ts";
import { openCore } from "../core.ts";
import { entryPacking } from "../event/index.ts";
import { OPERATOR, PLATFORM_ORGANIZATION } from "../identity/index.ts";
import { renewLogId } from "../log/index.ts";
import { createCommandLogger } from "../logger.ts";
import { leaveSharedLog } from "../shared-log.ts";

/** What is printed, and recorded: the ids before and after, and how many entries the log holds. */
type Restored = { previous_log_id: string; log_id: string; entries: number };

/**
 * Lets the log go on under a new id. What was one node's copy of a shared log becomes a log of its own.
 * @throws LogLocked while a server runs, LogCorruption.
 */
export async function restore(config: Config): Promise<Restored> {
  if (config.logUrl !== undefined) {
    throw new Error("A shared log is restored in PostgreSQL. To let this directory go on alone, unset LOG_URL first.");
  }
  const { from, to, entries } = await renewLogId({ directory: dataPaths(config.dataDir).log, packing: entryPacking });
  leaveSharedLog(config);
  const result = { previous_log_id: from, log_id: to, entries };
  await record(config, result);
  return result;
}

/** The first entry under the new id says why there is one. */
async function record(config: Config, result: Restored): Promise<void> {
  const core = await openCore(config, createCommandLogger(process.stderr));
  try {
    const now = Date.now();
    await core.deliver([
      {
        id: uuidv7(now),
        timestamp: new Date(now).toISOString(),
        tenant_id: PLATFORM_ORGANIZATION,
        action: "log.restore",
        actor: OPERATOR,
        resource: { type: "log", id: result.log_id },
        description: "Restored the log from a backup; it goes on under a new id",
        metadata: result,
      },
    ]);
  } finally {
    await core.close();
  }
}
