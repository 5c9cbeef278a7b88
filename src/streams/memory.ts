/** `cursor`: how far a stream has come. `sink`: what its sink keeps. */
export type MemoryName = "cursor" | "sink";

/** What one stream must know again after a restart. */
export interface StreamMemory {
  /** How long the cursor can lag behind what was acknowledged: where a write is cheap, not at all. */
  readonly lagMs: number;
  read(name: MemoryName): Promise<string | undefined>;
  /** Resolves once it is durable. Of each name one write is under way at a time. */
  write(name: MemoryName, text: string): Promise<void>;
  forget(): Promise<void>;
  /** Where it is, for whoever has to look at it. */
  place(name: MemoryName): string;
}

/** The memory of the stream with that id. */
export type Memories = (streamId: string) => StreamMemory;
