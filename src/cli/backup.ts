import { type Command, InvalidArgumentError, Command as Program } from "commander";
import { addDataOptions, type Config, toConfig } from "../config.ts";
import { TerminalProgress } from "./progress.ts";

interface BackupOptions extends Partial<Config> {
  to: string;
  keep?: number;
  quiet?: boolean;
}

/** `daybook backup --to DIR`: while the server runs, and without it. Standard output carries one JSON line. */
export function backupCommand(): Command {
  return addDataOptions(new Program("backup"))
    .description("copy all data that cannot be rebuilt into a new directory; works with and without a running server")
    .requiredOption("--to <directory>", "where backups are stored, each in its own directory; use another disk")
    .option("--keep <number>", "keep only this many backups; remove the oldest ones", atLeastOne)
    .option("--quiet", "print nothing unless it fails")
    .action(async (options: BackupOptions, command: Command) => {
      const { backUp, WrongPlace } = await import("../backup/index.ts");
      const config = toConfig(options);
      const progress = new TerminalProgress();
      try {
        const { directory, manifest, files, linked, bytes, removed } = await backUp(config, {
          to: options.to,
          keep: options.keep,
          onProgress: (at) => {
            if (!options.quiet) progress.show(() => `${at.files} files copied, ${megabytes(at.bytes)} MB`);
          },
        });
        progress.clear();
        const { log_id, entries, identity, identity_behind } = manifest;
        if (identity_behind > 0) {
          process.stderr.write(
            `daybook: ${identity_behind} changes of people, keys or settings were made during the backup. Its log has them, but its identity does not.\n`,
          );
        }
        if (options.quiet) return;
        const copied = { files_copied: files, bytes_copied: bytes, files_linked: linked, removed };
        process.stdout.write(`${JSON.stringify({ directory, log_id, entries, identity, ...copied })}\n`);
        if (identity === "postgresql") process.stderr.write(POSTGRESQL);
      } catch (error) {
        progress.clear();
        if (error instanceof WrongPlace) command.error(`daybook: ${error.message}`);
        throw error;
      }
    });
}

const POSTGRESQL =
  "daybook: Identity is in PostgreSQL and not in this backup. Take a dump of it right before each backup, so that the log has every change that is in the dump.\n";

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("It must be a number from 1.");
  return Number(text);
}
