import { DaybookError } from "../errors.ts";
import type { LogReader } from "../log/contract.ts";
import { openClient, type StoreClient, type StoreLocation } from "./client.ts";
import type { ExportOptions, FacetField, Keyset, Query, Search, Sighting } from "./contract.ts";
import { exportEvents } from "./export.ts";
import { readFacets } from "./facets.ts";
import { readHistogram } from "./histogram.ts";
import { Indexer, type IndexerOptions, type SearchNotice } from "./indexer.ts";
import { liveEvents } from "./live.ts";
import { newAddresses } from "./new-addresses.ts";
import { readCount, readIncludes, readPage, readTotal } from "./page.ts";
import { Store } from "./store.ts";
import { EventTable } from "./table.ts";

export type { StoreLocation } from "./client.ts";
export type { SearchNotice } from "./indexer.ts";

export interface SearchOptions {
  /** A directory of its own, or a ClickHouse server's URL, whose path may name a database that exists. */
  readonly location: StoreLocation;
  /** The log's id: what a store holds of another log is of no use. */
  readonly logId: string;
  readonly notice?: (notice: SearchNotice) => void;
  /** For tests: how entries are gathered and how long a failed insert pauses. */
  readonly indexer?: Partial<Omit<IndexerOptions, "notice">>;
}

/** An insert costs 10 to 25 ms whatever it holds, so a trickle is gathered; 200 ms leave new events visible within a second. */
const INDEXER_DEFAULTS = {
  rowsMax: 10_000,
  bytesMax: 8 * 1024 * 1024,
  lingerMs: 200,
  retryMinMs: 100,
  retryMaxMs: 10_000,
};

/**
 * Opens the store. An embedded one that cannot be opened is an error; a server that is away is waited for by `follow`, and queries answer
 * `search_unavailable` until it is back.
 */
export async function openSearch({ location, logId, notice = () => {}, indexer }: SearchOptions): Promise<Search> {
  const options = { ...INDEXER_DEFAULTS, ...indexer, notice };
  const client = openClient(location);
  const store = new Store(client.client, { embedded: client.embedded, logId, batchRowsMax: options.rowsMax });
  const search = new TableSearch(client, store, new Indexer(store, options));
  try {
    await search.prepare();
  } catch (error) {
    if (client.embedded) {
      await client.close();
      throw error;
    }
  }
  return search;
}

class TableSearch implements Search {
  readonly name = "search";
  private readonly client: StoreClient;
  private readonly indexer: Indexer;
  private readonly events: EventTable;

  constructor(client: StoreClient, store: Store, indexer: Indexer) {
    this.client = client;
    this.indexer = indexer;
    this.events = new EventTable(client.client, store.table);
  }

  get position() {
    return this.indexer.position;
  }

  get ready() {
    return this.indexer.ready;
  }

  get state() {
    return this.indexer.state;
  }

  prepare() {
    return this.indexer.prepare();
  }

  follow(log: LogReader, signal: AbortSignal) {
    return this.indexer.follow(log, signal);
  }

  async page(query: Query, limit: number, after?: Keyset) {
    return readPage(this.table, query, limit, after);
  }

  async total(query: Query) {
    return readTotal(this.table, query);
  }

  async count(query: Query) {
    return readCount(this.table, query);
  }

  async includes(query: Query, id: string) {
    return readIncludes(this.table, query, id);
  }

  async facets(query: Query, field: FacetField) {
    return readFacets(this.table, query, field);
  }

  async histogram(query: Query, buckets: number) {
    return readHistogram(this.table, query, buckets);
  }

  export(query: Query, options: ExportOptions, signal: AbortSignal) {
    return exportEvents(this.table, query, options, signal);
  }

  live(query: Query, from: number, signal: AbortSignal) {
    return liveEvents(this.table, query, { from, reached: (beyond) => this.indexer.reached(beyond, signal) });
  }

  async newAddresses(query: Query, sightings: readonly Sighting[]) {
    return newAddresses(this.table, query, sightings);
  }

  close() {
    return this.client.close();
  }

  private get table(): EventTable {
    if (this.indexer.open) return this.events;
    throw new DaybookError("search_unavailable", "Search is not open yet.", { retryAfterSeconds: 1 });
  }
}
