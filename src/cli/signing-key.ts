import { Command, InvalidArgumentError } from "commander";
import { addDataOptions, type Config, toConfig } from "../config.ts";
import { createCommandLogger } from "../logger.ts";
import { OVERLAP_DAYS } from "../tree/index.ts";
import { operate } from "./operator-client.ts";

/** `daybook signing-key show | rotate`. Standard output carries one JSON line a key, newest first. */
export function signingKeyCommand(): Command {
  const keys = new Command("signing-key").description(
    "the key that signs checkpoints; works while the server runs, and without it",
  );

  addDataOptions(keys.command("show"))
    .description("print the public keys, retired ones included")
    .option("--org <id>", "as verifier keys (vkey) of this organization")
    .action(async (options: Partial<Config> & { org?: string }) => {
      print(
        await operate(toConfig(options), { command: "signing-key.show", organization: options.org ?? null }, stderr()),
      );
    });

  addDataOptions(keys.command("rotate"))
    .description("make a new key; those so far go on signing beside it for a while")
    .option("--overlap-days <number>", "for how long; 0 ends all but the new one", days, OVERLAP_DAYS)
    .action(async (options: Partial<Config> & { overlapDays: number }) => {
      print(
        await operate(
          toConfig(options),
          { command: "signing-key.rotate", overlap_days: options.overlapDays },
          stderr(),
        ),
      );
    });
  return keys;
}

function print(keys: unknown): void {
  for (const key of keys as unknown[]) process.stdout.write(`${JSON.stringify(key)}\n`);
}

function stderr() {
  return createCommandLogger(process.stderr);
}

function days(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !(number >= 0 && number <= 3650))
    throw new InvalidArgumentError("It must be a number of days, 0 to 3650.");
  return number;
}
