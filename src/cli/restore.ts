import { Command } from "commander";
import { addDataOptions, type Config, toConfig } from "../config.ts";
import { plain } from "./verify-words.ts";

/** `daybook restore`: from a backup, or once after one was restored by hand. Standard output carries one JSON line. */
export function restoreCommand(): Command {
  return addDataOptions(new Command("restore"))
    .description(
      "copy a backup into an empty data directory, verify it, and continue the log under a new id (stop the server first). Without --from: use the data directory as it is, after you restored it by hand",
    )
    .option("--from <directory>", "a backup, or a directory of backups, of which the newest is restored")
    .option("--key <vkey>", "a verifier key of the log that you kept; only a backup that it signed is restored")
    .action(async (options: Partial<Config> & { from?: string; key?: string }, command: Command) => {
      const config = toConfig(options);
      const { restore } = await import("./restore-log.ts");
      if (options.from === undefined) {
        process.stdout.write(`${JSON.stringify(await restore(config))}\n`);
        return;
      }
      const { restoreFrom } = await import("./restore-backup.ts");
      const { WrongPlace } = await import("../backup/index.ts");
      try {
        const restored = await restoreFrom(config, { from: options.from, key: options.key });
        process.stdout.write(`${JSON.stringify(restored)}\n`);
      } catch (error) {
        if (error instanceof WrongPlace) command.error(`daybook: ${plain(error.message)}`);
        throw error;
      }
    });
}
