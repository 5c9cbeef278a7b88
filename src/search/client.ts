import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { CLUSTER_SETTINGS, type ClusterName } from "./cluster.ts";
import { EngineConnection } from "./engine/connection.ts";
import { Engine, type EngineNotice } from "./engine/engine.ts";

export { EngineRefused } from "./engine/errors.ts";

/** Where search is kept: in a directory of its own, which the embedded engine's process opens, or on a ClickHouse server. */
export type StoreLocation =
  | { readonly directory: string }
  | { readonly clickhouseUrl: string; readonly cluster?: ClusterName | undefined };

export interface StoreClient {
  readonly client: ClickHouseClient;
  readonly embedded: boolean;
  /** On which servers the tables are, where it is more than one. */
  readonly cluster: ClusterName | undefined;
  close(): Promise<void>;
}

export interface ClientOptions {
  /** What becomes of an embedded store that cannot be opened. Default: it is kept, and statements fail. */
  readonly damaged?: "replace" | "keep";
  readonly notice?: (notice: EngineNotice) => void;
}

/** Every error reaches a caller who reports it to the operator; the client would print statements too. */
const SILENT = { level: ClickHouseLogLevel.OFF };

/**
 * The one place that knows there are two engines: what comes out is ClickHouse's own client either way, and everything else
 * speaks to that. The embedded one is started at once; the first statements wait until it is ready.
 */
export function openClient(
  location: StoreLocation,
  { damaged = "keep", notice = () => {} }: ClientOptions = {},
): StoreClient {
  if ("clickhouseUrl" in location) {
    const { clickhouseUrl: url, cluster } = location;
    const client = createClient({
      url,
      application: "daybook",
      request_timeout: 60_000,
      log: SILENT,
      ...(cluster !== undefined && { clickhouse_settings: CLUSTER_SETTINGS }),
    });
    return { client, embedded: false, cluster, close: () => client.close() };
  }
  const engine = new Engine(location.directory, { damaged, notice });
  const client = createClient({ connection: new EngineConnection(engine), log: SILENT });
  return { client, embedded: true, cluster: undefined, close: () => client.close() };
}
