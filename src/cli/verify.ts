import { createHash } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import { type BundleEntry, type BundleReport, verifyBundle } from "@daybook/sdk/bundle";
import { NoteError } from "@daybook/sdk/note";
import { Command } from "commander";
import { sha256, verifyEd25519 } from "../crypto.ts";
import { keysOf, repeatable } from "./given-keys.ts";
import { readKept } from "./kept-checkpoint.ts";
import { addDataVerification } from "./verify-data.ts";
import { addStreamVerification } from "./verify-stream.ts";
import { describeReport, plain } from "./verify-words.ts";

/** Exit code of a file that is not what it should be; a call that is wrong in itself ends with 2. */
const NOT_PROVEN = 1;
/** Larger reads than the default spare the verifier joining lines. */
const READ_BYTES = 1024 * 1024;
const PROGRESS_MS = 500;

interface BundleOptions {
  key: string[];
  witness: string[];
  export?: string;
  checkpoint?: string;
  consistency?: string;
  json?: boolean;
}

/** `daybook verify`. `verify bundle` needs neither server nor data directory, and trusts nothing but the keys it is given. */
export function verifyCommand(): Command {
  const verify = new Command("verify").description("verify a data directory, an export or a stream");
  addDataVerification(verify);
  addStreamVerification(verify);
  verify
    .command("bundle <file>")
    .description("verify an export with proof. Exit code: 0 proven, 1 not proven, 2 wrong usage")
    .addOption(repeatable("--key <vkey>", "the organization's verifier key, or a file with one key a line; repeatable"))
    .addOption(
      repeatable(
        "--witness <vkey>",
        "verifier key of a witness whose cosignature is required, or a file with one key a line; repeatable",
      ),
    )
    .option("--checkpoint <file>", "file with a checkpoint of this log that you kept, from GET /v1/checkpoint")
    .option(
      "--consistency <file>",
      "file with the proof between that checkpoint and the export, from GET /v1/proofs/consistency",
    )
    .option("--export <file>", "also check that this file has the hash in the bundle")
    .option("--json", "print the report as JSON")
    .action(async (file: string, options: BundleOptions, command: Command) => {
      if (options.key.length === 0) command.error("daybook: give the organization's public key with --key");
      for (const path of [file, options.export, options.checkpoint, options.consistency]) {
        if (path !== undefined && !existsSync(path)) command.error(`daybook: there is no file ${path}`);
      }
      const exported = options.export === undefined ? undefined : new ExportHash(await hashOf(options.export));
      const report = await check(file, options, exported, command);
      const proven = report.ok && exported?.fault(options.export ?? "") === undefined;
      if (options.json) {
        const fault = report.ok ? exported?.fault(options.export ?? "") : undefined;
        process.stdout.write(
          `${JSON.stringify(fault === undefined ? report : { ok: false, fault: "export", reason: fault })}\n`,
        );
      } else {
        process.stdout.write(describeReport(report));
        if (report.ok && exported) process.stdout.write(exported.describe(options.export ?? ""));
      }
      if (!proven) process.exitCode = NOT_PROVEN;
    });
  return verify;
}

async function check(
  file: string,
  { key, witness, checkpoint, consistency }: BundleOptions,
  exported: ExportHash | undefined,
  command: Command,
): Promise<BundleReport> {
  const given = (keyOrFile: string) => keysOf(keyOrFile, command);
  const [keys, witnesses] = [key.flatMap(given), witness.flatMap(given)];
  if (consistency !== undefined && checkpoint === undefined) {
    command.error("daybook: --consistency needs the checkpoint you kept, with --checkpoint");
  }
  const progress = progressOf(file);
  try {
    return await verifyBundle(createReadStream(file, { highWaterMark: READ_BYTES }), {
      keys,
      witnesses,
      ...(checkpoint !== undefined && { kept: readKept(checkpoint, consistency) }),
      sha256,
      verifyEd25519,
      ...(progress && { onProgress: progress }),
      ...(exported && { onEntry: (entry) => exported.take(entry) }),
    });
  } catch (error) {
    if (error instanceof NoteError) command.error(`daybook: a key or a checkpoint is not valid: ${error.message}`);
    throw error;
  } finally {
    if (progress) process.stderr.write("\r\u001b[K");
  }
}

/** Looks for the entry that tells of a finished export, whose hash it holds. */
class ExportHash {
  private readonly sha256: string;
  private found: { id: string; recordedAt: string } | undefined;

  constructor(sha256: string) {
    this.sha256 = sha256;
  }

  take({ header, body }: BundleEntry): void {
    // Of the server's own making: whoever may send events can send one of that action.
    const { type } = (header.source ?? {}) as { type?: unknown };
    if (header.action !== "audit_log.export" || type !== "daybook") return;
    if (exportedHash(body) !== this.sha256) return;
    this.found = { id: String(header.id), recordedAt: String(header.recorded_at) };
  }

  /** @returns why the file is not the one, or undefined when it is. */
  fault(file: string): string | undefined {
    return this.found
      ? undefined
      : `${file} is not the export of this bundle: no export in it has the SHA-256 ${this.sha256}.`;
  }

  describe(file: string): string {
    const fault = this.fault(file);
    if (fault !== undefined || this.found === undefined) return `\nNOT PROVEN: ${plain(fault ?? "")}\n`;
    return `\nAUTHENTIC: ${plain(file)} is, byte for byte, what was exported (event ${plain(this.found.id)}, recorded ${this.found.recordedAt}).\n`;
  }
}

/** What is in a forged file can be anything. */
function exportedHash(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"))?.metadata?.sha256;
  } catch {
    return undefined;
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}

/** On a terminal only, and not for a file that is done before anybody could read it. */
function progressOf(file: string): ((bytes: number, entries: number) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  const { size } = statSync(file);
  let shownAt = performance.now();
  return (bytes, entries) => {
    if (performance.now() - shownAt < PROGRESS_MS) return;
    shownAt = performance.now();
    process.stderr.write(`\r${Math.floor((bytes / size) * 100)} %, ${entries.toLocaleString("en")} entries`);
  };
}
