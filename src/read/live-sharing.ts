import type { Query } from "../query/index.ts";
import { evaluateLive, type LiveEvents, type LiveOptions } from "./live.ts";
import type { ReaderParts } from "./parts.ts";

/** Bytes of events that a run keeps for streams that are a little behind, its newest piece aside. */
const KEPT_BYTES = 512 * 1024;
/** A stream that is not much ahead of a run waits for it; it would be where it is in a moment. */
const AHEAD_MAX = 20_000;

/**
 * Live streams with the same filter share the work: each event is looked for, read, checked and written once for all of them. A stream that
 * falls behind what is kept goes on by itself, and so does one that begins long before the others.
 */
export class LiveSharing {
  private readonly parts: ReaderParts;
  private readonly runs = new Map<string, Set<Run>>();

  constructor(parts: ReaderParts) {
    this.parts = parts;
  }

  async *events(query: Query, options: LiveOptions, signal: AbortSignal): AsyncGenerator<LiveEvents> {
    const filter = filterOf(query, options);
    let run: Run | undefined;
    try {
      for (let seen = options.after; ; ) {
        signal.throwIfAborted();
        if (run === undefined || !run.covers(seen.value)) {
          if (run !== undefined) this.leave(filter, run);
          run = this.join(filter, query, { ...options, after: seen });
        }
        const piece = await unlessAborted(run.after(seen.value), signal);
        yield restOf(piece, seen.value);
        seen = piece.through;
      }
    } finally {
      if (run !== undefined) this.leave(filter, run);
    }
  }

  private join(filter: string, query: Query, options: LiveOptions): Run {
    const runs = this.runs.get(filter) ?? new Set();
    this.runs.set(filter, runs);
    const known = [...runs].find((one) => one.covers(options.after.value));
    const run = known ?? new Run(this.parts, query, options);
    runs.add(run);
    run.streams++;
    return run;
  }

  private leave(filter: string, run: Run): void {
    if (--run.streams > 0) return;
    run.stop();
    const runs = this.runs.get(filter);
    runs?.delete(run);
    if (runs?.size === 0) this.runs.delete(filter);
  }
}

/** One evaluation, which goes on as far as the foremost of its streams asks. */
class Run {
  streams = 0;
  /** What was recorded after this is kept, or comes. */
  private from: number;
  private head: number;
  private kept: { readonly piece: LiveEvents; readonly bytes: number }[] = [];
  private bytes = 0;
  private failed = false;
  private coming: Promise<void> | undefined;
  private readonly source: AsyncGenerator<LiveEvents>;
  private readonly stopping = new AbortController();

  constructor(parts: ReaderParts, query: Query, options: LiveOptions) {
    this.from = options.after.value;
    this.head = this.from;
    this.source = evaluateLive(parts, { ...query, signal: undefined }, options, this.stopping.signal);
  }

  covers(seen: number): boolean {
    return !this.failed && seen >= this.from && seen <= this.head + AHEAD_MAX;
  }

  /** The next piece of which something was recorded after this. */
  async after(seen: number): Promise<LiveEvents> {
    for (;;) {
      const found = this.kept.find(({ piece }) => piece.through.value > seen);
      if (found !== undefined) return found.piece;
      this.coming ??= this.pull();
      await this.coming;
    }
  }

  stop(): void {
    this.stopping.abort();
    // Where it waits it ends by the signal, and where it was left it ends here.
    this.source.return(undefined).catch(() => undefined);
  }

  private async pull(): Promise<void> {
    try {
      const { done, value } = await this.source.next();
      if (done) throw new Error("a live evaluation ended");
      this.keep(value);
    } catch (error) {
      this.failed = true;
      throw error;
    } finally {
      this.coming = undefined;
    }
  }

  private keep(piece: LiveEvents): void {
    const bytes = piece.events.reduce((sum, { json }) => sum + json.length, 0);
    this.head = piece.through.value;
    while (this.bytes > KEPT_BYTES || this.kept.length > 100) {
      const oldest = this.kept.shift();
      if (oldest === undefined) break;
      this.bytes -= oldest.bytes;
      this.from = oldest.piece.through.value;
    }
    this.kept.push({ piece, bytes });
    this.bytes += bytes;
  }
}

/** Equal for streams that get the same events. */
function filterOf(
  { tenant, selection, within, start, end }: Query,
  { after, newAddresses = false }: LiveOptions,
): string {
  return JSON.stringify([tenant, selection, within ?? null, start, end ?? null, after.by, newAddresses]);
}

/** What of a piece was recorded after this; the piece itself where that is all of it. */
function restOf(piece: LiveEvents, seen: number): LiveEvents {
  const [first] = piece.events;
  if (first === undefined || first.at.value > seen) return piece;
  const events = piece.events.filter(({ at }) => at.value > seen);
  const { newAddresses, firstSightings } = piece;
  const isNamed = newAddresses.size + firstSightings.size > 0;
  const ids = new Set(isNamed ? events.map(({ json }) => (JSON.parse(json) as { id?: string }).id) : []);
  return {
    ...piece,
    events,
    newAddresses: new Set([...newAddresses].filter((id) => ids.has(id))),
    firstSightings: new Map([...firstSightings].filter(([id]) => ids.has(id))),
  };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
