import { z } from "zod";
import type { StreamMemory } from "./memory.ts";

const storedCursor = z.strictObject({
  version: z.literal(1),
  log_id: z.string(),
  /** The next position of the log to look at. */
  position: z.int().nonnegative(),
  /** The next sequence of the stream's organization; the next position if it follows every organization. */
  next: z.int().nonnegative(),
  /** Where the batch under way ends, for sinks that must send the same batch again. */
  planned_end: z.int().nonnegative().nullable(),
  delivered: z.int().nonnegative(),
  last_delivered_at: z.number().nullable(),
  /** Since when, and why, the receiver is no longer called. */
  disabled: z.strictObject({ at: z.number(), reason: z.string() }).nullable(),
});

export type Cursor = Omit<z.infer<typeof storedCursor>, "version">;

/**
 * How far one stream has come. It is written only after the receiver has acknowledged, so a crash repeats what was under way and loses nothing. It
 * can lag behind, because receivers recognise repeats by their sequence. One write is under way at a time, and it writes the newest state.
 */
export class KeptCursor {
  private readonly memory: StreamMemory;
  private newest: Cursor | undefined;
  private writing: Promise<void> | undefined;

  constructor(memory: StreamMemory) {
    this.memory = memory;
  }

  /** How long it can wait before it is stored. */
  get lagMs(): number {
    return this.memory.lagMs;
  }

  /** @param onLost called where only the anchor is left. @returns undefined when there is none. @throws when it cannot be read. */
  async read(onLost: () => void = () => undefined): Promise<Cursor | undefined> {
    let text = await this.memory.read("cursor");
    if (text === undefined) {
      text = await this.memory.read("anchor");
      if (text === undefined) return undefined;
      onLost();
    }
    try {
      const { version: _, ...cursor } = storedCursor.parse(JSON.parse(text));
      return cursor;
    } catch (cause) {
      const place = this.memory.place("cursor");
      throw new Error(`${place} cannot be read as a stream's cursor. Replay the stream to replace it.`, { cause });
    }
  }

  /** Stores also that the stream never begins earlier again, whatever is lost. */
  async anchor(cursor: Cursor): Promise<void> {
    await this.memory.write("anchor", textOf(cursor));
    await this.save(cursor);
  }

  /** Resolves once this state, or a newer one, is durable. */
  async save(cursor: Cursor): Promise<void> {
    this.newest = cursor;
    while (this.newest !== undefined) {
      this.writing ??= this.write();
      await this.writing;
    }
  }

  /** Resolves once no write is under way. */
  async settle(): Promise<void> {
    this.newest = undefined;
    await this.writing?.catch(() => undefined);
  }

  private async write(): Promise<void> {
    const cursor = this.newest;
    if (cursor === undefined) return;
    this.newest = undefined;
    try {
      await this.memory.write("cursor", textOf(cursor));
    } finally {
      this.writing = undefined;
    }
  }
}

const textOf = (cursor: Cursor) => `${JSON.stringify({ version: 1, ...cursor })}\n`;
