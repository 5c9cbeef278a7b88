import { existsSync } from "node:fs";
import { closeAll } from "../close-all.ts";
import type { Config } from "../config.ts";
import { dataPaths, searchLocation, signingKeysPath } from "../data-paths.ts";
import { openDelivered } from "../identity/index.ts";
import { holdLog, nameFailures, readLogId, realDisk, uuidText } from "../log/index.ts";
import { openRowCheck } from "../search/index.ts";
import { SigningKeys, StoredCheckpoints, StoredTrees, type Unreadable } from "../tree/index.ts";
import type { Finding, Report } from "./contract.ts";
import type { Trusted } from "./trust.ts";
import { type Sources, type VerifyOptions, verify } from "./verify.ts";

/** There is nothing to verify at the place that was named. */
export class NoLog extends Error {
  override readonly name = "NoLog";
}

/**
 * Verifies a data directory while no server runs on it. It locks the log meanwhile and changes no data. SQLite and the embedded engine can tidy
 * files of their own.
 *
 * @throws LogLocked while a server runs; LogLockLost when one may have begun to run meanwhile; NoLog; as `verify`.
 */
export async function verifyDirectory(
  config: Pick<Config, "dataDir" | "clickhouseUrl" | "clickhouseCluster" | "databaseUrl" | "signingKeys">,
  options: Omit<VerifyOptions, "share"> & { readonly trusted?: Trusted },
): Promise<Report> {
  const paths = dataPaths(config.dataDir);
  const disk = nameFailures(realDisk);
  if (!existsSync(paths.log)) throw new NoLog(`There is no log in ${config.dataDir}.`);
  const held = await holdLog(disk, paths.log);
  const opened: { close(): void | Promise<void> }[] = [{ close: () => held.release() }];
  try {
    const id = await readLogId(disk, paths.log);
    if (id === undefined) throw new NoLog(`There is no segment of a log in ${paths.log} that says which log it is.`);
    const logId = uuidText(id);
    const early: Finding[] = [];
    const trees = StoredTrees.open(paths.tree, logId, true);
    const checkpoints = StoredCheckpoints.open(paths.checkpoints, logId, true);
    for (const one of [trees, checkpoints]) if (isOpen(one)) opened.push(one);
    const search = await openSearchRows(config, logId, early);
    if (search) opened.push(search);
    const delivered = await openAccount(config);
    if (delivered) opened.push(delivered);
    const sources = {
      disk,
      logDirectory: paths.log,
      logId,
      trees,
      checkpoints,
      ...readKeys(signingKeysPath(config), logId, early),
      trusted: options.trusted,
      until: undefined,
      endNow: undefined,
      sizeNow: undefined,
      entries: trees instanceof StoredTrees ? trees.position : null,
      search: search && { rows: search.rows, end: await search.rows.end() },
      // Opening it would write to it, and it is rebuilt from the log.
      ids: undefined,
      delivered,
      early,
    };
    const signal = AbortSignal.any([options.signal, held.lost]);
    const report = await verify(sources, { ...options, signal, share: 1 });
    held.require();
    return report;
  } finally {
    await closeAll(opened.reverse().map((one) => () => one.close()));
  }
}

function isOpen<T extends { close(): void }>(opened: T | Unreadable): opened is T {
  return opened !== undefined && "close" in opened;
}

/** A file that is missing is not created. */
async function openAccount({ dataDir, databaseUrl }: Pick<Config, "dataDir" | "databaseUrl">) {
  if (databaseUrl !== undefined) return openDelivered({ databaseUrl });
  const { identity: path } = dataPaths(dataDir);
  return existsSync(path) ? openDelivered({ path }) : undefined;
}

async function openSearchRows(
  config: Pick<Config, "dataDir" | "clickhouseUrl" | "clickhouseCluster">,
  logId: string,
  early: Finding[],
) {
  try {
    return await openRowCheck({ location: searchLocation(config), logId });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    early.push({ part: "search", kind: "damaged", message: `Search cannot be opened: ${reason}` });
    return undefined;
  }
}

function readKeys(path: string, logId: string, early: Finding[]): Pick<Sources, "publicKeys" | "hasSigned"> {
  const missing = (reason: string) => {
    early.push({ part: "checkpoints", kind: "signature_wrong", message: `${reason}: no signature can be checked.` });
    return { publicKeys: [], hasSigned: false };
  };
  if (!existsSync(path)) return missing(`There are no signing keys at ${path}`);
  try {
    const keys = SigningKeys.openFile(path, Date.now());
    return { publicKeys: keys.all().map(({ publicKey }) => publicKey), hasSigned: keys.hasSigned(logId) };
  } catch (error) {
    return missing(error instanceof Error ? error.message.replace(/\.$/, "") : String(error));
  }
}
