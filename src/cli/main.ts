import { Command, CommanderError } from "commander";
import { DaybookError } from "../errors.ts";
import { VERSION } from "../package-info.ts";
import { backupCommand } from "./backup.ts";
import { doctorCommand } from "./doctor.ts";
import { withoutWhatSetsNothing } from "./environment.ts";
import { keysCommand } from "./keys.ts";
import { outliveOutput } from "./output.ts";
import { rebuildCommand } from "./rebuild.ts";
import { restoreCommand } from "./restore.ts";
import { serveCommand } from "./serve.ts";
import { shareLogCommand } from "./share-log.ts";
import { signingKeyCommand } from "./signing-key.ts";
import { usersCommand } from "./users.ts";
import { verifyCommand } from "./verify.ts";
import { witnessCommand } from "./witness.ts";

/** Exit codes: 0 done · 1 failed · 2 wrong usage. */
const FAILED = 1;
const MISUSED = 2;

/**
 * The command line. Commands import the server's parts only as they run: help,
 * misuse and what a running server is asked need none of them.
 *
 * @param argv as in process.argv.
 * @param launcher pid of the npm that started this process, if one did: a server stops when it ends.
 */
export async function main(argv: readonly string[], launcher?: number): Promise<void> {
  outliveOutput(() => {
    process.exitCode ??= FAILED;
  });
  const program = createProgram(launcher);
  for (const line of withoutWhatSetsNothing(program, process.env)) process.stderr.write(`daybook: ${line}\n`);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** All commands with their options. @param launcher as `main` takes it. */
export function createProgram(launcher?: number): Command {
  const program = new Command("daybook")
    .description("Self-hosted audit logs: each event is on disk before it is acknowledged.")
    .version(VERSION)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text.replace(/^error: /, "daybook: "))}\n`) });
  const ofNpm = launcher === undefined ? {} : { launcher };
  program.addCommand(inheriting(program, serveCommand(ofNpm)), { isDefault: true });
  for (const command of [
    serveCommand({ demo: true, ...ofNpm }),
    keysCommand(),
    usersCommand(),
    signingKeyCommand(),
    verifyCommand(),
    doctorCommand(),
    witnessCommand(),
    backupCommand(),
    rebuildCommand(),
    restoreCommand(),
    shareLogCommand(),
  ]) {
    program.addCommand(inheriting(program, command));
  }
  return program;
}

/** Subcommands report misuse in the same way as the program. */
function inheriting(program: Command, command: Command): Command {
  command.copyInheritedSettings(program);
  for (const child of command.commands) inheriting(program, child);
  return command;
}

/** One clear line on standard error; @returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED;
  const faults =
    error instanceof DaybookError ? error.errors.map(({ pointer, message }) => `${pointer.slice(1)} ${message}`) : [];
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`daybook: ${oneLine([text, faults.join("; ")].join(" "))}\n`);
  return error instanceof DaybookError && ["invalid_input", "not_found"].includes(error.code) ? MISUSED : FAILED;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ");
}
