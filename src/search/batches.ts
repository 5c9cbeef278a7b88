export interface BatchLimits {
  /** Entries. */
  readonly rowsMax: number;
  /** Bytes of rows. Far below what the engine would cut one insert into several blocks at. */
  readonly bytesMax: number;
}

/** What some entries that follow one another were made into. */
export interface Piece {
  /** First position. */
  readonly from: number;
  /** First position after them. */
  readonly to: number;
  readonly bytes: number;
}

export type Batch<P extends Piece> = readonly [P, ...P[]];

const DUE = Symbol("what waits should leave");

/**
 * Gathers pieces into batches: full ones leave at once, others when they are due. One piece is made ahead while a batch is being worked on.
 * Ends with the source; what had not become a batch by then is read again by the next run.
 *
 * @param make pieces of at most `rowsMax` entries. @param whenDue resolves when pieces should leave of which the first begins to wait now.
 */
export async function* batches<P extends Piece>(
  make: (signal: AbortSignal) => AsyncIterable<P>,
  { rowsMax, bytesMax }: BatchLimits,
  whenDue: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Batch<P>> {
  // A source that waits for entries ends by its signal only: whoever leaves this generator early ends it too.
  const left = new AbortController();
  const iterator = make(AbortSignal.any([signal, left.signal]))[Symbol.asyncIterator]();
  let waiting: P[] = [];
  let bytes = 0;
  let timer = new AbortController();
  let due: Promise<typeof DUE> | undefined;
  const take = (): Batch<P>[] => {
    const [first, ...rest] = waiting;
    waiting = [];
    bytes = 0;
    timer.abort();
    timer = new AbortController();
    due = undefined;
    return first ? [[first, ...rest]] : [];
  };
  const entriesBefore = (end: number) => end - (waiting[0]?.from ?? end);
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
      const piece = arrived.value;
      if (entriesBefore(piece.to) > rowsMax) yield* take();
      waiting.push(piece);
      bytes += piece.bytes;
      if (entriesBefore(piece.to) >= rowsMax || bytes >= bytesMax) yield* take();
      else due ??= whenDue(timer.signal).then(() => DUE);
    }
  } finally {
    timer.abort();
    left.abort();
    await iterator.return?.();
  }
}
