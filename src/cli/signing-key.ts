import { Command, InvalidArgumentError } from "commander";
import { addDataOptions, type Config, toConfig } from "../config.ts";
import { createCommandLogger } from "../logger.ts";
import { OVERLAP_DAYS } from "../tree/index.ts";
import { operate } from "./operator-client.ts";

/** `daybook signing-key show | rotate`. Standard output carries one JSON line a key, newest first. */
export function signingKeyCommand(): Command {
  const keys = new Command("signing-key").description(
    "show or rotate the key that signs checkpoints; works with and without a running server",
  );

  addDataOptions(keys.command("show"))
    .description("print the public keys, including retired ones")
    .option("--org <id>", "print them as verifier keys (vkey) of this organization")
    .action(async (options: Partial<Config> & { org?: string }) => {
      print(
        await operate(toConfig(options), { command: "signing-key.show", organization: options.org ?? null }, stderr()),
      );
    });

  addDataOptions(keys.command("rotate"))
    .description("create a new key; the earlier keys also sign for some days")
    .option(
      "--overlap-days <number>",
      "days that the earlier keys also sign; with 0 only the new key signs",
      days,
      OVERLAP_DAYS,
    )
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
