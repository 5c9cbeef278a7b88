/** A wall clock that differs by more than this from the log's own time is not followed. */
export const CLOCK_OFFSET_MS_MAX = 10 * 60_000;

export interface ClockSources {
  /** The wall clock: milliseconds since the Unix epoch. */
  readonly wall: () => number;
  /** Milliseconds that nothing can set; they can stand still while the machine sleeps. */
  readonly monotonic: () => number;
  /** Milliseconds since the machine started, sleep included; may be coarse. */
  readonly uptime: () => number;
  /** The wall clock went too far off, or came back. @param offset how far it is ahead of the log's time, in milliseconds. */
  readonly onOffset: (offset: number, isOff: boolean) => void;
}

/**
 * The time that entries are recorded at. It never decreases, and it runs on by the monotonic clock: a wall clock that is set for a minute, by a
 * mistake or an attacker, does not move it. Where the wall clock differs by less than ten minutes it is followed, slowly where it is behind.
 *
 * After a start the wall clock is believed where it is ahead of the last entry: nothing else says how long the log was closed.
 */
export class LogClock {
  private readonly sources: ClockSources;
  private time: number;
  private at: { readonly monotonic: number; readonly uptime: number };
  private isOff = false;

  /** @param last when the last entry was recorded; 0 where there is none. */
  constructor(sources: ClockSources, last: number) {
    this.sources = sources;
    this.time = Math.max(last, sources.wall());
    this.at = this.now();
  }

  /** The time of the next batch. */
  take(): number {
    const { next, now } = this.read();
    this.time = next;
    this.at = now;
    return Math.floor(next);
  }

  /** Goes on from what another node recorded, where that is later. */
  runOnFrom(last: number): void {
    this.time = Math.max(last, this.read().next);
    this.at = this.now();
  }

  /** How far the wall clock is ahead of the log's time, in milliseconds. */
  get offset(): number {
    return this.read().offset;
  }

  /** Reports a clock that has gone too far off, or came back. */
  check(): void {
    this.read();
  }

  private read() {
    const { time, at, sources } = this;
    const now = this.now();
    const wall = sources.wall();
    const elapsed = Math.max(0, now.monotonic - at.monotonic);
    // The uptime is coarser: it counts only where the machine has slept.
    const slept = Math.max(elapsed, now.uptime - at.uptime);
    const isOff = isFar(wall - (time + elapsed)) && isFar(wall - (time + slept));
    const running = time + (isFar(wall - (time + elapsed)) ? slept : elapsed);
    const offset = Math.round(wall - running);
    if (isOff !== this.isOff) {
      this.isOff = isOff;
      sources.onOffset(offset, isOff);
    }
    return { next: isOff ? running : Math.max(wall, time + elapsed / 2), offset, now };
  }

  private now() {
    return { monotonic: this.sources.monotonic(), uptime: this.sources.uptime() };
  }
}

function isFar(offset: number): boolean {
  return Math.abs(offset) > CLOCK_OFFSET_MS_MAX;
}
