import { DaybookError } from "../errors.ts";
import type { Sender } from "./fair-queue.ts";

/** What can be limited in a second, and what can be limited at the same time. */
export const RATES = ["events", "bytes"] as const;
export const COUNTS = ["live", "queries", "exports"] as const;
export type Limited = (typeof RATES)[number] | (typeof COUNTS)[number];
type Rate = (typeof RATES)[number];
type Count = (typeof COUNTS)[number];

/** How much one organization, or one key, can have. */
export interface Limit {
  readonly what: Limited;
  readonly max: number;
  readonly per: "organization" | "key";
}

export interface LimitsOptions {
  /** Milliseconds, of a clock that only goes forward. */
  readonly now?: () => number;
  readonly onRefused?: () => void;
}

/** After so many buckets, those that are full again are forgotten. */
const BUCKETS_MAX = 10_000;

/** What a request leaves of a limit. */
interface Left {
  readonly limit: Limit;
  /** Not below 0. */
  readonly remaining: number;
  /** Seconds until all of it is there again, for rates; for what is limited at the same time 0. */
  readonly reset: number;
}

/**
 * Fixed limits that an operator can set. A rate is a bucket that holds a second's worth and can be overdrawn once: how many events a body holds is
 * known only after it was read, so what it was too much is waited for by the next request.
 */
export class OperatorLimits {
  private readonly limits: readonly Limit[];
  private readonly now: () => number;
  private readonly onRefused: () => void;
  /** When a bucket will be full: the further in the future, the more was taken. By limit and name. */
  private readonly fullAt = new Map<string, number>();
  private readonly counts = new Map<string, number>();

  constructor(
    limits: readonly Limit[],
    { now = () => performance.now(), onRefused = () => undefined }: LimitsOptions = {},
  ) {
    this.limits = limits;
    this.now = now;
    this.onRefused = onRefused;
  }

  get any(): boolean {
    return this.limits.length > 0;
  }

  /** @throws DaybookError `rate_limited` where a rate is used up. */
  requireRates(sender: Sender): void {
    for (const limit of this.limits) {
      if (!isRate(limit)) continue;
      const waitMs = (this.fullAt.get(nameOf(limit, sender)) ?? 0) - this.now() - 1000;
      if (waitMs >= 0) throw this.refusal(limit, sender, Math.max(1, Math.ceil(waitMs / 1000)));
    }
  }

  /** Counts what a request took. */
  took(sender: Sender, what: Rate, amount: number): void {
    for (const limit of this.limits) {
      if (limit.what !== what) continue;
      const name = nameOf(limit, sender);
      const now = this.now();
      this.fullAt.set(name, Math.max(now, this.fullAt.get(name) ?? 0) + (1000 * amount) / limit.max);
      if (this.fullAt.size > BUCKETS_MAX) this.forgetFull(now);
    }
  }

  /** Begins something that is limited at the same time. @returns a function that ends it. @throws DaybookError `rate_limited` */
  begin(sender: Sender, what: Count): () => void {
    const names: string[] = [];
    for (const limit of this.limits) {
      if (limit.what !== what) continue;
      const name = nameOf(limit, sender);
      if ((this.counts.get(name) ?? 0) >= limit.max) throw this.refusal(limit, sender, 1);
      names.push(name);
    }
    for (const name of names) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      for (const name of names) {
        const left = (this.counts.get(name) ?? 0) - 1;
        if (left > 0) this.counts.set(name, left);
        else this.counts.delete(name);
      }
    };
  }

  /** The fields RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers; none where nothing is limited. */
  headers(sender: Sender, limited: readonly Limited[]): Record<string, string> {
    const left = this.limits.filter(({ what }) => limited.includes(what)).map((limit) => this.left(limit, sender));
    if (left.length === 0) return {};
    return {
      "ratelimit-policy": left.map(({ limit }) => policyOf(limit)).join(", "),
      ratelimit: left
        .map(({ limit, remaining, reset }) => `"${idOf(limit)}";r=${remaining}${isRate(limit) ? `;t=${reset}` : ""}`)
        .join(", "),
    };
  }

  private left(limit: Limit, sender: Sender): Left {
    const name = nameOf(limit, sender);
    if (!isRate(limit)) return { limit, remaining: limit.max - (this.counts.get(name) ?? 0), reset: 0 };
    const ms = Math.max(0, (this.fullAt.get(name) ?? 0) - this.now());
    return { limit, remaining: Math.max(0, Math.floor(limit.max * (1 - ms / 1000))), reset: Math.ceil(ms / 1000) };
  }

  private refusal(limit: Limit, sender: Sender, retryAfterSeconds: number): DaybookError {
    this.onRefused();
    const { what, max, per } = limit;
    const rate = isRate(limit) ? " a second" : " at the same time";
    const limited = what === "live" ? "live streams" : what;
    return new DaybookError("rate_limited", `The limit is ${max} ${limited}${rate} for each ${per}.`, {
      retryAfterSeconds,
      headers: this.headers(sender, [what]),
    });
  }

  private forgetFull(now: number): void {
    for (const [name, at] of this.fullAt) if (at <= now) this.fullAt.delete(name);
  }
}

function isRate({ what }: Limit): boolean {
  return (RATES as readonly string[]).includes(what);
}

function idOf({ what, per }: Limit): string {
  return `${what}-per-${per}`;
}

/** Two are registered by the draft; it has none for events. */
const UNITS: Readonly<Record<Limited, string>> = {
  events: "events",
  bytes: "content-bytes",
  live: "concurrent-requests",
  queries: "concurrent-requests",
  exports: "concurrent-requests",
};

/** A window of a second; what is limited at the same time has none. */
function policyOf(limit: Limit): string {
  const { what, max } = limit;
  return `"${idOf(limit)}";q=${max};qu="${UNITS[what]}"${isRate(limit) ? ";w=1" : ""}`;
}

function nameOf(limit: Limit, { organization, key }: Sender): string {
  return `${limit.what} ${limit.per === "key" ? `${organization}/${key}` : organization}`;
}
