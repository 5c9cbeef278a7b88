import { setTimeout as pause } from "node:timers/promises";
import { type FramedBatch, inRows } from "../log/index.ts";
import { type Archive, ArchiveError, nameOf } from "./archive.ts";
import type { ArchivedSegment, ArchivedSegments } from "./archived-segments.ts";
import { type Batches, isSame } from "./batches.ts";
import type { CommittedLog } from "./committed-log.ts";
import { type Connection, reasonOf } from "./connection.ts";
import { decodeSegment, encodeSegment } from "./segment-object.ts";

/** How often the leader checks whether a segment was sealed. */
const TURN_MS = 15_000;
/** How often one of the archived segments is read and compared: a thousand of them in a week. */
const CHECK_MS = 600_000;

interface ArchiverParts {
  readonly log: string;
  /** Only for this work, because it holds transactions. */
  readonly connection: Connection;
  readonly archive: Archive;
  readonly batches: Batches;
  readonly segments: ArchivedSegments;
  readonly committed: CommittedLog;
  /** The epoch, while this node leads. */
  readonly term: () => string | undefined;
  /** @param reason why it does not work; undefined once it works again. */
  readonly onTrouble: (reason: string | undefined) => void;
}

/**
 * Moves sealed segments from PostgreSQL's rows to the archive, oldest first, while this node leads:
 *
 *   read rows → put object → get object → read rows again, compare → note the segment and delete its rows, in one transaction
 *
 * After a crash before the transaction the rows are still there, and the next try stores the same object again.
 */
export class Archiver {
  private readonly parts: ArchiverParts;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private checkedAt = performance.now();
  private checkedTo = 0;
  /** What `turn` and `check` reported last. */
  private readonly reasons = new Map<"archive" | "check", string>();
  private reported: string | undefined;

  constructor(parts: ArchiverParts) {
    this.parts = parts;
  }

  start(): void {
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.parts.connection.close();
  }

  /** Moves the oldest sealed segment. @returns whether there was one. @throws what fails; the rows are still there then. */
  async moveOne(): Promise<boolean> {
    const { log, connection, archive, segments, term } = this.parts;
    const epoch = term();
    const range = epoch === undefined ? undefined : await segments.oldestInRows(connection);
    if (epoch === undefined || range === undefined) return false;
    const { signal } = this.stopping;
    const object = await encodeSegment(this.rows(range));
    const name = nameOf(log, range.from, object);
    await archive.put(name, object, signal);
    const stored = await archive.get(name, signal);
    const rows = stored?.equals(object) ? decodeSegment(stored) : [];
    await this.requireSame(rows, range);
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) throw new ArchiveError("the segment has no rows");
    await segments.replaceRows(connection, epoch, {
      firstPosition: range.from,
      entries: range.to - range.from,
      previousHash: first.previousHash,
      chainHash: last.chainHash,
      name,
      bytes: object.length,
    });
    return true;
  }

  /** Reads the next archived segment, and compares it with its name, its neighbours and its length. @throws ArchiveError */
  async check(): Promise<void> {
    const { connection, segments, committed } = this.parts;
    const segment = (await segments.next(connection, this.checkedTo)) ?? (await segments.next(connection, 0));
    if (segment === undefined) return;
    const rows = await committed.read(segment);
    if (!continues(rows, segment)) {
      throw new ArchiveError(`The archived segment ${segment.name} does not hold the entries that it was stored with.`);
    }
    // One that is damaged is read again each time, until it is right.
    this.checkedTo = segment.firstPosition + segment.entries;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.attempt("archive", async () => {
        while (await this.moveOne()) if (this.stopping.signal.aborted) return;
      });
      if (this.parts.term() !== undefined && performance.now() - this.checkedAt > CHECK_MS) {
        this.checkedAt = performance.now();
        await this.attempt("check", () => this.check());
      }
      await pause(TURN_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  private async attempt(what: "archive" | "check", work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.reasons.delete(what);
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      this.reasons.set(what, reasonOf(error));
    }
    const reason = [...this.reasons.values()].at(-1);
    if (reason === this.reported) return;
    this.reported = reason;
    this.parts.onTrouble(reason);
  }

  private async *batches({ from, to }: Range): AsyncGenerator<FramedBatch, void, undefined> {
    const { connection, batches } = this.parts;
    for (let at = from; at < to; ) {
      const read = (await batches.from(connection, at)).batches.filter(({ firstPosition }) => firstPosition < to);
      yield* read;
      const last = read.at(-1);
      if (last === undefined) throw new Error("rows of the segment are missing");
      at = last.firstPosition + last.entries;
    }
  }

  private async *rows(range: Range): AsyncGenerator<FramedBatch, void, undefined> {
    const all = this.batches(range);
    const first = await all.next();
    if (first.done === true || first.value.segmentHeader === undefined)
      throw new Error("a segment begins with its header");
    yield* inRows(chained(first.value, all), first.value.segmentHeader);
  }

  /** Only what was read back and compared is deleted. */
  private async requireSame(stored: readonly FramedBatch[], range: Range): Promise<void> {
    let index = 0;
    for await (const row of this.rows(range)) {
      const other = stored[index++];
      if (other !== undefined && isSame(row, other)) continue;
      throw new ArchiveError(
        `The bucket of the log gave back other bytes than were stored, from position ${row.firstPosition} on.`,
      );
    }
    if (index !== stored.length) throw new ArchiveError("The bucket of the log gave back more than was stored.");
  }
}

interface Range {
  readonly from: number;
  readonly to: number;
}

async function* chained(
  first: FramedBatch,
  rest: AsyncIterable<FramedBatch>,
): AsyncGenerator<FramedBatch, void, undefined> {
  yield first;
  yield* rest;
}

/** Whether rows follow one another, from where a segment begins to where it ends. */
function continues(rows: readonly FramedBatch[], segment: ArchivedSegment): boolean {
  let { firstPosition: position, previousHash: chain } = segment;
  for (const { firstPosition, entries, previousHash, chainHash } of rows) {
    if (firstPosition !== position || !previousHash.equals(chain)) return false;
    position += entries;
    chain = chainHash;
  }
  return position === segment.firstPosition + segment.entries && chain.equals(segment.chainHash);
}
