import { Command } from "commander";
import { addDataOptions, type Config, toConfig } from "../config.ts";
import { TerminalProgress } from "./progress.ts";

/** `daybook share-log`: a log of one data directory becomes one that nodes share. Standard output carries one JSON line. */
export function shareLogCommand(): Command {
  return addDataOptions(new Command("share-log"))
    .description(
      "move the log and the identity of a data directory into the empty PostgreSQL database at --log-url, where several nodes share them (stop the server first). Run it again after an interruption",
    )
    .action(async (options: Partial<Config>) => {
      const { shareDirectory } = await import("./share-directory.ts");
      const progress = new TerminalProgress();
      try {
        const shared = await shareDirectory(toConfig(options), (written, total) =>
          progress.show(
            () => `${written.toLocaleString("en")} of ${total.toLocaleString("en")} entries written or compared`,
          ),
        );
        progress.clear();
        process.stdout.write(`${JSON.stringify(shared)}\n`);
      } finally {
        progress.clear();
      }
    });
}
