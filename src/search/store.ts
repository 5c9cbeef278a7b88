import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { ClickHouseClient } from "@clickhouse/client";
import type { StoreClient } from "./client.ts";
import type { FirstSighting, Pair } from "./first-seen.ts";
import type { Rows } from "./rows.ts";
import {
  ANY_TABLE,
  createTable,
  dropTable,
  indexTexts,
  isCurrent,
  TABLE_NAMES,
  type Tables,
  TEXT_INDEXES,
  tablesOf,
} from "./schema.ts";

/** What is in the table of events, by position. */
export interface Coverage {
  /** Every position below it is there, once. */
  readonly end: number;
  /** Positions above `end` that are there too: parts of a batch that was not finished. */
  readonly beyond: ReadonlySet<number>;
}

/** What the tables hold beyond what a node has seen of them before. */
export interface Progress {
  /** What was seen before that still holds: 0 where the tables are being built again. */
  readonly from: number;
  /** Every position below it is there. */
  readonly end: number;
  /** Entries of each organization between the two. */
  readonly counts: readonly (readonly [organization: string, entries: number])[];
}

/** Pairs that one statement looks up. On a server they are part of the address, whose length is limited. */
const LOOK_UP_MAX = { embedded: 5_000, server: 500 };

/**
 * The tables as the indexer sees them: created, filled and measured over all organizations. Reads positions, never events.
 *
 * All statements go under one query id. A server refuses a statement whose id is still running, so an insert that outlives
 * the process that sent it cannot end after its rows were looked for and found missing.
 */
export class Store {
  readonly tables: Tables;
  private readonly client: ClickHouseClient;
  /** The engine is a process of this server's own: how an insert ended that failed is known only from the tables. */
  readonly embedded: boolean;
  private readonly cluster: StoreClient["cluster"];
  private readonly logId: string;
  /**
   * Part of every insert's token. Tokens are for answers that got lost, between two readings of the tables: earlier batches were cut elsewhere,
   * and a part that was lost since must not be taken for one that is there.
   */
  private run = randomUUID();
  /** The most rows that one unfinished batch can have left behind. */
  private readonly batchRowsMax: number;

  constructor(
    { client, embedded, cluster }: Omit<StoreClient, "close">,
    options: { logId: string; batchRowsMax: number },
  ) {
    this.client = client;
    this.embedded = embedded;
    this.cluster = cluster;
    this.logId = options.logId;
    this.batchRowsMax = options.batchRowsMax;
    this.tables = tablesOf(options.logId);
  }

  /**
   * Creates the tables where they are missing, and drops what cannot be used: those of another schema, all of them when one is missing,
   * and in a directory of our own another log's.
   *
   * @returns why existing tables were dropped.
   */
  async prepare(): Promise<string | undefined> {
    this.run = randomUUID();
    const found = await this.rows<[string, string]>(
      `SELECT name, comment FROM system.tables WHERE database = currentDatabase() AND ${ANY_TABLE}`,
    );
    const ours = new Set<string>(Object.values(this.tables));
    const own = found.filter(([name]) => ours.has(name));
    const others = this.embedded ? found.filter(([name]) => !ours.has(name)) : [];
    for (const [name] of others) await this.drop(name);
    const old = own.some(([, comment]) => !isCurrent(comment, this.cluster));
    const incomplete = own.length > 0 && own.length < ours.size;
    if (old || incomplete) await this.clear();
    else await this.create();
    if (old) return "it was made by another version";
    if (incomplete) return "one of its tables was missing";
    return others.length > 0 ? "it belongs to another log" : undefined;
  }

  async clear(): Promise<void> {
    for (const table of TABLE_NAMES) await this.drop(this.tables[table]);
    await this.create();
  }

