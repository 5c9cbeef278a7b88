/** What search can insert in about half a second, in entries and in bytes of bodies. More than that lags. */
const ENTRIES_MAX = 8_000;
const BYTES_MAX = 8 * 1024 * 1024;
/** Search that gets no further for so long is down, not slow: events are taken, and it catches up later. */
const STUCK_MS = 5_000;
/** Who recorded within so long is a neighbour whose events must not come late. */
const NEIGHBOUR_MS = 60_000;
/** Of what was recorded a tick ago, so much still counts: about the last second does. */
const DECAY = 0.95;
export const TICK_MS = 50;

/** How far the log and search have come. */
export interface Followed {
  /** Entries in the log. */
  readonly end: number;
  /** Entries that can be searched. */
  readonly position: number;
  /** Somebody reads, and search follows: it neither catches up after a start, nor waits for its engine, nor gathers because nobody reads. */
  readonly following: boolean;
}

interface Usage {
  bytes: number;
  at: number;
}

/**
 * Search reads the log in its order. What a flood has recorded before comes first, and a neighbour's events are searchable only after it. So
 * while search lags, whoever records more than a fair share waits, and the others do not. Where nobody else records, nobody waits.
 */
export class SearchLag {
  private readonly look: () => Followed;
  /** How many bytes had been recorded when the log had how many entries; the first of them can be searched. */
  private readonly marks: { readonly end: number; readonly bytes: number }[] = [];
  private bytes = 0;
  private readonly usage = new Map<string, Usage>();
  private total = 0;
  private position = 0;
  private movedAt = 0;
  private lagging = false;

  constructor(look: () => Followed) {
    this.look = look;
  }

  /** To be called every `TICK_MS`. @param now milliseconds, of a clock that only goes forward. */
  tick(now: number): void {
    const { end, position, following } = this.look();
    if (position !== this.position || position >= end) this.movedAt = now;
    this.position = position;
    if (end > (this.marks.at(-1)?.end ?? -1)) this.marks.push({ end, bytes: this.bytes });
    while (this.marks[1] !== undefined && this.marks[1].end <= position) this.marks.shift();
    const bytes = position >= end ? 0 : this.bytes - (this.marks[0]?.bytes ?? 0);
    const lags = end - position > ENTRIES_MAX || bytes > BYTES_MAX;
    this.lagging = following && lags && now - this.movedAt < STUCK_MS;
    this.total = 0;
    for (const [organization, usage] of this.usage) {
      usage.bytes *= DECAY;
      this.total += usage.bytes;
      if (now - usage.at > NEIGHBOUR_MS) this.usage.delete(organization);
    }
  }

  recorded(organization: string, bytes: number, now: number): void {
    this.total += bytes;
    this.bytes += bytes;
    const usage = this.usage.get(organization);
    if (usage === undefined) this.usage.set(organization, { bytes, at: now });
    else {
      usage.bytes += bytes;
      usage.at = now;
    }
  }

  mustWait(organization: string): boolean {
    if (!this.lagging || this.usage.size < 2) return false;
    const own = this.usage.get(organization)?.bytes ?? 0;
    return own > this.total / (this.usage.size + 1);
  }
}
