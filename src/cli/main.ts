import { Command, CommanderError } from "commander";
import { DaybookError } from "../errors.ts";
import { VERSION } from "../package.ts";

/** Exit codes: 0 done · 1 it could not be done · 2 the call was wrong. */
const FAILED = 1;
const MISUSED = 2;

/** The command line. @param argv as in process.argv. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("daybook")
    .description("Self-hosted audit logs: durable before yes, one page to review.")
    .version(VERSION)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text.replace(/^error: /, "daybook: "))}\n`) });
  for (const load of loadersFor(argv[2])) {
    const { command, isDefault = false } = await load();
    program.addCommand(inheriting(program, command), { isDefault });
  }
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error);
  }
}

type Loader = () => Promise<{ command: Command; isDefault?: boolean }>;

/** Each is loaded when it is asked for: the server's parts alone, the database engine among them, take a second and 500 MB. */
const COMMANDS: Readonly<Record<string, Loader>> = {
  serve: async () => ({ command: (await import("./serve.ts")).serveCommand(), isDefault: true }),
  demo: async () => ({ command: (await import("./serve.ts")).serveCommand({ demo: true }) }),
  keys: async () => ({ command: (await import("./keys.ts")).keysCommand() }),
  users: async () => ({ command: (await import("./users.ts")).usersCommand() }),
  "signing-key": async () => ({ command: (await import("./signing-key.ts")).signingKeyCommand() }),
  verify: async () => ({ command: (await import("./verify.ts")).verifyCommand() }),
  witness: async () => ({ command: (await import("./witness.ts")).witnessCommand() }),
  rebuild: async () => ({ command: (await import("./rebuild.ts")).rebuildCommand() }),
  restore: async () => ({ command: (await import("./restore.ts")).restoreCommand() }),
};

/** The command that is named; all of them for the help, for the default and for what is none of them. */
function loadersFor(name = ""): readonly Loader[] {
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return named ? [named] : Object.values(COMMANDS);
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
