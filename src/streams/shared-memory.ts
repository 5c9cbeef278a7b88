import type { Identity } from "../identity/index.ts";
import type { MemoryName, StreamMemory } from "./memory.ts";

/** All nodes write to this database, so the cursor is not written for each batch. A new leader repeats what was sent since the last write. */
const LAG_MS = 1_000;

/**
 * In the database of identity, for nodes that share a log: the node that delivers next continues where the last one stopped. A write carries the
 * term of its node, so that a node that no longer leads cannot move a stream back.
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