  /**
   * Where to resume. Undefined when the table does not hold each position of a prefix exactly once, whatever did that to it.
   *
   * One batch is under way at a time, so only the last `batchRowsMax` positions can have gaps; those are read one by one, the
   * others are compared with what they must be, by count and by the sum of their hashes.
   */
  async coverage(): Promise<Coverage | undefined> {
    const { events } = this.tables;
    const [last] = await this.rows<[number, number]>(`SELECT count(), max(position) FROM ${events}`);
    const [count, max] = last ?? [0, 0];
    if (count === 0) return { end: 0, beyond: new Set() };
    const solid = Math.max(0, max + 1 - this.batchRowsMax);
    const [sums] = await this.rows<[number]>(
      `SELECT (SELECT (count(), sum(cityHash64(position))) FROM ${events} WHERE position < ${solid}) = (SELECT (count(), sum(cityHash64(number))) FROM numbers(${solid}))`,
    );
    if (sums?.[0] !== 1) return undefined;
    const tail = (await this.rows<[number]>(`SELECT position FROM ${events} WHERE position >= ${solid}`)).map(
      ([position]) => position,
    );
    const beyond = new Set(tail);
    if (beyond.size !== tail.length) return undefined;
    let end = solid;
    while (beyond.delete(end)) end++;
    return { end, beyond };
  }

  /**
   * How far another node has come that fills the tables. Not under the query id, which is that node's now.
   *
   * @param seen every position below it was there before. @param most entries at or after it are none of this node's yet.
   * @returns undefined where there are no tables that this version can read.
   */
  async progress(seen: number, most: number): Promise<Progress | undefined> {
    const ask = <Row extends readonly unknown[]>(query: string) => rowsOf<Row>(this.client, { query });
    const { events } = this.tables;
    const names = Object.values(this.tables).map((name) => `'${name}'`);
    const tables = await ask<[string]>(
      `SELECT comment FROM system.tables WHERE database = currentDatabase() AND name IN (${names.join(", ")})`,
    );
    if (tables.length < names.length || !tables.every(([comment]) => isCurrent(comment, this.cluster)))
      return undefined;
    const [all] = await ask<[number]>(`SELECT count() FROM ${events}`);
    const from = (all?.[0] ?? 0) < seen ? 0 : seen;
    const added = `position >= ${from} AND position < ${most}`;
    const [last] = await ask<[number, number]>(`SELECT count(), max(position) FROM ${events} WHERE ${added}`);
    const [count, max] = last ?? [0, 0];
    if (count === 0) return { from, end: from, counts: [] };
    let end = max + 1;
    if (count !== end - from) {
      // Of a batch of several months some parts are there already.
      const [gap] = await ask<[number]>(
        `SELECT min(number) FROM numbers(${from}, ${end + 1 - from}) WHERE number NOT IN (SELECT position FROM ${events} WHERE ${added})`,
      );
      end = gap?.[0] ?? from;
    }
    const counts = await ask<[string, number]>(
      `SELECT tenant_id, count() FROM ${events} WHERE position >= ${from} AND position < ${end} GROUP BY tenant_id`,
    );
    return { from, end, counts };
  }

  /** Entries of each organization below a position that `coverage` gave. */
  sizes(end: number): Promise<[organization: string, entries: number][]> {
    return this.rows(`SELECT tenant_id, count() FROM ${this.tables.events} WHERE position < ${end} GROUP BY tenant_id`);
  }

