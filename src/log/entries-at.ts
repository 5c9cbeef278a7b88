import type { LogEntry, LogReader } from "./contract.ts";

/** Where at least one entry in so many is wanted, the log is read through; elsewhere each is looked up. */
const READ_THROUGH_MAX = 20;
/** Entries that are looked up one by one come in pieces of so many. */
const LOOKED_UP = 64;

/**
 * The entries at these positions, in order, in pieces of bounded size.
 * @param positions ascending; a bounded number of them, which are read by one decision.
 * @throws RangeError when one is not durable yet.
 */
export async function* entriesAt(
  log: LogReader,
  positions: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<readonly LogEntry[]> {
  const [first, last] = [positions[0], positions.at(-1)];
  if (first === undefined || last === undefined) return;
  if (last >= log.end) throw new RangeError(`position ${last} is beyond the log's end, ${log.end}`);
  if (last - first >= READ_THROUGH_MAX * positions.length) {
    for (let at = 0; at < positions.length; at += LOOKED_UP) {
      signal.throwIfAborted();
      const found: LogEntry[] = [];
      for (const position of positions.slice(at, at + LOOKED_UP)) found.push(await log.entry(position));
      yield found;
    }
    return;
  }
  const wanted = new Set(positions);
  for await (const entries of log.follow(first, signal)) {
    const found = entries.filter(({ position }) => wanted.has(position));
    if (found.length > 0) yield found;
    if ((entries.at(-1)?.position ?? 0) >= last) return;
  }
  signal.throwIfAborted();
}
