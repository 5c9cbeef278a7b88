import { type FramedBatch, restOfRow } from "../log/index.ts";
import { type Archive, ArchiveError, isNamed } from "./archive.ts";
import type { ArchivedSegment, ArchivedSegments } from "./archived-segments.ts";
import type { Batches, BatchesEnd } from "./batches.ts";
import type { Connection } from "./connection.ts";
import { decodeSegment } from "./segment-object.ts";

interface CommittedLogParts {
  readonly batches: Batches;
  readonly segments: ArchivedSegments;
  /** Undefined if none is configured. */
  readonly archive: Archive | undefined;
  readonly stopping: AbortSignal;
}

/** Everything that was committed: the segments in the archive, and after them the rows. */
export class CommittedLog {
  private readonly parts: CommittedLogParts;

  constructor(parts: CommittedLogParts) {
    this.parts = parts;
  }

  /**
   * Batches from a position on, as many as are read at once, and where the batch before them ends.
   * @returns `before`: undefined if there is none before them. @throws ArchiveError
   */
  async from(
    connection: Connection,
    position: number,
  ): Promise<{ before: BatchesEnd | undefined; batches: readonly FramedBatch[] }> {
    const inRows = await this.parts.batches.from(connection, position);
    if (inRows.before !== undefined) return inRows;
    const segment = await this.parts.segments.around(connection, position);
    if (segment === undefined) return inRows;
    const { firstPosition, entries, previousHash, chainHash } = segment;
    const end = firstPosition + entries;
    if (end <= position) return { ...inRows, before: { position: end, chainHash } };
    const archived = await this.read(segment);
    const last = archived.filter((row) => row.firstPosition < position).at(-1);
    let before: BatchesEnd | undefined;
    if (last !== undefined) before = { position: last.firstPosition + last.entries, chainHash: last.chainHash };
    else if (position > 0) before = { position, chainHash: previousHash };
    return { before, batches: archived.filter((row) => row.firstPosition >= position) };
  }

  /** The last batch that begins before a position. @throws ArchiveError */
  async around(connection: Connection, position: number): Promise<FramedBatch | undefined> {
    const inRows = await this.parts.batches.around(connection, position);
    if (inRows !== undefined || position === 0) return inRows;
    const segment = await this.parts.segments.around(connection, position - 1);
    return segment && (await this.read(segment)).filter((row) => row.firstPosition < position).at(-1);
  }

  /** Whether this very batch is there. @throws ArchiveError */
  async holds(connection: Connection, batch: FramedBatch): Promise<boolean> {
    const { batches, segments } = this.parts;
    if (await batches.holds(connection, batch)) return true;
    const segment = await segments.around(connection, batch.firstPosition);
    if (segment === undefined || segment.firstPosition + segment.entries <= batch.firstPosition) return false;
    return (await this.read(segment)).some((row) => restOfRow(row.bytes, batch.chainHash) !== undefined);
  }

  /** @throws ArchiveError when it is not what was stored. */
  async read(segment: ArchivedSegment): Promise<FramedBatch[]> {
    const { archive, stopping } = this.parts;
    const { firstPosition, entries, name } = segment;
    const which = `Entries ${firstPosition} to ${firstPosition + entries - 1} of the log`;
    if (archive === undefined) {
      throw new ArchiveError(`${which} are in a bucket. Start this node with DAYBOOK_LOG_ARCHIVE, as the other nodes.`);
    }
    const object = await archive.get(name, stopping);
    if (object === undefined) throw new ArchiveError(`${which} are missing from the bucket: ${name} is not there.`);
    if (!isNamed(name, object)) throw new ArchiveError(`${which} are damaged in the bucket: ${name} has changed.`);
    return decodeSegment(object);
  }
}
