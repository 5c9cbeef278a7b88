import { randomUUID } from "node:crypto";
import type { ClickHouseClient } from "@clickhouse/client";
import { createTable, tableComment, tableName } from "./schema.ts";

/** What is in the table, by position. */
export interface Coverage {
  /** Every position below it is there, once. */
  readonly end: number;
  /** Positions above `end` that are there too: parts of a batch that was not finished. */
  readonly beyond: ReadonlySet<number>;
}

/**
 * The table as the indexer sees it: made, filled and measured over all organizations. Reads positions, never events.
 *
 * All statements go under one query id. A server refuses a statement whose id is still running, so an insert that outlives
 * the process that sent it cannot end after its rows were looked for and found missing.
 */
export class Store {
  readonly table: string;
  private readonly client: ClickHouseClient;
  private readonly embedded: boolean;
  private readonly logId: string;
  /**
   * Part of every insert's token. Tokens are for answers that got lost, within one run: an earlier run's batches were cut elsewhere,
   * and a part that was lost since must not be taken for one that is there.
   */
  private readonly run = randomUUID();
  /** The most rows that one unfinished batch can have left behind. */
  private readonly batchRowsMax: number;

  constructor(client: ClickHouseClient, options: { embedded: boolean; logId: string; batchRowsMax: number }) {
    this.client = client;
    this.embedded = options.embedded;
    this.logId = options.logId;
    this.batchRowsMax = options.batchRowsMax;
    this.table = tableName(options.logId);
  }

  /**
   * Makes the table where it is missing, and drops what cannot be used: another schema's, and in a directory of our own another
   * log's.
   *
   * @returns why an existing table was dropped.
   */
  async prepare(): Promise<string | undefined> {
    let dropped: string | undefined;
    const tables = await this.rows<[string, string]>(
      "SELECT name, comment FROM system.tables WHERE database = currentDatabase() AND name LIKE 'events\\\\_%'",
    );
    for (const [name, comment] of tables) {
      const ours = name === this.table;
      if (ours && comment === tableComment()) continue;
      if (!ours && !this.embedded) continue;
      dropped = ours ? "it was made by another version" : "it belongs to another log";
      await this.command(`DROP TABLE ${name} SYNC`);
    }
    await this.command(createTable(this.table));
    return dropped;
  }

  async clear(): Promise<void> {
    await this.command(`DROP TABLE IF EXISTS ${this.table} SYNC`);
    await this.command(createTable(this.table));
  }

  /**
   * Where to resume. Undefined when the table does not hold each position of a prefix exactly once, whatever did that to it.
   *
   * One batch is under way at a time, so only the last `batchRowsMax` positions can have gaps; those are read one by one, the
   * others are compared with what they must be, by count and by the sum of their hashes.
   */
  async coverage(): Promise<Coverage | undefined> {
    const [last] = await this.rows<[number, number]>(`SELECT count(), max(position) FROM ${this.table}`);
    const [count, max] = last ?? [0, 0];
    if (count === 0) return { end: 0, beyond: new Set() };
    const solid = Math.max(0, max + 1 - this.batchRowsMax);
    const [sums] = await this.rows<[number]>(
      `SELECT (SELECT (count(), sum(cityHash64(position))) FROM ${this.table} WHERE position < ${solid}) = (SELECT (count(), sum(cityHash64(number))) FROM numbers(${solid}))`,
    );
    if (sums?.[0] !== 1) return undefined;
    const tail = (await this.rows<[number]>(`SELECT position FROM ${this.table} WHERE position >= ${solid}`)).map(
      ([position]) => position,
    );
    const beyond = new Set(tail);
    if (beyond.size !== tail.length) return undefined;
    let end = solid;
    while (beyond.delete(end)) end++;
    return { end, beyond };
  }

  /** Entries of each organization below a position that `coverage` gave. */
  sizes(end: number): Promise<[organization: string, entries: number][]> {
    return this.rows(`SELECT tenant_id, count() FROM ${this.table} WHERE position < ${end} GROUP BY tenant_id`);
  }

  /**
   * Inserts rows; each partition's part of them is there wholly or not at all. Sent again by the same store with the same range,
   * the parts that are there already are left out.
   *
   * @param rows lines of JSON, one array a row.
   * @param from first position of the batch. @param to first position after it.
   */
  async insert(rows: string, from: number, to: number): Promise<void> {
    await this.command(
      `INSERT INTO ${this.table} SETTINGS insert_deduplicate = 1, insert_deduplication_token = '${this.run}:${from}-${to}', async_insert = 0, max_partitions_per_insert_block = 0, input_format_parallel_parsing = 0 FORMAT JSONCompactEachRow\n${rows}`,
    );
  }

  async ping(): Promise<void> {
    await this.rows("SELECT 1");
  }

  private async rows<Row extends readonly unknown[]>(query: string): Promise<Row[]> {
    const result = await this.client.query({
      query: `${query} SETTINGS output_format_json_quote_64bit_integers = 0`,
      format: "JSONCompactEachRow",
      query_id: this.queryId,
    });
    return result.json<Row>() as Promise<unknown> as Promise<Row[]>;
  }

  private async command(query: string): Promise<void> {
    await this.client.command({ query, query_id: this.queryId });
  }

  private get queryId(): string {
    return `daybook-index-${this.logId}`;
  }
}
