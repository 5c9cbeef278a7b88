import { DaybookError } from "../errors.ts";
import type { LogReader } from "../log/index.ts";
import type { Search } from "../search/index.ts";

/** How long one request waits for search. */
const WAIT_MS = 5_000;
/** So long after an act it is waited for. Search that is further behind shows what it has. */
const REMEMBERED_MS = 10_000;

interface Act {
  /** The log's end once the act was recorded. */
  readonly end: number;
  /** Milliseconds since the Unix epoch. */
  readonly until: number;
}

/**
 * What people just did in an organization (its set-up, an invitation, a key, a setting), until search has read it: whoever looks at the
 * audit logs right afterwards finds it there.
 */
export class RecentActs {
  private readonly log: Pick<LogReader, "end">;
  private readonly now: () => number;
  /** By organization, the oldest first. */
  private readonly acts = new Map<string, Act>();

  constructor(log: Pick<LogReader, "end">, now: () => number = Date.now) {
    this.log = log;
    this.now = now;
  }

  /** Call it once the act is in the log. */
  note(organization: string): void {
    const now = this.now();
    for (const [other, { until }] of this.acts) {
      if (until > now) break;
      this.acts.delete(other);
    }
    // As the newest of all.
    this.acts.delete(organization);
    this.acts.set(organization, { end: this.log.end, until: now + REMEMBERED_MS });
  }

  /**
   * Resolves once search has read what was done in the organization, or once that is too long ago to wait for.
   * @throws DaybookError `search_unavailable` when it takes longer than a request should; the signal's reason when it aborts.
   */
  async searched(organization: string, search: Pick<Search, "flush" | "reached">, signal: AbortSignal): Promise<void> {
    const act = this.acts.get(organization);
    if (act === undefined) return;
    const left = act.until - this.now();
    const patience = AbortSignal.timeout(Math.max(0, Math.min(WAIT_MS, left)));
    try {
      // A trickle is gathered while nobody reads.
      search.flush();
      if (left > 0) await search.reached(act.end, AbortSignal.any([signal, patience]));
    } catch (error) {
      if (signal.aborted || !patience.aborted) throw error;
      throw new DaybookError("search_unavailable", "Search has not read your last change yet.", {
        retryAfterSeconds: 1,
      });
    }
    if (this.acts.get(organization) === act) this.acts.delete(organization);
  }
}
