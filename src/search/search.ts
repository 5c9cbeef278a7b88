import { existsSync, rmSync } from "node:fs";
import type { FacetField } from "@daybook/sdk/filters";
import { Slots } from "../admission/index.ts";
import { DaybookError } from "../errors.ts";
import type { LogReader } from "../log/index.ts";
import type { Query, Tenant } from "../query/index.ts";
import { EngineRefused, openClient, type StoreClient, type StoreLocation } from "./client.ts";
import type { GroupOptions, Keyset, PeopleOptions, Search, Sighting } from "./contract.ts";
import { readCount, readRecordedThrough, readTotal } from "./counts.ts";
import { readFacets } from "./facets.ts";
import { firstSightings } from "./first-seen-times.ts";
import { readGroups } from "./groups.ts";
import { readHistogram } from "./histogram.ts";
import { Indexer, type IndexerOptions, type SearchNotice } from "./indexer.ts";
import { newAddresses } from "./new-addresses.ts";
import { readPeople } from "./people.ts";
import { readPositions, readRecorded, scanPositions } from "./positions.ts";
import { RowCheck } from "./row-check.ts";
import { dropTable, tablesOf } from "./schema.ts";
import { readSequences, readStretch } from "./sequences.ts";
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
  /** Where several nodes read one store: see the indexer's option. */
  readonly term?: IndexerOptions["term"];
  /** For tests: how entries are gathered and how long a failed insert pauses. */
  readonly indexer?: Partial<Omit<IndexerOptions, "notice" | "term">>;
}

/**
 * An insert costs 30 ms or more whatever it holds, and merging what it made as much again: a rebuild takes 20,000 rows at once, a third of the time of
 * 5,000. How long a trickle is gathered: see Gathering.
 */
const INDEXER_DEFAULTS = {
  rowsMax: 20_000,
  bytesMax: 16 * 1024 * 1024,
  lingerMs: 100,
  spacingMs: 600,
  unreadMs: 10_000,
  readAgainMs: 10_000,
  retryMinMs: 100,
  retryMaxMs: 10_000,
};

/** The node that fills the tables does not hear of readers at the others. */
const SHARED = { unreadMs: INDEXER_DEFAULTS.spacingMs };

/** The term of a process that shares its tables with nobody. */
const ALONE = "alone";

/** Statements of readers that run at the same time: the embedded engine has one connection more for what the indexer looks up. */
const EMBEDDED_SLOTS = 3;
const SERVER_SLOTS = 16;

/**
 * Opens the store. An embedded engine that cannot be loaded here, or whose directory another process uses, is an error. An engine that died or found no
 * space, or a server that is away, is waited for by `follow`, and queries answer `search_unavailable` until it is back. A damaged embedded store is replaced.
 */
export async function openSearch(given: SearchOptions): Promise<Search> {
  const { location, logId, notice = () => {}, term, indexer } = given;
  const options = { ...INDEXER_DEFAULTS, ...(term && SHARED), term: term ?? (() => ALONE), ...indexer, notice };
  const client = openClient(location, {
    damaged: "replace",
    notice: (one) => {
      if (one.type === "engine_replaced") following.reopen();
      notice(one);
    },
  });
  const store = new Store(client, { logId, batchRowsMax: options.rowsMax });
  const following = new Indexer(store, options);
  const search = new TableSearch(client, store, following);
  try {
    await search.prepare();
  } catch (error) {
    if (error instanceof EngineRefused && error.lasting) {
      await client.close();
      throw error;
    }
  }
  return search;
}

/**
 * Opens the store of a log only to compare its rows with the log: nothing in it is made, dropped or filled.
 * @returns undefined where there is none that this version could use.
 */
export async function openRowCheck({
  location,
  logId,
}: Pick<SearchOptions, "location" | "logId">): Promise<{ rows: RowCheck; close(): Promise<void> } | undefined> {
  if ("directory" in location && !existsSync(location.directory)) return undefined;
  const client = openClient(location);
  const rows = new RowCheck(client, tablesOf(logId));
  try {
    if (await rows.exists()) return { rows, close: () => client.close() };
  } catch (error) {
    await client.close();
    throw error;
  }
  await client.close();
  return undefined;
}

/** Throws away what is stored of a log: it is created again when it is followed next. The embedded engine must not be open. */
export async function clearSearch({ location, logId }: Pick<SearchOptions, "location" | "logId">): Promise<void> {
  if ("directory" in location) {
    rmSync(location.directory, { recursive: true, force: true });
    return;
  }
  const client = openClient(location);
  try {
    for (const table of Object.values(tablesOf(logId))) {
      for (const query of dropTable(table, client.cluster)) await client.client.command({ query });
    }
  } finally {
    await client.close();
  }
}

class TableSearch implements Search {
  readonly name = "search";
  private readonly client: StoreClient;
  private readonly indexer: Indexer;
  private readonly events: EventTable;
  private readonly rowCheck: RowCheck;

  constructor(client: StoreClient, store: Store, indexer: Indexer) {
    this.client = client;
    this.indexer = indexer;
    this.events = new EventTable(
      client.client,
      store.tables,
      new Slots(client.embedded ? EMBEDDED_SLOTS : SERVER_SLOTS),
    );
    this.rowCheck = new RowCheck(client, store.tables);
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

  get isRead() {
    return this.indexer.isRead;
  }

  prepare() {
    return this.indexer.prepare();
  }

  follow(log: LogReader, signal: AbortSignal) {
    return this.indexer.follow(log, signal);
  }

  size(tenant: Tenant) {
    return this.indexer.sizes.of(tenant);
  }

  refresh() {
    return this.indexer.refresh();
  }

  flush() {
    this.indexer.flush();
    return this.position;
  }

  reached(position: number, signal: AbortSignal) {
    return this.indexer.reached(position, signal);
  }

  async positions(query: Query, limit: number, after?: Keyset) {
    return readPositions(this.table, query, limit, after);
  }

  scan(query: Query, signal: AbortSignal) {
    return scanPositions(this.table, { ...query, signal }, signal);
  }

  async recorded(query: Query, limit: number) {
    return readRecorded(this.table, query, limit);
  }

  async total(query: Query) {
    return readTotal(this.table, query);
  }

  async count(query: Query) {
    return readCount(this.table, query);
  }

  async stretch(query: Query) {
    return readStretch(this.table, query);
  }

  sequences(query: Query, signal: AbortSignal) {
    return readSequences(this.table, { ...query, signal }, signal);
  }

  async recordedThrough(query: Query) {
    return readRecordedThrough(this.table, query);
  }

  async facets(query: Query, field: FacetField) {
    return readFacets(this.table, query, field);
  }

  async people(query: Query, options: PeopleOptions) {
    return readPeople(this.table, query, options);
  }

  async groups(query: Query, options: GroupOptions) {
    return readGroups(this.table, query, options);
  }

  async histogram(query: Query, buckets: number) {
    return readHistogram(this.table, query, buckets);
  }

  get rows() {
    return this.rowCheck;
  }

  async newAddresses(query: Query, sightings: readonly Sighting[]) {
    return newAddresses(this.table, query, sightings);
  }

  async firstSightings(query: Query, sightings: readonly Sighting[]) {
    return firstSightings(this.table, query, sightings);
  }

  close() {
    return this.client.close();
  }

  private get table(): EventTable {
    if (this.indexer.open) return this.events;
    throw new DaybookError("search_unavailable", "Search is not available yet. No recorded event is lost.", {
      retryAfterSeconds: 1,
    });
  }
}
