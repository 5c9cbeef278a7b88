import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { KeyFilter } from "./filter.ts";
import {
  encodeHeader,
  PAGE_BYTES,
  PAGE_RECORDS,
  PageCheck,
  RECORD_BYTES,
  type RunRange,
  recordAt,
} from "./run-format.ts";

/** Pages that are written with one call, and made before other work of the process gets its turn: about 2 ms. */
const PAGES_AT_ONCE = 8;

/**
 * Writes a run from records in the order of their keys.
 *
 *   open(x.tmp) → write(pages, index) → write(header) → fsync → rename(x) → fsync(directory)
 */
export class RunWriter {
  private readonly path: string;
  private readonly range: RunRange;
  private readonly file: FileHandle;
  private readonly check: PageCheck;
  private readonly filter: KeyFilter;
  private readonly fences: Buffer;
  private readonly buffer = Buffer.alloc(PAGES_AT_ONCE * PAGE_BYTES);
  /** Pages that are in the file, and that are whole in the buffer. */
  private written = 0;
  private buffered = 0;
  /** Records of the page that is being filled. */
  private records = 0;
  private total = 0;

  private constructor(path: string, file: FileHandle, range: RunRange, recordsMax: number) {
    this.path = path;
    this.file = file;
    this.range = range;
    this.check = new PageCheck(range);
    this.filter = new KeyFilter(new Uint8Array(KeyFilter.sizeFor(recordsMax)));
    this.fences = Buffer.alloc(4 * Math.ceil(recordsMax / PAGE_RECORDS));
  }

  /** @param recordsMax how many will be added at most. */
  static async create(path: string, range: RunRange, recordsMax: number): Promise<RunWriter> {
    return new RunWriter(path, await open(unfinished(path), "w", 0o640), range, recordsMax);
  }

  /** @param from buffer that holds the record at `at`. @returns true when `write` has to come before the next one. */
  add(from: Buffer, at: number): boolean {
    const page = this.buffered * PAGE_BYTES;
    if (this.records === 0) from.copy(this.fences, 4 * (this.written + this.buffered), at, at + 4);
    from.copy(this.buffer, page + recordAt(this.records), at, at + RECORD_BYTES);
    this.filter.add(from, at);
    this.total++;
    if (++this.records === PAGE_RECORDS) this.finishPage();
    return this.buffered === PAGES_AT_ONCE;
  }

  /** Writes the pages that are whole, and gives other work of the process its turn. */
  async write(): Promise<void> {
    await writeFully(this.file, this.buffer.subarray(0, this.buffered * PAGE_BYTES), PAGE_BYTES * (1 + this.written));
    this.written += this.buffered;
    this.buffered = 0;
    await setImmediate();
  }

  /** Makes it durable under its name. @param newest the greatest UUIDv7 among its ids. */
  async finish(newest: string): Promise<void> {
    if (this.records > 0) this.finishPage();
    await this.write();
    const pages = this.written;
    const index = Buffer.concat([this.fences.subarray(0, 4 * pages), this.filter.bytes]);
    await writeFully(this.file, index, PAGE_BYTES * (1 + pages));
    const header = encodeHeader({ ...this.range, records: this.total, pages, indexCrc: crc32(index), newest });
    await writeFully(this.file, header, 0);
    await this.file.sync();
    await this.file.close();
    await rename(unfinished(this.path), this.path);
    await syncDirectory(dirname(this.path));
  }

  async abandon(): Promise<void> {
    // It can be closed already.
    await this.file.close().catch(() => undefined);
    await rm(unfinished(this.path), { force: true });
  }

  private finishPage(): void {
    const page = this.buffer.subarray(this.buffered * PAGE_BYTES, (this.buffered + 1) * PAGE_BYTES);
    page.fill(0, recordAt(this.records));
    this.check.finish(page, this.written + this.buffered, this.records);
    this.buffered++;
    this.records = 0;
  }
}

function unfinished(path: string): string {
  return `${path}.tmp`;
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  }
}
