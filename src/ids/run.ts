import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { crc32 } from "node:zlib";
import { KeyFilter } from "./filter.ts";
import { KEY_BYTES } from "./key.ts";
import { decodeHeader, PAGE_BYTES, PageCheck, type RunHeader, readPosition, recordAt } from "./run-format.ts";

/** A page of a run is not what was written. The run is derived: it can be read from the log again. */
export class RunDamaged extends Error {
  override readonly name = "RunDamaged";
  readonly run: Run;

  constructor(run: Run, page: number) {
    super(`page ${page} of ${run.path} is damaged`);
    this.run = run;
  }
}

/** A run that is open for reading. */
export class Run {
  readonly path: string;
  readonly header: RunHeader;
  private readonly file: number;
  private readonly check: PageCheck;
  private readonly fences: Buffer;
  private readonly filter: KeyFilter;
  private readonly page = Buffer.allocUnsafeSlow(PAGE_BYTES);

  private constructor(path: string, file: number, header: RunHeader, index: Buffer) {
    this.path = path;
    this.file = file;
    this.header = header;
    this.check = new PageCheck(header);
    this.fences = index.subarray(0, 4 * header.pages);
    this.filter = new KeyFilter(index.subarray(4 * header.pages));
  }

  /** @returns undefined when it is no run of this log, or its header or index is damaged. */
  static open(path: string, logId: string): Run | undefined {
    const file = openSync(path, "r");
    try {
      const header = decodeHeader(read(file, 0, PAGE_BYTES), logId);
      if (header !== undefined) {
        const length = 4 * header.pages + KeyFilter.sizeFor(header.records);
        const index = read(file, PAGE_BYTES * (1 + header.pages), length);
        if (index.length === length && crc32(index) === header.indexCrc) return new Run(path, file, header, index);
      }
    } catch (error) {
      closeSync(file);
      throw error;
    }
    closeSync(file);
    return undefined;
  }

  /** Adds positions of the entries whose ids have this key, in the order of the log. @throws RunDamaged */
  find(key: Buffer, found: number[]): void {
    if (this.header.pages === 0 || !this.filter.mayHave(key)) return;
    const first = key.readUInt32BE(0);
    for (let number = this.pageBefore(first); number < this.header.pages; number++) {
      if (this.fence(number) > first) break;
      this.collect(number, key, found);
    }
  }

  /**
   * The records of some pages, one behind the other.
   * @throws RunDamaged
   */
  records(from: number, pages: number): Buffer {
    const last = Math.min(from + pages, this.header.pages);
    const parts: Buffer[] = [];
    const bytes = read(this.file, PAGE_BYTES * (1 + from), PAGE_BYTES * (last - from));
    for (let number = from; number < last; number++) {
      const page = bytes.subarray((number - from) * PAGE_BYTES, (number - from + 1) * PAGE_BYTES);
      const records = this.check.records(page, number);
      if (records === undefined) throw new RunDamaged(this, number);
      parts.push(page.subarray(recordAt(0), recordAt(records)));
    }
    return Buffer.concat(parts);
  }

  close(): void {
    closeSync(this.file);
  }

  remove(): void {
    this.close();
    rmSync(this.path, { force: true });
  }

  private fence(number: number): number {
    return this.fences.readUInt32BE(4 * number);
  }

  /** The last page that begins below `first`: a key that begins like that can be in it, or in those that follow and begin so. */
  private pageBefore(first: number): number {
    let low = 0;
    let high = this.header.pages - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.fence(middle) < first) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private collect(number: number, key: Buffer, found: number[]): void {
    const { page } = this;
    const bytes = readSync(this.file, page, 0, PAGE_BYTES, PAGE_BYTES * (1 + number));
    const records = this.check.records(page.subarray(0, bytes), number);
    if (records === undefined) throw new RunDamaged(this, number);
    let low = 0;
    let high = records;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKey(page, middle, key) < 0) low = middle + 1;
      else high = middle;
    }
    for (; low < records && compareKey(page, low, key) === 0; low++) {
      found.push(readPosition(page, recordAt(low)));
    }
  }
}

function compareKey(page: Buffer, index: number, key: Buffer): number {
  const at = recordAt(index);
  return page.compare(key, 0, KEY_BYTES, at, at + KEY_BYTES);
}

/** May fall short at the end of the file. */
function read(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const bytes = readSync(file, buffer, read, length - read, position + read);
    if (bytes === 0) break;
    read += bytes;
  }
  return buffer.subarray(0, read);
}
