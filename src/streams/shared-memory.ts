import type { Identity } from "../identity/index.ts";
import type { MemoryName, StreamMemory } from "./memory.ts";

/** A write goes to a database that all nodes write to, so not each batch is worth one. A new leader repeats what was sent since. */
const LAG_MS = 1_000;

/**
 * In the database of identity, for nodes that share a log: whichever delivers next goes on where the last one stopped. A write carries the term of its node, so
 * that one which no longer leads cannot put a stream back.
 */
export class SharedMemory implements StreamMemory {
  readonly lagMs = LAG_MS;
  private readonly memories: Identity["streamMemories"];
  private readonly id: string;
  private readonly term: () => string | undefined;

  /** @param term of this node; undefined as soon as another one can lead. */
  constructor(memories: Identity["streamMemories"], id: string, term: () => string | undefined) {
    this.memories = memories;
    this.id = id;
    this.term = term;
  }

  read(name: MemoryName): Promise<string | undefined> {
    return this.memories.read(this.id, name);
  }

  async write(name: MemoryName, text: string): Promise<void> {
    const term = this.term();
    const isWritten = term !== undefined && (await this.memories.write(this.id, name, { term: Number(term), text }));
    if (!isWritten) throw new Error("another node delivers this stream now");
  }

  forget(): Promise<void> {
    return this.memories.forget(this.id);
  }

  place(name: MemoryName): string {
    return `stream_memory ${name} of ${this.id}`;
  }
}
