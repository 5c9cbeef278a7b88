import { Command } from "commander";
import { addDataOptions, type Config, toConfig } from "../config.ts";

/** `daybook restore`: to be run once after a backup was put back. Standard output carries one JSON line. */
export function restoreCommand(): Command {
  return addDataOptions(new Command("restore"))
    .description("after a backup was put back: let the log go on under a new id (the server must be stopped)")
    .action(async (options: Partial<Config>) => {
      const { restore } = await import("./restore-log.ts");
      process.stdout.write(`${JSON.stringify(await restore(toConfig(options)))}\n`);
    });
}
