import { entryPacking } from "../event/index.ts";
import { type Block, decodeStored, LogCorruption, UnpackMemory } from "../log/index.ts";
import { type CheckedEntry, misplaced } from "./check.ts";
import type { Damage } from "./damage.ts";
import { LENGTHS, leafHashOf, type RowBlock, type Rows, WANTED } from "./export-rows.ts";

/** For one entry after the other. */
const memory = new UnpackMemory();

/** Decodes the entries of rows, and finds whether each is in its place. */
export class RowEntries {
  /** What is wrong with blocks. */
  readonly corruptions: LogCorruption[] = [];
  private readonly organization: string;
  private readonly rows: Rows;
  private readonly blocks: (Block | undefined)[];
  private readonly ordinals: Int32Array;
  private readonly records: (Pick<CheckedEntry, "header" | "body"> | undefined)[];

  constructor(rows: Rows, organization: string) {
    this.rows = rows;
    this.organization = organization;
    this.blocks = Array.from({ length: rows.count });
    this.ordinals = new Int32Array(rows.count);
    this.records = Array.from({ length: rows.count });
    for (const block of rows.blocks) this.place(block);
    this.placeRecords();
  }

  /** The entry of a row, which is still to be compared with its leaf hash; or why there is none to show. It is there until the next one is asked for. */
  at(row: number): CheckedEntry | Damage {
    memory.reuse();
    const block = this.blocks[row];
    if (block === undefined) {
      const record = this.records[row];
      // What is beside it is what it must have, and is compared with its header.
      const leafHash = leafHashOf(this.rows, row);
      return record === undefined || leafHash === undefined ? "unreadable" : { ...record, leaf: "stored", leafHash };
    }
    try {
      const record = block.require(this.ordinals[row] as number);
      const { header, body, leafHash, completed } = record;
      const damage = misplaced(record, this.rows.sequences[row] as number, this.organization);
      return damage ?? { header, body, leaf: "computed", leafHash, completed };
    } catch (error) {
      return this.unreadable(error);
    }
  }

  private place(stored: RowBlock): void {
    let block: Block;
    try {
      block = decodeStored(stored, entryPacking, memory);
    } catch (error) {
      this.unreadable(error);
      return;
    }
    const { wanted } = stored;
    for (let index = 0; index < wanted.length; index += WANTED) {
      const row = wanted[index + 1] as number;
      this.blocks[row] = block;
      this.ordinals[row] = wanted[index] as number;
    }
  }

  private placeRecords(): void {
    const { lengths, bytes } = this.rows.records;
    let from = 0;
    for (let index = 0; index < lengths.length; index += LENGTHS) {
      const [row = 0, headerBytes = 0, bodyBytes = -1] = lengths.subarray(index, index + LENGTHS);
      const bodyAt = from + headerBytes;
      const end = bodyAt + Math.max(0, bodyBytes);
      const body = bodyBytes < 0 ? undefined : bytes.subarray(bodyAt, end);
      this.records[row] = { header: bytes.subarray(from, bodyAt), body };
      from = end;
    }
  }

  private unreadable(error: unknown): Damage {
    if (!(error instanceof LogCorruption)) throw error;
    this.corruptions.push(error);
    return "unreadable";
  }
}
