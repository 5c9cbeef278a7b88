import { Command } from "commander";
import { whenOrphaned } from "../../src/cli/shutdown.ts";
import { addServerOptions, type Config, toConfig } from "../../src/config.ts";
import { urlOf } from "../../src/listen.ts";
import { Console } from "./console.ts";
import { describeFailure } from "./failure.ts";
import { Front } from "./front.ts";
import type { Outcome } from "./messages.ts";
import { Sources } from "./sources.ts";
import { Supervisor } from "./supervisor.ts";

const DATA_DIRECTORY = "./data-dev";

/**
 * `npm run dev`: the server from its sources and the console by Vite behind one address, on the sample in a directory of its own. This process
 * keeps the address; a change of a server's file replaces the process behind it.
 */
const command = addServerOptions(new Command("npm run dev --"))
  .description("run the server and the console from the sources, on the sample")
  .action(async (options: Partial<Config>) => {
    const ownDirectory = command.getOptionValueSource("dataDir") === "default";
    try {
      const config = toConfig({ ...options, ...(ownDirectory && { dataDir: DATA_DIRECTORY }) });
      const started = await develop(config);
      if (started) return;
      if (ownDirectory) report(`If ${DATA_DIRECTORY} is of another version, delete it: the sample is recorded again.`);
      process.exit(1);
    } catch (error) {
      report(describeFailure(error));
      process.exit(1);
    }
  });

/** @returns whether it goes on. Not so when the data directory is in use or of another version; a fault in the sources is waited out. */
async function develop(wanted: Config): Promise<boolean> {
  const front = await Front.listen(wanted.host, wanted.port);
  const console = await Console.open(front.server);
  const config: Config = {
    ...wanted,
    url: wanted.url ?? urlOf(wanted.host, front.port),
    trustedProxies: [...wanted.trustedProxies, "127.0.0.1"],
    host: "127.0.0.1",
    port: 0,
  };
  const supervisor = new Supervisor(config, (outcome) => failed(outcome, console));
  front.open({ console, ready: () => supervisor.ready() });
  stopOnce(async () => {
    front.close();
    await Promise.all([supervisor.stop(), console.close()]);
  });
  const sources = new Sources((changed) => restart(changed, supervisor, console));
  console.watch((path) => sources.changed(path));
  const first = await supervisor.ready();
  if (first.type === "listening") return true;
  failed(first, console);
  if (first.stage === "load") return true;
  await supervisor.stop();
  return false;
}

/** Replaces the server, and says so. */
async function restart(changed: string, supervisor: Supervisor, console: Console): Promise<void> {
  const since = performance.now();
  const wasDown = supervisor.isDown;
  const outcome = await supervisor.restart();
  if (supervisor.isStopping) return;
  if (outcome.type === "failed") return failed(outcome, console);
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  process.stdout.write(`${changed} changed: the server restarted in ${seconds} s.\n`);
  if (wasDown) console.reload();
}

function failed(outcome: Outcome, console: Console): void {
  if (outcome.type !== "failed") return;
  report(`${outcome.reason}${outcome.stage === "load" ? " The server starts again when a file is saved." : ""}`);
  console.showError(outcome.reason);
}

function report(line: string): void {
  process.stderr.write(`daybook: ${line}\n`);
}

/** The first Ctrl-C, SIGTERM, or end of the npm that started this, ends everything; further ones change nothing. */
function stopOnce(stop: () => Promise<void>): void {
  let stopping = false;
  const begin = async () => {
    if (stopping) return;
    stopping = true;
    await stop();
    process.stdout.write("Stopped.\n");
    process.exit(0);
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => void begin());
  if (process.env.npm_lifecycle_event === "dev") whenOrphaned(process.ppid, () => void begin());
}

await command.parseAsync(process.argv);
