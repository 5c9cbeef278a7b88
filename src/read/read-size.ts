/** Bytes of entries that one reader holds at a time, about: what a reader who does not read keeps in memory is a few times this. */
const READ_BYTES = 512 * 1024;
/** Before anything is known of how long entries are. */
const FIRST = 16;
const MOST = 2_000;

/**
 * How many entries to read at once: as many as have been about half a megabyte together so far. One entry can be a thousand times as long as
 * another, and nobody says before how long it is.
 */
export class ReadSize {
  private count = FIRST;

  /** How many to read next. */
  get next(): number {
    return this.count;
  }

  /** Learns from what was read. */
  took(entries: number, bytes: number): void {
    if (entries === 0) return;
    const fitting = Math.floor(READ_BYTES / Math.max(1, bytes / entries));
    // Grows by steps, so that a few short entries do not let in a great many long ones.
    this.count = Math.max(1, Math.min(fitting, this.count * 4, MOST));
  }
}
