import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { Config } from "../config.ts";
import { dataPaths } from "../data-paths.ts";
import { syncDirectory } from "../durable-file.ts";
import { openDelivered } from "../identity/index.ts";
import { errorCode, lockFile, segmentPath } from "../log/index.ts";
import { VERSION } from "../package-info.ts";
import { SigningKeys, signingCommandOf } from "../tree/index.ts";
import { type CopyProgress, type EarlierBackup, FileCopier } from "./files.ts";
import { type CopiedLog, copySegments, newestSegment, openCopy } from "./log-copy.ts";
import { BackupRefused, type Manifest, readManifest, writeManifest } from "./manifest.ts";

/** How often identity is copied again because it changed meanwhile. */
const TRIES = 5;
const UNFINISHED = ".unfinished";
const LOCK = "lock";
/** Times sort as text, and hold nothing that a file system forbids. */
const NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/;

/** The call cannot be right. */
export class WrongPlace extends Error {
  override readonly name = "WrongPlace";
}

type BackedUpConfig = Pick<
  Config,
  "dataDir" | "databaseUrl" | "signingKeys" | "signingCommand" | "signingPublicKey" | "streamsKey"
>;

export interface BackupOptions {
  /** Holds one directory a backup. */
  readonly to: string;
  /** Backups that stay; undefined keeps all. */
  readonly keep: number | undefined;
  readonly onProgress: (progress: CopyProgress) => void;
}

export interface BackedUp extends CopyProgress {
  readonly directory: string;
  readonly manifest: Manifest;
  /** Older backups that were removed. */
  readonly removed: readonly string[];
}

/**
 * Copies all of a data directory that cannot be rebuilt, while a server runs on it or not, into a directory of its own. It begins with what speaks
 * of the log and ends with the log, so that the log has everything that the rest speaks of:
 *
 *   checkpoints → identity → log → keys → manifest, signed → rename(x.unfinished, x)
 *
 * Complete segments are the same for ever: where the newest backup beside it has them, they get a second name and are not copied.
 *
 * @throws WrongPlace, LogLocked when another backup is on its way there, LogCorruption, whatever the system says.
 */
export async function backUp(config: BackedUpConfig, { to, keep, onProgress }: BackupOptions): Promise<BackedUp> {
  const target = placeFor(to, config);
  const lock = lockFile(join(target, LOCK));
  try {
    const names = readdirSync(target);
    for (const name of names) if (name.endsWith(UNFINISHED)) rmSync(join(target, name), { recursive: true });
    const now = Date.now();
    const name = new Date(now).toISOString().replaceAll(":", "-");
    const directory = join(target, name);
    const unfinished = directory + UNFINISHED;
    mkdirSync(unfinished, { mode: 0o700 });
    const files = new FileCopier(unfinished, newestOf(target), onProgress);
    const manifest = await copyAll(config, files, unfinished, now);
    renameSync(unfinished, directory);
    syncDirectory(target);
    return { ...files.copied, directory, manifest, removed: removeOld(target, keep) };
  } finally {
    lock.release();
  }
}

/** The complete backups in a directory, oldest first. */
export function backupsIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => NAME.test(name))
    .sort()
    .map((name) => join(directory, name));
}

async function copyAll(
  { dataDir, databaseUrl, signingKeys, streamsKey, ...config }: BackedUpConfig,
  files: FileCopier,
  directory: string,
  now: number,
): Promise<Manifest> {
  const paths = dataPaths(dataDir);
  await copyCheckpoints(files, paths.checkpoints);
  const log = await copyIdentityAndLog(files, paths, directory, databaseUrl);
  await copyKeys(files, paths.keys, { "signing.json": signingKeys, "streams.key": streamsKey });
  const manifest: Manifest = {
    version: 1,
    created_at: new Date(now).toISOString(),
    daybook: VERSION,
    log_id: log.logId,
    entries: log.entries,
    identity: databaseUrl === undefined ? "sqlite" : "postgresql",
    identity_behind: log.unknown,
    files: files.finish(),
  };
  const keys = SigningKeys.open(join(directory, "keys"), now, signingCommandOf(config));
  await writeManifest(directory, manifest, keys, now);
  return manifest;
}

