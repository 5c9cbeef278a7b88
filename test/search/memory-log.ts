import { createHash, randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type { DamagedEntry, LogEntry, LogReader, StoredPiece } from "../../src/log/contract.ts";
import { NoSuchPosition } from "../../src/log/errors.ts";

/** A log in memory: what search may see of one, so that its tests decide themselves what is where and when. */
export class MemoryLog implements LogReader {
  readonly id: string;
  readonly earlier = [];
  readonly stored: LogEntry[] = [];
  private readonly sizes = new Map<string, number>();
  private readonly appended = new EventEmitter();
  private readonly chunkEntries: number;

  constructor(options: { id?: string; chunkEntries?: number } = {}) {
    this.id = options.id ?? randomUUID();
    this.chunkEntries = options.chunkEntries ?? 2_000;
  }

  get end(): number {
    return this.stored.length;
  }

  size(organization: string): number {
    return this.sizes.get(organization) ?? 0;
  }

  append(organization: string, encode: (sequence: number) => { header: Uint8Array; body: Uint8Array | undefined }) {
    const sequence = this.size(organization);
    const { header, body } = encode(sequence);
    const leafHash = createHash("sha256").update("\0").update(header).digest();
    this.stored.push({ position: this.stored.length, organization, sequence, leafHash, header, body, leaf: "stored" });
    this.sizes.set(organization, sequence + 1);
    this.appended.emit("entry");
  }

  async entry(position: number): Promise<LogEntry> {
    const entry = this.stored[position];
    if (!entry) throw new RangeError("no entry is there");
    return entry;
  }

  async *entries(positions: readonly number[]): AsyncIterable<readonly (LogEntry | DamagedEntry)[]> {
    if (positions.length === 0) return;
    yield positions.map((position) => this.stored[position] ?? { position, damage: new NoSuchPosition(position) });
  }

  async *pieces(positions: Float64Array): AsyncIterable<StoredPiece> {
    for await (const found of this.entries([...positions])) {
      yield { count: found.length, blocks: [], entries: new Map(found.entries()), onCorruption: () => undefined };
    }
  }

  async *follow(from: number, signal: AbortSignal): AsyncIterable<readonly LogEntry[]> {
    for (let at = from; !signal.aborted; ) {
      const chunk = this.stored.slice(at, at + this.chunkEntries);
      at += chunk.length;
      if (chunk.length > 0) yield chunk;
      else await once(this.appended, "entry", { signal }).catch(() => undefined);
    }
  }
}
