import type { LogEntry } from "../log/index.ts";

export interface BatchLimits {
  /** Entries. */
  readonly rowsMax: number;
  /** Bytes of header and body. Far below what the engine would cut one insert into several blocks at. */
  readonly bytesMax: number;
}

export type Batch = readonly [LogEntry, ...LogEntry[]];

const DUE = Symbol("what waits should leave");

/**
 * Gathers entries into batches: full ones leave at once, others when they are due. One chunk is read ahead while a batch is being worked on.
 * Ends with the source; what had not become a batch by then is read again by the next run.
 *
 * @param whenDue resolves when entries should leave of which the first begins to wait now.
 */
export async function* batches(
  read: (signal: AbortSignal) => AsyncIterable<readonly LogEntry[]>,
  { rowsMax, bytesMax }: BatchLimits,
  whenDue: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  // A source that waits for entries ends by its signal only: whoever leaves this generator early ends it too.
  const left = new AbortController();
  const iterator = read(AbortSignal.any([signal, left.signal]))[Symbol.asyncIterator]();
  let waiting: LogEntry[] = [];
  let bytes = 0;
  let timer = new AbortController();
  let due: Promise<typeof DUE> | undefined;
  const take = (): Batch[] => {
    const [first, ...rest] = waiting;
    waiting = [];
    bytes = 0;
    timer.abort();
    timer = new AbortController();
    due = undefined;
    return first ? [[first, ...rest]] : [];
  };
  try {
    for (let next = iterator.next(); ; ) {
      const arrived = await (due ? Promise.race([next, due]) : next);
      if (arrived === DUE) {
        yield* take();
        continue;
      }
      if (arrived.done) return;
      next = iterator.next();
      next.catch(() => undefined);
      for (const entry of arrived.value) {
        waiting.push(entry);
        bytes += (entry.headerStart ?? entry.header).length + (entry.body?.length ?? 0);
        if (waiting.length >= rowsMax || bytes >= bytesMax) yield* take();
      }
      if (waiting.length > 0) due ??= whenDue(timer.signal).then(() => DUE);
    }
  } finally {
    timer.abort();
    left.abort();
    await iterator.return?.();
  }
}