  /**
   * When these actors were first recorded at these addresses; pairs that never were are left out. Under a query id of its own, since the
   * batch before is being inserted meanwhile.
   */
  async firstSightings(pairs: readonly Pair[]): Promise<FirstSighting[]> {
    const found: FirstSighting[] = [];
    const max = LOOK_UP_MAX[this.embedded ? "embedded" : "server"];
    for (let at = 0; at < pairs.length; at += max) {
      const some = pairs.slice(at, at + max);
      // The number of the pair in the list comes back, not its address, which the engine would spell in its own way.
      const asked = "arrayZip({tenants:Array(String)}, {actors:Array(String)}, {ips:Array(IPv6)})";
      const rows = await rowsOf<[number, number]>(this.client, {
        query: `SELECT indexOf(${asked}, (CAST(tenant_id, 'String'), actor_id, ip)) - 1, toUnixTimestamp64Milli(min(recorded_at)) FROM ${this.tables.sightings} WHERE (tenant_id, actor_id, ip) IN (SELECT arrayJoin(${asked})) GROUP BY tenant_id, actor_id, ip`,
        query_params: {
          tenants: some.map(({ tenant }) => tenant),
          actors: some.map(({ actorId }) => actorId),
          ips: some.map(({ ip }) => ip),
        },
      });
      for (const [index, recordedAt] of rows) found.push({ ...(some[index] as Pair), recordedAt });
    }
    return found;
  }

  /**
   * Inserts a batch. What events name comes before the events; a crash between the two leaves rows that nothing names. Of the events,
   * each partition's part is there wholly or not at all. Sent again by the same store with the same range, the parts that are there
   * already are left out.
   *
   * @param from first position of the batch. @param to first position after it.
   * @param textsLater leaves the indexes of texts to `indexTexts`, or to a merge: until then these rows are found by reading all of them.
   */
  async insert(rows: Rows, from: number, to: number, textsLater = false): Promise<void> {
    const token = `${this.run}:${from}-${to}`;
    for (const table of ["actors", "resources", "sightings", "events"] as const) {
      if (rows[table].length > 0)
        await this.insertInto(table, rows[table], token, textsLater ? TEXT_INDEXES[table] : []);
    }
  }

  /** Has the engine build, in the background, the indexes of texts that rows lack. It goes on with that after a restart. */
  async indexTexts(): Promise<void> {
    for (const table of TABLE_NAMES) {
      for (const statement of indexTexts(table, this.tables[table], this.cluster)) await this.command(statement);
    }
  }

  async ping(): Promise<void> {
    await this.rows("SELECT 1");
  }

  private async insertInto(
    table: keyof Tables,
    rows: readonly Uint8Array[],
    token: string,
    indexedLater: readonly string[],
  ): Promise<void> {
    const without = indexedLater.map((name) => `exclude_materialize_skip_indexes_on_insert = '${name}', `).join("");
    const { stream } = await this.client.exec({
      query: `INSERT INTO ${this.tables[table]} SETTINGS ${without}insert_deduplicate = 1, insert_deduplication_token = '${token}', async_insert = 0, max_partitions_per_insert_block = 0, input_format_parallel_parsing = 0 FORMAT JSONCompactEachRow`,
      values: Readable.from(rows, { objectMode: false }),
      query_id: this.queryId,
    });
    await buffer(stream);
  }

  private async create(): Promise<void> {
    for (const table of TABLE_NAMES) {
      for (const statement of createTable(table, this.tables[table], this.cluster)) await this.command(statement);
    }
  }

  private async drop(name: string): Promise<void> {
    for (const statement of dropTable(name, this.cluster)) await this.command(statement);
  }

  private async rows<Row extends readonly unknown[]>(query: string): Promise<Row[]> {
    return rowsOf<Row>(this.client, { query, query_id: this.queryId });
  }

  private async command(query: string): Promise<void> {
    await this.client.command({ query, query_id: this.queryId });
  }

  private get queryId(): string {
    return `daybook-index-${this.logId}`;
  }
}

async function rowsOf<Row extends readonly unknown[]>(
  client: ClickHouseClient,
  { query, ...options }: { query: string; query_id?: string; query_params?: Record<string, unknown> },
): Promise<Row[]> {
  const result = await client.query({
    query: `${query} SETTINGS output_format_json_quote_64bit_integers = 0`,
    format: "JSONCompactEachRow",
    ...options,
  });
  return result.json<Row>() as Promise<unknown> as Promise<Row[]>;
}
