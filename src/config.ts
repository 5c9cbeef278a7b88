import { resolve } from "node:path";

/** Everything that can be set, as one frozen object. Nothing else reads the environment. */
export interface Config {
  /** Address to listen on. Default `localhost`: not reachable from outside until the operator says so. */
  readonly host: string;
  /** TCP port; 0 picks a free one (tests). Default 4600. */
  readonly port: number;
  /** Directory that holds everything Daybook keeps: log/ search/ ids/ identity.db keys/ run/. Default ./data. */
  readonly dataDir: string;
  /** Public address: links, origin check, cookies. Default: the address listened on. */
  readonly url: string | undefined;
  /** PostgreSQL for identity. Default: SQLite in the data directory. */
  readonly databaseUrl: string | undefined;
  /** A ClickHouse server for search. Default: chDB inside this process. */
  readonly clickhouseUrl: string | undefined;
  /** Addresses or CIDR ranges whose X-Forwarded-For is believed. Default: none. */
  readonly trustedProxies: readonly string[];
}

/** Where each part lives below the data directory. */
export function dataPaths(dataDir: string) {
  const root = resolve(dataDir);
  return {
    root,
    log: resolve(root, "log"),
    search: resolve(root, "search"),
    ids: resolve(root, "ids"),
    identity: resolve(root, "identity.db"),
    keys: resolve(root, "keys"),
    run: resolve(root, "run"),
  } as const;
}
