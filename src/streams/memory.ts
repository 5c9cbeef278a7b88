/**
 * `cursor`: how far a stream has come. `sink`: what its sink stores. `anchor`: the cursor when somebody last said where the stream begins, or its
 * receiver asked not to be called. It is in the database of identity, so that it outlives a lost directory and is in a backup.
 */
export type MemoryName = "cursor" | "sink" | "anchor";

/** What one stream must still know after a restart. */
export interface StreamMemory {
  /** How long the cursor can lag behind what was acknowledged. Zero if a write is cheap. */
  readonly lagMs: number;
  read(name: MemoryName): Promise<string | undefined>;
  /** Resolves once it is durable. For each name, one write is under way at a time. */
  write(name: MemoryName, text: string): Promise<void>;
  forget(): Promise<void>;
  /** Where it is stored, for error messages. */
  place(name: MemoryName): string;
}

/** The memory of the stream with that id. */
export type Memories = (streamId: string) => StreamMemory;
