import type { FramedBatch } from "../log/index.ts";
import type { Connection } from "./connection.ts";
import { FENCE } from "./fence.ts";
import { compressRow, decompressRow, FAST } from "./row-bytes.ts";

/** Batches that are read at once: at most about 32 MiB, mostly much less. */
const READ_AT_ONCE = 16;

/** As `valuesOf` gives them, after the log and the epoch. */
const COLUMNS =
  "(log, epoch, first_position, entries, recorded_at, previous_hash, chain_hash, segment_header, compressed)";

/** Where the batches of a log end. */
export interface BatchesEnd {
  readonly position: number;
  readonly chainHash: Buffer;
}

/** What PostgreSQL stores of a log in rows. */
export interface Kept {
  readonly bytes: number;
  /** Approximately, from PostgreSQL's statistics. */
  readonly rows: number;
  /** Of the oldest entry. */
  readonly firstPosition: number;
}

/** The batches of one log, as far as they are in rows. */
export class Batches {
  private readonly log: string;

  constructor(log: string) {
    this.log = log;
  }

  /**
   * Adds a batch after the last one, if the epoch is the lease's. It is one statement, so the batch is there whole or not at all.
   * @returns whether it is there; false when another node leads.
   */
  async add(connection: Connection, epoch: string, batch: FramedBatch): Promise<boolean> {
    const rows = await connection.query(
      `with held as (${FENCE}),
         last as (select first_position + entries as next, chain_hash from daybook_log_batch
                  where log = $1 order by first_position desc limit 1)
       insert into daybook_log_batch
         ${COLUMNS}
       select $1, $2, $3::bigint, $4::integer, $5::bigint, $6::bytea, $7::bytea, $8::bytea, $9::bytea from held
       where case when exists (select from last) then exists (select from last where next = $3 and chain_hash = $6) else $3 = 0 end
       returning 1 as added`,
      [this.log, epoch, ...(await valuesOf(batch))],
    );
    return rows.length === 1;
  }

  /** Adds a batch from a data directory, while no node can have the lease. */
  async import(connection: Connection, epoch: string, batch: FramedBatch): Promise<void> {
    await connection.query(`insert into daybook_log_batch ${COLUMNS} values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
      this.log,
      epoch,
      ...(await valuesOf(batch)),
    ]);
  }

  /** Whether this very batch is there. */
  async holds(connection: Connection, { firstPosition, chainHash }: FramedBatch): Promise<boolean> {
    const rows = await connection.query(
      "select 1 as there from daybook_log_batch where log = $1 and first_position = $2 and chain_hash = $3",
      [this.log, firstPosition, chainHash],
    );
    return rows.length === 1;
  }

  /** The last batch that begins before a position. */
  async around(connection: Connection, position: number): Promise<FramedBatch | undefined> {
    const [row] = await connection.query<BatchRow>(
      `select * from daybook_log_batch where log = $1 and first_position < $2 order by first_position desc limit 1`,
      [this.log, position],
    );
    return row?.compressed ? batchOf(row, row.compressed) : undefined;
  }

  /**
   * The batches from a position on, as many as are read at once, and where the batch before them ends.
   * @returns `before`: undefined if there is none before them.
   */
  async from(
    connection: Connection,
    position: number,
  ): Promise<{ before: BatchesEnd | undefined; batches: FramedBatch[] }> {
    const rows = await connection.query<BatchRow>(
      `select first_position, entries, recorded_at, previous_hash, chain_hash,
         case when first_position >= $2 then segment_header end as segment_header,
         case when first_position >= $2 then compressed end as compressed
       from daybook_log_batch
       where log = $1 and first_position >= coalesce(
         (select first_position from daybook_log_batch where log = $1 and first_position < $2
          order by first_position desc limit 1), 0)
       order by first_position limit $3`,
      [this.log, position, READ_AT_ONCE + 1],
    );
    const batches: FramedBatch[] = [];
    let before: BatchesEnd | undefined;
    for (const row of rows) {
      if (row.compressed !== null) batches.push(batchOf(row, row.compressed));
      else before = { position: Number(row.first_position) + row.entries, chainHash: row.chain_hash };
    }
    return { before, batches };
  }

  /** What the database stores of it. */
  async kept(connection: Connection): Promise<Kept> {
    const [row] = await connection.query<{ bytes: string; rows: string; first: string | null }>(
      `select pg_total_relation_size('daybook_log_batch') as bytes,
         coalesce((select n_live_tup from pg_stat_user_tables where relid = 'daybook_log_batch'::regclass), 0) as rows,
         (select min(first_position) from daybook_log_batch where log = $1) as first`,
      [this.log],
    );
    return { bytes: Number(row?.bytes ?? 0), rows: Number(row?.rows ?? 0), firstPosition: Number(row?.first ?? 0) };
  }
}

/** Whether two batches are the same, byte for byte. */
export function isSame(one: FramedBatch, other: FramedBatch): boolean {
  const header = (batch: FramedBatch) => batch.segmentHeader ?? Buffer.alloc(0);
  return (
    one.firstPosition === other.firstPosition &&
    one.entries === other.entries &&
    one.recordedAt === other.recordedAt &&
    one.bytes.equals(other.bytes) &&
    one.previousHash.equals(other.previousHash) &&
    one.chainHash.equals(other.chainHash) &&
    header(one).equals(header(other))
  );
}

async function valuesOf(batch: FramedBatch): Promise<unknown[]> {
  const { firstPosition, entries, recordedAt, bytes, previousHash, chainHash, segmentHeader } = batch;
  const compressed = await compressRow(bytes, FAST);
  return [firstPosition, entries, recordedAt, previousHash, chainHash, segmentHeader ?? null, compressed];
}

function batchOf(row: BatchRow, compressed: Buffer): FramedBatch {
  return {
    firstPosition: Number(row.first_position),
    entries: row.entries,
    recordedAt: Number(row.recorded_at),
    bytes: decompressRow(compressed),
    previousHash: row.previous_hash,
    chainHash: row.chain_hash,
    segmentHeader: row.segment_header ?? undefined,
  };
}

interface BatchRow {
  first_position: string;
  entries: number;
  recorded_at: string;
  previous_hash: Buffer;
  chain_hash: Buffer;
  segment_header: Buffer | null;
  compressed: Buffer | null;
}
