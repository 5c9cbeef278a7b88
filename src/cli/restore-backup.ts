import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { hashing } from "@daybook/sdk/merkle";
import { NoteError, parseVerifierKey } from "@daybook/sdk/note";
import { backupsIn, emptyDirectory, type Manifest, unpack, WrongPlace } from "../backup/index.ts";
import type { Config } from "../config.ts";
import { sha256 } from "../crypto.ts";
import { type Finding, verifyDirectory } from "../verify/index.ts";
import { TerminalProgress } from "./progress.ts";
import { type Restored, requireSigningCommand, restore } from "./restore-log.ts";
import { findingText } from "./verify-data.ts";

interface RestoreSource {
  readonly from: string;
  /** Verifier key; undefined takes the backup's own keys. */
  readonly key: string | undefined;
}

/**
 * Copies a backup into an empty data directory and verifies everything in it; only then the log goes on, under a new id. Of a backup in which something
 * differs nothing stays.
 *
 * @throws WrongPlace, BackupRefused.
 */
export async function restoreFrom(
  config: Config,
  { from, key }: RestoreSource,
): Promise<Restored & { readonly backup: string; readonly taken_at: string }> {
  const backup = backupAt(resolve(from));
  const progress = new TerminalProgress();
  try {
    const manifest = await unpack(backup, config.dataDir, key === undefined ? undefined : [publicKeyOf(key)], (at) =>
      progress.show(() => `${at.files} files copied, ${(at.bytes / 1e6).toFixed(1)} MB`),
    );
    try {
      requireSigningCommand(config);
    } catch (error) {
      emptyDirectory(config.dataDir);
      throw error;
    }
    const findings = await verifyCopy(config, manifest, progress);
    progress.clear();
    if (findings.length > 0) {
      for (const finding of findings) process.stderr.write(`${findingText(finding)}\n`);
      emptyDirectory(config.dataDir);
      throw new Error(`Nothing was restored: ${findings.length} findings in ${backup}, named above.`);
    }
    return { backup, taken_at: manifest.created_at, ...(await restore(config)) };
  } finally {
    progress.clear();
  }
}

function backupAt(from: string): string {
  if (existsSync(join(from, "manifest.json"))) return from;
  const newest = existsSync(from) ? backupsIn(from).at(-1) : undefined;
  if (newest === undefined) throw new WrongPlace(`There is no backup in ${from}.`);
  return newest;
}

function publicKeyOf(vkey: string): Uint8Array {
  try {
    return hashing(parseVerifierKey(vkey), sha256).publicKey;
  } catch (error) {
    if (error instanceof NoteError) throw new WrongPlace(`The key is not a verifier key: ${error.message}`);
    throw error;
  }
}

/** @returns what must not be: the changes that were made while identity was copied are known. */
async function verifyCopy(config: Config, manifest: Manifest, progress: TerminalProgress): Promise<Finding[]> {
  const findings: Finding[] = [];
  await verifyDirectory(
    { ...config, clickhouseUrl: undefined },
    {
      signal: new AbortController().signal,
      onFinding: (finding) => findings.push(finding),
      onProgress: ({ entries }) =>
        progress.show(() => `${entries.toLocaleString("en")} of ${manifest.entries.toLocaleString("en")} verified`),
    },
  );
  return findings.filter(({ kind }) => kind !== "identity_behind" || manifest.identity_behind === 0);
}
