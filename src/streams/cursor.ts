import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { readIfThere } from "../durable-file.ts";

const cursorFile = z.strictObject({
  version: z.literal(1),
  log_id: z.string(),
  /** The next position of the log to look at. */
  position: z.int().nonnegative(),
  /** The next sequence of the stream's organization; the position where it follows every one. */
  next: z.int().nonnegative(),
  /** Where the batch under way ends, for sinks that must cut it the same way when it is sent again. */
  planned_end: z.int().nonnegative().nullable(),
  delivered: z.int().nonnegative(),
  last_delivered_at: z.number().nullable(),
  /** Since when and why the receiver is not called any more. */
  disabled: z.strictObject({ at: z.number(), reason: z.string() }).nullable(),
});

export type Cursor = Omit<z.infer<typeof cursorFile>, "version">;

/**
 * How far one stream has come: `streams/<id>.json`. It is written after the receiver has acknowledged, never before, so a crash repeats what was
 * under way and loses nothing. It can lag behind, because repeats are recognisable by their sequence: one write is under way at a time, and takes the newest
 * state with it.
 *
 *   open(x.tmp) → write → fdatasync → close → rename(x) → fsync(directory)
 */
export class CursorFile {
  private readonly path: string;
  private newest: Cursor | undefined;
  private writing: Promise<void> | undefined;

  constructor(directory: string, id: string) {
    this.path = join(directory, `${id}.json`);
  }

  /** @returns undefined when there is none. @throws when it cannot be read. */
  read(): Cursor | undefined {
    const text = readIfThere(this.path);
    if (text === undefined) return undefined;
    try {
      const { version: _, ...cursor } = cursorFile.parse(JSON.parse(text));
      return cursor;
    } catch (cause) {
      throw new Error(`${this.path} cannot be read as a stream's cursor. Replay the stream to replace it.`, { cause });
    }
  }

  /** Resolves once this state, or a newer one, is durable. */
  async save(cursor: Cursor): Promise<void> {
    this.newest = cursor;
    while (this.newest !== undefined) {
      this.writing ??= this.write();
      await this.writing;
    }
  }

  async remove(): Promise<void> {
    this.newest = undefined;
    await this.writing?.catch(() => undefined);
    await rm(this.path, { force: true });
  }

  private async write(): Promise<void> {
    const cursor = this.newest;
    this.newest = undefined;
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      const unfinished = `${this.path}.tmp`;
      const file = await open(unfinished, "w", 0o600);
      try {
        await file.writeFile(`${JSON.stringify({ version: 1, ...cursor })}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(unfinished, this.path);
      const directory = await open(dirname(this.path), "r");
      await directory.sync().finally(() => directory.close());
    } finally {
      this.writing = undefined;
    }
  }
}
