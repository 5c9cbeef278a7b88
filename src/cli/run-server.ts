import { once } from "node:events";
import { type App, startApp } from "../app.ts";
import type { Config } from "../config.ts";
import { createLogger, type Logger } from "../logger.ts";
import { VERSION } from "../package.ts";
import { announce, withdraw } from "./announcement.ts";
import { runDemo } from "./demo.ts";

/** Runs the server until the first Ctrl-C or SIGTERM. @param demo with a sample organization, and a link into it. */
export async function serve(config: Config, demo: boolean): Promise<void> {
  const logger = createLogger(process.stderr);
  const signal = shutdownSignal();
  const app = await startApp(config, logger);
  try {
    announceOrWarn(app, logger);
    process.stdout.write(`Daybook ${VERSION} is at ${app.url}, with its data in ${config.dataDir}\n`);
    if (demo) await runDemo(app, signal);
    else await greet(app);
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    withdraw(config.dataDir);
    await app.close();
  }
  process.stdout.write("Stopped.\n");
}

/** On a full disk, say, people can still read; only commands that need a running server cannot reach it. */
function announceOrWarn({ config, localUrl, operatorToken }: App, logger: Logger): void {
  try {
    announce(config.dataDir, { url: localUrl, token: operatorToken, pid: process.pid });
  } catch (error) {
    logger.warn("commands such as `daybook keys` cannot reach this server until it is started again", { error });
  }
}

async function greet(app: App): Promise<void> {
  if (await app.identity.isSetUp()) return;
  const link = `${app.url}/setup#token=${await app.identity.issueSetupToken()}`;
  process.stdout.write(`\nTo set it up, open this link once:\n\n  ${link}\n\n`);
}

/** npm hands on the Ctrl-C that the terminal has sent to its child already: a signal that follows so soon is the same one. */
const SAME_SIGNAL_MS = 1_000;

/** Aborts at the first Ctrl-C or SIGTERM, so that everything accepted becomes durable; a second one ends the process at once. */
function shutdownSignal(): AbortSignal {
  const controller = new AbortController();
  let firstAt = Number.POSITIVE_INFINITY;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(130);
      if (controller.signal.aborted) return;
      firstAt = performance.now();
      process.stdout.write("Stopping: finishing what was accepted.\n");
      controller.abort();
    });
  }
  return controller.signal;
}
