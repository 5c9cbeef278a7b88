import { existsSync } from "node:fs";
import { hashing } from "@daybook/sdk/merkle";
import { NoteError, parseVerifierKey } from "@daybook/sdk/note";
import type { Command } from "commander";
import { addStoreOptions, type Config, toConfig } from "../config.ts";
import { sha256 } from "../crypto.ts";
import type { Finding, Grade, Progress, Report, Trusted } from "../verify/index.ts";
import { keysOf, repeatable } from "./given-keys.ts";
import { readKept } from "./kept-checkpoint.ts";
import { TerminalProgress } from "./progress.ts";
import { plain } from "./verify-words.ts";

const DIFFERS = 1;
/** As a shell has it for a process that Ctrl-C ended. */
const INTERRUPTED = 130;

type DataOptions = Partial<Config> & { data?: string; json?: boolean; witness: string[]; checkpoint: string[] };

/** `daybook verify --data-dir DIR`, what `verify` does when nothing else is named: checks everything that a directory holds, without a server. */
export function addDataVerification(verify: Command): void {
  addStoreOptions(verify.command("data", { isDefault: true }))
    .description("verify a whole data directory (the default). Exit code: 0 clean, 1 something differs, 2 wrong usage")
    .option("--data <directory>", "the same as --data-dir")
    .addOption(
      repeatable("--witness <vkey>", "key of a witness that you trust, or a file with one key a line; repeatable"),
    )
    .addOption(
      repeatable("--checkpoint <file>", "file with a checkpoint that you kept, from GET /v1/checkpoint; repeatable"),
    )
    .option("--json", "print a line of JSON for each finding, then one for the report")
    .action(async (options: DataOptions, command: Command) => {
      const { dataDir = "./data" } = options;
      await verifyData({ ...options, dataDir: options.data ?? dataDir }, command);
    });
}

async function verifyData(options: DataOptions, command: Command): Promise<void> {
  // Not before it is needed: help and misuse need none of it.
  const { NoLog, verifyDirectory } = await import("../verify/index.ts");
  const { LogLocked } = await import("../log/index.ts");
  const config = toConfig(options);
  const trusted = trustedOf(options, command);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  const progress = new TerminalProgress();
  let verified = 0;
  try {
    const report = await verifyDirectory(config, {
      trusted,
      signal: interrupted.signal,
      onProgress: (at) => {
        verified = at.entries;
        progress.show(() => progressText(at));
      },
      onFinding: (finding) => {
        progress.clear();
        process.stdout.write(options.json ? `${JSON.stringify({ finding })}\n` : `${findingText(finding)}\n`);
      },
    });
    progress.clear();
    process.stdout.write(options.json ? `${JSON.stringify({ report })}\n` : describe(report, config.dataDir));
    if (!report.ok) process.exitCode = DIFFERS;
  } catch (error) {
    progress.clear();
    if (interrupted.signal.aborted) {
      process.stderr.write(`daybook: stopped; ${verified} entries were verified.\n`);
      process.exitCode = INTERRUPTED;
    } else if (error instanceof NoLog) command.error(`daybook: ${error.message}`);
    else if (error instanceof LogLocked) {
      throw new Error(
        `A Daybook process is using ${config.dataDir}. Stop it first, or let it verify itself: Settings → Organization → Integrity.`,
      );
    } else throw error;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

/** What the caller names of what lies outside of the data directory. */
function trustedOf({ witness, checkpoint }: DataOptions, command: Command): Trusted {
  for (const path of checkpoint) if (!existsSync(path)) command.error(`daybook: there is no file ${path}`);
  try {
    return {
      witnesses: witness
        .flatMap((keyOrFile) => keysOf(keyOrFile, command))
        .map((vkey) => hashing(parseVerifierKey(vkey), sha256)),
      kept: checkpoint.map((path) => readKept(path).checkpoint),
    };
  } catch (error) {
    if (error instanceof NoteError) command.error(`daybook: a key or a checkpoint is not valid: ${error.message}`);
    throw error;
  }
}

export function findingText({ part, message, id, moved_to }: Finding): string {
  const where = moved_to === undefined ? "" : ` It is ${moved_to}.`;
  const named = id === undefined || message.includes(id) ? "" : ` Its id is ${id}.`;
  return `${part.toUpperCase().padEnd(12)}${plain(message + where + named)}`;
}

/** Only what lies outside of the directory can say that nothing was altered. */
const GRADE_TEXT: Readonly<Record<Grade, string>> = {
  signed:
    "this log's signatures: whoever holds the signing keys could have rewritten everything. Give --witness or --checkpoint.",
  witnessed: "a witness: nothing that it has cosigned was altered",
  kept: "the checkpoints you kept: nothing they cover was altered",
};

function describe(report: Report, directory: string): string {
  const { entries, organizations, checkpoints, rows, own_events, findings, findings_by_part: parts } = report;
  const count = (number: number) => number.toLocaleString("en");
  const headline = report.ok
    ? `CLEAN: everything in ${directory} matches what this log signed.`
    : `NOT CLEAN: ${count(findings)} ${findings === 1 ? "finding" : "findings"} in ${directory}, named above.`;
  const of = (part: keyof typeof parts) => (parts[part] === 0 ? "" : `; ${count(parts[part])} differ`);
  const lines = [
    `  Log         ${count(entries)} entries of ${count(organizations)} organizations, every byte and hash${of("log")}`,
    `  Trees       every hash computed again from the entries${of("tree")}`,
    `  Checkpoints ${count(checkpoints)}, signatures and roots${of("checkpoints")}`,
    `  Search      ${count(rows)} rows compared with their entries${of("search")}`,
    `  Identity    ${count(own_events)} changes compared with the log${of("identity")}`,
    ...(report.ok ? [`  Based on    ${GRADE_TEXT[report.grade]}`] : []),
    `  Took        ${(report.duration_ms / 1000).toFixed(1)} s`,
    ...report.notes.map((note) => `  Note        ${note}`),
  ];
  const next =
    findings === parts.search
      ? "The log itself is sound: `daybook rebuild search` rebuilds search from it.\n"
      : "What to do is in docs/troubleshooting.md, “When verification finds something”.\n";
  return `${headline}\n${lines.map((line) => `${plain(line)}\n`).join("")}${report.ok ? "" : next}`;
}

function progressText({ entries, of, findings }: Progress): string {
  const share = of === null || of === 0 ? "" : ` (${Math.min(100, Math.floor((entries / of) * 100))} %)`;
  return `${entries.toLocaleString("en")} entries${share}, ${findings} findings`;
}
