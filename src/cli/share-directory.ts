import { existsSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { sharedLogIn, shareLog } from "../commit/index.ts";
import type { Config } from "../config.ts";
import { dataPaths, signingKeysPath } from "../data-paths.ts";
import { syncDirectory } from "../durable-file.ts";
import { entryPacking } from "../event/index.ts";
import { copyIdentity, openIdentity } from "../identity/index.ts";
import { configuredUrl } from "../listen.ts";
import { type FramedLog, openFramedLog } from "../log/index.ts";
import { joinSharedLog, sharedLogOf } from "../shared-log.ts";
import { shareMemories } from "../streams/index.ts";
import { SigningKeys, StoredCheckpoints } from "../tree/index.ts";

/** What is printed. */
export interface Shared {
  readonly log_id: string;
  readonly entries: number;
  /** Rows of identity that were copied; undefined where identity was in PostgreSQL already. */
  readonly identity_rows: number | undefined;
}

/**
 * Moves a data directory's log into PostgreSQL: identity first, with how far its streams have come, then the log with its checkpoints, all compared
 * there. Only then the directory becomes one node's copy. Interrupted before that, everything here is as it was, and the next call does the rest.
 *
 * @param onProgress hears of entries that are written or compared, out of how many.
 * @throws LogLocked while a server runs, LogLockLost, LogCorruption.
 */
export async function shareDirectory(
  config: Config,
  onProgress: (done: number, total: number) => void,
): Promise<Shared> {
  const { logUrl, databaseUrl } = config;
  if (logUrl === undefined || databaseUrl === undefined) throw new Error("Give --log-url, or set LOG_URL.");
  const copyOf = sharedLogOf(config);
  if (copyOf !== undefined) {
    throw new Error(`The data directory ${config.dataDir} is a node's copy of the shared log ${copyOf} already.`);
  }
  const paths = dataPaths(config.dataDir);
  if (!existsSync(paths.log)) throw new Error(`There is no log in ${config.dataDir}.`);
  const log = await openFramedLog({ directory: paths.log, packing: entryPacking });
  try {
    requireUnbroken(log);
    const there = await sharedLogIn(logUrl);
    // Where the log is, identity was copied before, and can have been changed there since.
    const isCopied = there === log.id || !existsSync(paths.identity);
    const identityRows = isCopied ? undefined : await copyIdentity(paths.identity, databaseUrl, configuredUrl(config));
    // Nodes can have delivered more since.
    if (there !== log.id) await shareStreams(config, databaseUrl);
    await share(config, logUrl, log, onProgress);
    log.requireLock();
    joinSharedLog(config, log.id);
    setIdentityAside(paths.identity);
    return { log_id: log.id, entries: log.entries, identity_rows: identityRows };
  } finally {
    log.close();
  }
}

async function shareStreams(config: Config, databaseUrl: string): Promise<void> {
  const deliver = () => Promise.reject(new Error("nothing is changed while streams are moved"));
  const identity = await openIdentity({ databaseUrl, publicUrl: configuredUrl(config), deliver });
  try {
    await shareMemories(dataPaths(config.dataDir).streams, identity.streamMemories);
  } finally {
    await identity.close();
  }
}

/** Nodes know a log by one id. */
function requireUnbroken({ id, earlier }: FramedLog): void {
  const [first] = earlier;
  if (first === undefined) return;
  throw new Error(
    `The log ${id} was restored from a backup of the log ${first.id}: a restored log cannot be shared. Keep it on one node, or begin a shared log in an empty data directory.`,
  );
}

async function share(
  config: Config,
  logUrl: string,
  log: FramedLog,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const keysPath = signingKeysPath(config);
  if (!existsSync(keysPath)) throw new Error(`The signing keys are missing: ${keysPath}. Give --signing-keys.`);
  const keys = SigningKeys.openFile(keysPath, Date.now());
  const stored = StoredCheckpoints.open(dataPaths(config.dataDir).checkpoints, log.id, true);
  if (stored !== undefined && "unreadable" in stored) {
    throw new Error(`The checkpoints of ${config.dataDir} cannot be read: ${stored.unreadable}.`);
  }
  let done = 0;
  try {
    if (stored !== undefined && !keys.hasSigned(log.id)) {
      throw new Error(`The keys in ${keysPath} have not signed the checkpoints of ${config.dataDir}.`);
    }
    await shareLog(
      logUrl,
      {
        id: log.id,
        batches: () => log.batches(),
        signatures: () => stored?.all() ?? [],
        publicKeys: keys.all().map(({ publicKey }) => publicKey),
      },
      (entries) => {
        done += entries;
        // Each entry is written once and compared once.
        onProgress(done, 2 * log.entries);
      },
    );
  } finally {
    stored?.close();
  }
}

/** From now on it is in PostgreSQL. The file stays, under a name that no start looks for. */
function setIdentityAside(path: string): void {
  if (!existsSync(path)) return;
  renameSync(path, `${path}.moved`);
  syncDirectory(dirname(path));
}
