import { uuidv7 } from "@daybook/sdk";
import type { Config } from "../config.ts";
import { openCore } from "../core.ts";
import { configuredUrl } from "../listen.ts";
import type { Logger } from "../logger.ts";
import { type OperatorCommand, runOperator } from "../operator.ts";

/** Runs a command on a data directory that no server has open. @throws LogLocked when one has. */
export async function operateAlone(config: Config, command: OperatorCommand, logger: Logger): Promise<unknown> {
  // A server signs what it leaves to sign. So a key outside that is lost can be replaced.
  const core = await openCore(config, logger, { signs: false });
  try {
    await core.identity.deliverPending();
    const origin = { ip: undefined, userAgent: undefined, requestId: uuidv7() };
    return await runOperator(core, command, { origin, publicUrl: configuredUrl(config) });
  } finally {
    await core.close();
  }
}
