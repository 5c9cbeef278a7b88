import { mkdirSync } from "node:fs";
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { drainPending } from "chdb";
import { createChdbConnection } from "chdb/connection";

/** Where search is kept: in this process and a directory of its own, or on a ClickHouse server. */
export type StoreLocation = { readonly directory: string } | { readonly clickhouseUrl: string };

export interface StoreClient {
  readonly client: ClickHouseClient;
  readonly embedded: boolean;
  close(): Promise<void>;
}

/** chDB's connection has this shape; the client carries its own copy of the declarations, which are nominal in one private field. */
type InjectedConnection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>["connection"]>;

/** Every error reaches a caller who tells the operator; the client would print statements too. */
const SILENT = { level: ClickHouseLogLevel.OFF };

/**
 * The one place that knows there are two engines: what comes out is ClickHouse's own client either way, and everything else
 * speaks to that. An embedded engine takes one directory a process.
 */
export function openClient(location: StoreLocation): StoreClient {
  if ("clickhouseUrl" in location) {
    const client = createClient({
      url: location.clickhouseUrl,
      application: "daybook",
      request_timeout: 60_000,
      log: SILENT,
    });
    return { client, embedded: false, close: () => client.close() };
  }
  mkdirSync(location.directory, { recursive: true, mode: 0o700 });
  const connection = createChdbConnection({ path: location.directory });
  const client = createClient({ connection: connection as unknown as InjectedConnection, log: SILENT });
  return {
    client,
    embedded: true,
    async close() {
      // Closing under a statement that still runs takes the whole engine down with it; one whose caller gave up runs on.
      await drainPending();
      await client.close();
      await drainPending();
    },
  };
}
