import type { Fired, Memory } from "./contract.ts";

/** Within this time an alert fires only so often, so that nobody who floods the log also floods the people on call. */
export const FIRINGS_MAX = 10;
const WINDOW_MS = 10 * 60_000;
/** How far back to read to know how often an alert can still fire: the current window and the one before. */
export const LIMITED_MS = 2 * WINDOW_MS;

const KEY = "window";

/** Limits how often an alert fires. Firings beyond the limit are counted, and their number fires when the time is over. */
export class Limiter {
  private readonly memory: Memory;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** @returns whether this one can fire. Call `elapse` for its time first. */
  admits({ at, sequence }: Fired): boolean {
    const [begun = at, count = 0, beyond = 0, first = sequence] = this.memory.get(KEY) ?? [];
    const isOver = at >= begun + WINDOW_MS;
    const [from, before, since] = isOver ? [at, 0, sequence] : [begun, count, first];
    const admitted = before < FIRINGS_MAX;
    const rest = (isOver ? 0 : beyond) + (admitted ? 0 : 1);
    this.memory.set(KEY, at, [from, before + (admitted ? 1 : 0), rest, since]);
    return admitted;
  }

  elapse(now: number, organization: string): Fired[] {
    const [begun = now, , beyond = 0, sequence = -1] = this.memory.get(KEY) ?? [];
    const at = begun + WINDOW_MS;
    if (now < at) return [];
    this.memory.delete(KEY);
    if (beyond === 0) return [];
    return [
      { kind: "rest", at, value: undefined, count: beyond, since: begun, organization, sequence, event: undefined },
    ];
  }
}
