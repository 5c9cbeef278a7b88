import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startApp } from "../../src/app.ts";
import { announce, withdraw } from "../../src/cli/announcement.ts";
import { createDemoOrganizations, printDemoLink, recordLiveEvents, recordSample } from "../../src/cli/demo.ts";
import type { Config } from "../../src/config.ts";
import { createLogger } from "../../src/logger.ts";
import { CONSOLE_PAGE } from "./console-page.ts";

interface Serving {
  /** Print where the server is, and a link that signs in. */
  readonly greet: boolean;
  readonly listening: (port: number) => void;
  readonly stop: AbortSignal;
}

/** Runs the server from the sources on the sample until `stop` aborts. */
export async function serve(config: Config, { greet, listening, stop }: Serving): Promise<void> {
  const app = await startApp(config, createLogger(process.stderr), {
    consoleDirectory: consoleDirectory(config.dataDir),
  });
  try {
    announce(config.dataDir, { url: app.localUrl, token: app.operatorToken, pid: process.pid });
    listening(Number(new URL(app.localUrl).port));
    await createDemoOrganizations(app);
    if (greet) {
      process.stdout.write(`Daybook runs from the sources at ${app.url}, with its data in ${config.dataDir}\n`);
      await printDemoLink(app);
    }
    await recordSample(app, stop);
    await recordLiveEvents(app, stop);
  } finally {
    withdraw(config.dataDir);
    await app.close();
  }
}

/** A directory with nothing but the mark that Vite's page takes the place of. */
function consoleDirectory(dataDir: string): string {
  const directory = join(dataDir, "dev-console");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, "index.html"), CONSOLE_PAGE);
  return directory;
}
