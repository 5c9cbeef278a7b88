import { once } from "node:events";
import { type App, startApp } from "../app.ts";
import type { Config } from "../config.ts";
import { createLogger, type Logger } from "../logger.ts";
import { VERSION } from "../package-info.ts";
import { announce, withdraw } from "./announcement.ts";
import { runDemo } from "./demo.ts";
import { shutdownSignal } from "./shutdown.ts";

/**
 * Runs the server until the first Ctrl-C or SIGTERM.
 *
 * @param demo with a sample organization, and a link into it.
 * @param launcher pid of the npm that started this process: its end stops the server too.
 */
export async function serve(config: Config, demo: boolean, launcher?: number): Promise<void> {
  const logger = createLogger(process.stderr);
  const signal = shutdownSignal(launcher);
  const app = await startApp(config, logger);
  try {
    announceOrWarn(app, logger);
    app.metrics.gauge(
      "daybook_server_log_lines_lost",
      "Lines of the server's own log that could not be written since the start.",
      () => logger.lost,
    );
    process.stdout.write(`Daybook ${VERSION} is at ${app.url}, with its data in ${config.dataDir}\n`);
    if (demo) await runDemo(app, signal);
    else await greet(app);
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    withdraw(config.dataDir);
    await app.close();
  }
  process.stdout.write("Stopped.\n");
  // The server has done its work, whoever read what it printed.
  process.exitCode = 0;
}

/** On a full disk, say, people can still read; only commands that need a running server cannot reach it. */
function announceOrWarn({ config, localUrl, operatorToken }: App, logger: Logger): void {
  try {
    announce(config.dataDir, { url: localUrl, token: operatorToken, pid: process.pid });
  } catch (error) {
    logger.warn("commands such as `daybook keys` cannot reach this server; start it again", { error });
  }
}

async function greet(app: App): Promise<void> {
  if (await app.identity.isSetUp()) return;
  const link = `${app.url}/setup#token=${await app.identity.issueSetupToken()}`;
  process.stdout.write(`\nTo set it up, open this link once:\n\n  ${link}\n\n`);
}
