import type { Connection } from "./connection.ts";
import { FENCE } from "./fence.ts";

/** A segment that is in the archive and no longer in rows. */
export interface ArchivedSegment {
  readonly firstPosition: number;
  readonly entries: number;
  /** Chain hash of the batch before it, and of its last batch. */
  readonly previousHash: Buffer;
  readonly chainHash: Buffer;
  /** Of its object. */
  readonly name: string;
  readonly bytes: number;
}

/** An older Daybook would find that rows are missing. Once the first rows are deleted, it refuses this database. */
const VERSION_WITHOUT_ROWS = 4;

const COLUMNS = "first_position, entries, previous_hash, chain_hash, name, bytes";

/** Which segments of a log are in the archive. They are its oldest ones, without a gap: every position is in rows, or in one of these. */
export class ArchivedSegments {
  private readonly log: string;

  constructor(log: string) {
    this.log = log;
  }

  /** The last one that begins at or before a position. */
  async around(connection: Connection, position: number): Promise<ArchivedSegment | undefined> {
    const [row] = await connection.query<Row>(
      `select ${COLUMNS} from daybook_log_segment where log = $1 and first_position <= $2
       order by first_position desc limit 1`,
      [this.log, position],
    );
    return row && segmentOf(row);
  }

  /** The first one that begins at or after a position. */
  async next(connection: Connection, position: number): Promise<ArchivedSegment | undefined> {
    const [row] = await connection.query<Row>(
      `select ${COLUMNS} from daybook_log_segment where log = $1 and first_position >= $2
       order by first_position limit 1`,
      [this.log, position],
    );
    return row && segmentOf(row);
  }

  /** Where the oldest segment in rows begins and ends. Undefined while it is the newest one, which is not sealed. */
  async oldestInRows(connection: Connection): Promise<{ from: number; to: number } | undefined> {
    const rows = await connection.query<{ first_position: string }>(
      `select first_position from daybook_log_batch where log = $1 and segment_header is not null
       order by first_position limit 2`,
      [this.log],
    );
    const [from, to] = rows.map(({ first_position }) => Number(first_position));
    return from === undefined || to === undefined ? undefined : { from, to };
  }

  /**
   * Notes that a segment is in the archive, and deletes its rows, if the epoch is the lease's. One transaction: the segment is always in rows, or
   * noted. @throws Error when these are not all rows of the segment; then nothing has changed.
   */
  async replaceRows(connection: Connection, epoch: string, segment: ArchivedSegment): Promise<void> {
    const { firstPosition, entries, previousHash, chainHash, name, bytes } = segment;
    await connection.transaction(async () => {
      await connection.query("update daybook_log set version = $2 where id = $1 and version < $2", [
        this.log,
        VERSION_WITHOUT_ROWS,
      ]);
      const [deleted] = await connection.query<{ entries: string | null }>(
        `with gone as (delete from daybook_log_batch where log = $1 and first_position >= $2 and first_position < $3
           returning entries)
         select sum(entries) as entries from gone`,
        [this.log, firstPosition, firstPosition + entries],
      );
      if (Number(deleted?.entries) !== entries) throw new Error("the segment's rows have changed");
      await connection.query(
        `insert into daybook_log_segment (log, epoch, ${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [this.log, epoch, firstPosition, entries, previousHash, chainHash, name, bytes],
      );
      // Last, so that commits do not wait while rows are deleted.
      const held = await connection.query(FENCE, [this.log, epoch]);
      if (held.length === 0) throw new Error("another node leads");
    });
  }
}

function segmentOf(row: Row): ArchivedSegment {
  return {
    firstPosition: Number(row.first_position),
    entries: row.entries,
    previousHash: row.previous_hash,
    chainHash: row.chain_hash,
    name: row.name,
    bytes: row.bytes,
  };
}

interface Row {
  first_position: string;
  entries: number;
  previous_hash: Buffer;
  chain_hash: Buffer;
  name: string;
  bytes: number;
}
