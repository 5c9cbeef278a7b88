import { Command } from "commander";
import { openCore } from "../app.ts";
import { addDataOptions, type Config, dataPaths, toConfig } from "../config.ts";
import { readEvent } from "../event/validate.ts";
import { PLATFORM_ORGANIZATION } from "../identity/contract.ts";
import { OPERATOR } from "../identity/operator.ts";
import { renewLogId } from "../log/renew.ts";
import { createLogger } from "../logger.ts";

/** `daybook restore`: to be run once after a backup was put back. Standard output carries one JSON line. */
export function restoreCommand(): Command {
  return addDataOptions(new Command("restore"))
    .description("after a backup was put back: let the log go on under a new id (the server must be stopped)")
    .action(async (options: Partial<Config>) => {
      const config = toConfig(options);
      const { from, to, entries } = await renewLogId({ directory: dataPaths(config.dataDir).log });
      const result = { previous_log_id: from, log_id: to, entries };
      await record(config, result);
      process.stdout.write(`${JSON.stringify(result)}\n`);
    });
}

/** The first entry under the new id says why there is one. */
async function record(config: Config, result: Record<string, string | number>): Promise<void> {
  const core = await openCore(config, createLogger(process.stderr));
  try {
    const event = {
      action: "log.restore",
      actor: OPERATOR,
      resource: { type: "log", id: result.log_id },
      description: "Restored the log from a backup; it goes on under a new id",
      metadata: result,
    };
    await Promise.all(
      core.recorder.record([
        {
          organization: PLATFORM_ORGANIZATION,
          source: { type: "daybook" },
          event: readEvent(JSON.stringify(event), event, Date.now()),
        },
      ]),
    );
  } finally {
    await core.close();
  }
}
