import { resolve } from "node:path";
import type { Config } from "./config.ts";

/** Where each part lives below the data directory. */
export function dataPaths(root: string) {
  return {
    root,
    log: resolve(root, "log"),
    search: resolve(root, "search"),
    ids: resolve(root, "ids"),
    tree: resolve(root, "tree"),
    checkpoints: resolve(root, "checkpoints"),
    keys: resolve(root, "keys"),
    identity: resolve(root, "identity.db"),
    streams: resolve(root, "streams"),
    alerts: resolve(root, "alerts"),
    run: resolve(root, "run"),
    verification: resolve(root, "verification.json"),
    sharedLog: resolve(root, "shared-log.json"),
  } as const;
}

/** Where search is: in the data directory, on a ClickHouse server, or on the servers of a cluster. */
export function searchLocation({
  dataDir,
  clickhouseUrl,
  clickhouseCluster: cluster,
}: Pick<Config, "dataDir" | "clickhouseUrl" | "clickhouseCluster">) {
  return clickhouseUrl === undefined ? { directory: dataPaths(dataDir).search } : { clickhouseUrl, cluster };
}

/** The file of the keys that sign checkpoints. */
export function signingKeysPath({ dataDir, signingKeys }: Pick<Config, "dataDir" | "signingKeys">): string {
  return signingKeys ?? resolve(dataPaths(dataDir).keys, "signing.json");
}

/** The file of the key that encrypts the secrets of streams and alerts. */
export function streamsKeyPath({ dataDir, streamsKey }: Pick<Config, "dataDir" | "streamsKey">): string {
  return streamsKey ?? resolve(dataPaths(dataDir).keys, "streams.key");
}
