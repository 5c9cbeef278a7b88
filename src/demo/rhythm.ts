import type { Random } from "./random.ts";
import type { Organization, Site } from "./world.ts";

const HOUR_MS = 3_600_000;
/** Relative activity at each local hour of a working day. */
const WORKDAY = [2, 1, 1, 1, 1, 2, 6, 18, 48, 80, 92, 86, 58, 72, 90, 88, 76, 50, 24, 13, 9, 7, 5, 3] as const;
const WEEKEND_SHARE = 0.07;

/** How busy a place is at that moment; a weekday's late morning is about 90. */
export function busyness(site: Pick<Site, "utcOffsetHours">, atMs: number): number {
  const local = new Date(atMs + site.utcOffsetHours * HOUR_MS);
  const load = WORKDAY[local.getUTCHours()] ?? 1;
  const day = local.getUTCDay();
  return day === 0 || day === 6 ? load * WEEKEND_SHARE + 0.5 : load;
}

/**
 * Spreads a fixed number of moments over a period so that each hour gets its share: moment i lies at a random point of the
 * i-th of equal slices of all activity. They come in order of time, and nothing has to be kept.
 */
export class Rhythm {
  private readonly startMs: number;
  private readonly endMs: number;
  private readonly hours: number;
  private readonly organizations: readonly Organization[];
  /** Cumulative load, one row an hour, one column an organization; a row goes on where the last one ended. */
  private readonly cumulative: Float64Array;

  constructor(organizations: readonly Organization[], startMs: number, endMs: number) {
    this.organizations = organizations;
    this.startMs = startMs;
    this.endMs = endMs;
    this.hours = Math.ceil((endMs - startMs) / HOUR_MS);
    this.cumulative = new Float64Array(this.hours * organizations.length);
    let total = 0;
    for (let hour = 0; hour < this.hours; hour++) {
      const atMs = startMs + hour * HOUR_MS;
      for (const [column, organization] of organizations.entries()) {
        const { sites, weight } = organization;
        total += (weight * sites.reduce((sum, site) => sum + busyness(site, atMs), 0)) / sites.length;
        this.cumulative[hour * organizations.length + column] = total;
      }
    }
  }

  /** `count` moments, oldest first, each with the organization that is active then. */
  *moments(count: number, random: Random): Generator<{ atMs: number; organization: Organization }> {
    const columns = this.organizations.length;
    const total = this.cumulative[this.cumulative.length - 1] ?? 0;
    let hour = 0;
    let hourStartsAt = 0;
    for (let index = 0; index < count; index++) {
      const point = ((index + random.float()) / count) * total;
      let hourEndsAt = this.cumulative[(hour + 1) * columns - 1] ?? total;
      while (point >= hourEndsAt && hour + 1 < this.hours) {
        hour++;
        hourStartsAt = hourEndsAt;
        hourEndsAt = this.cumulative[(hour + 1) * columns - 1] ?? total;
      }
      const share = (point - hourStartsAt) / (hourEndsAt - hourStartsAt);
      const from = this.startMs + hour * HOUR_MS;
      const to = Math.min(from + HOUR_MS, this.endMs);
      const load = hourStartsAt + random.float() * (hourEndsAt - hourStartsAt);
      yield { atMs: Math.floor(from + share * (to - from)), organization: this.organizationAt(hour, load) };
    }
  }

  /** Binary search in one hour's row: the first organization whose cumulative load exceeds `load`. */
  private organizationAt(hour: number, load: number): Organization {
    const row = hour * this.organizations.length;
    let low = 0;
    let high = this.organizations.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.cumulative[row + middle] ?? 0) > load) high = middle;
      else low = middle + 1;
    }
    const organization = this.organizations[low];
    if (organization === undefined) throw new RangeError("a rhythm needs at least one organization");
    return organization;
  }
}