/** @param elsewhere files of this name, where they are somewhere else. */
async function copyKeys(
  files: FileCopier,
  from: string,
  elsewhere: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const name of existsSync(from) ? readdirSync(from) : []) {
    if (!name.endsWith(".tmp")) await files.copy(join(from, name), `keys/${name}`, false);
  }
  for (const [name, path] of Object.entries(elsewhere)) {
    if (path !== undefined) await files.copy(path, `keys/${name}`, false);
  }
}

/** Everything that was signed, for this log and for those it was before. */
async function copyCheckpoints(files: FileCopier, from: string): Promise<void> {
  for (const name of readdirSync(from)) {
    if (name.endsWith(".db")) await files.copyDatabase(join(from, name), `checkpoints/${name}`, true);
    else if (name.endsWith(".json")) await files.copy(join(from, name), `checkpoints/${name}`, false);
  }
}

/**
 * Identity first: the log has each event of a change before the change counts as delivered. What is changed while they are copied is in the log alone;
 * then they are copied once more.
 */
async function copyIdentityAndLog(
  files: FileCopier,
  paths: ReturnType<typeof dataPaths>,
  directory: string,
  databaseUrl: string | undefined,
): Promise<CopiedLog> {
  const copies = join(directory, "log");
  for (let tries = 1; ; tries++) {
    const from = newestSegment(paths.log);
    if (databaseUrl === undefined) await files.copyDatabase(paths.identity, "identity.db", false);
    await copySegments(files, paths.log);
    const account =
      databaseUrl === undefined ? await openDelivered({ path: join(directory, "identity.db") }) : undefined;
    try {
      const log = await openCopy(copies, account, from);
      if (log.unknown > 0 && tries < TRIES) continue;
      await files.changed(segmentPath("log", newestSegment(copies)));
      return log;
    } finally {
      await account?.close();
    }
  }
}

function placeFor(to: string, { dataDir, databaseUrl, signingKeys }: BackedUpConfig): string {
  const target = resolve(to);
  const { log, identity, keys } = dataPaths(dataDir);
  if (!existsSync(log)) throw new WrongPlace(`There is no log in ${dataDir}.`);
  if (signingKeys === undefined && !existsSync(join(keys, "signing.json"))) {
    throw new WrongPlace(`There are no signing keys in ${keys}. If they are somewhere else, give --signing-keys.`);
  }
  if (databaseUrl === undefined && !existsSync(identity)) {
    throw new WrongPlace(`There is no identity.db in ${dataDir}. If PostgreSQL holds identity, give --database-url.`);
  }
  if (`${target}${sep}`.startsWith(`${resolve(dataDir)}${sep}`)) {
    throw new WrongPlace("A backup cannot be inside of the data directory.");
  }
  // One level alone: a path that is not mounted must not become a directory on the same disk.
  if (!existsSync(dirname(target))) throw new WrongPlace(`There is no directory ${dirname(target)}.`);
  if (!existsSync(target)) mkdirSync(target, { mode: 0o700 });
  return target;
}

/** One that cannot be read is as good as none: everything is copied. */
function newestOf(target: string): EarlierBackup | undefined {
  const directory = backupsIn(target).at(-1);
  if (directory === undefined) return undefined;
  try {
    const { files } = readManifest(directory).content;
    return { directory, files: new Map(files.map((file) => [file.path, file])) };
  } catch (error) {
    if (error instanceof BackupRefused || errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function removeOld(target: string, keep: number | undefined): string[] {
  if (keep === undefined) return [];
  const old = backupsIn(target).slice(0, -keep);
  for (const directory of old) rmSync(directory, { recursive: true });
  return old;
}
