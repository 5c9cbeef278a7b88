import { WorkingDay } from "./day.ts";
import { DEMO_DAYS, type DemoOptions } from "./demo.ts";
import { Random } from "./random.ts";
import { Rhythm } from "./rhythm.ts";
import type { DemoEvent } from "./scene.ts";
import { buildOrganization, type OrganizationPlan } from "./world.ts";

const ORGANIZATIONS = 100;
const PEOPLE = 20_000;
const LARGEST_SHARE = 0.2;
const SITES = [
  { city: "Berlin", utcOffsetHours: 1 },
  { city: "Boston", utcOffsetHours: -5 },
  { city: "Singapore", utcOffsetHours: 8 },
  { city: "São Paulo", utcOffsetHours: -3 },
] as const;

/** The largest organization holds a fifth; the others share the rest by Zipf's law. */
const PLANS: readonly OrganizationPlan[] = shares().map((share, index) => ({
  id: `org-${String(index).padStart(3, "0")}`,
  name: `Organization ${index}`,
  domain: `org-${index}.example`,
  weight: share,
  people: Math.max(6, Math.round(share * PEOPLE)),
  sites: [SITES[index % SITES.length] ?? SITES[0]],
}));

/** The organizations of the benchmark, the largest first. They must exist before its events are recorded. */
export const BENCHMARK_ORGANIZATIONS: readonly { readonly id: string; readonly name: string }[] = PLANS;

/** Ninety days of 100 organizations and 20,000 users up to `endMs`, oldest first, as a stream. Same seed, same bytes. */
export function* generateBenchmark({ seed, endMs, events }: DemoOptions): Generator<DemoEvent, void> {
  const random = new Random(seed);
  const organizations = PLANS.map((plan) => buildOrganization(plan, random));
  const rhythm = new Rhythm(organizations, endMs - DEMO_DAYS * 86_400_000, endMs);
  const days = new Map(organizations.map((organization) => [organization, new WorkingDay(organization)]));
  for (const { atMs, organization } of rhythm.moments(events, random)) {
    const day = days.get(organization);
    if (day !== undefined) yield day.next(atMs, random);
  }
}

function shares(): number[] {
  const others = Array.from({ length: ORGANIZATIONS - 1 }, (_, index) => 1 / (index + 2));
  const sum = others.reduce((total, share) => total + share, 0);
  return [LARGEST_SHARE, ...others.map((share) => (share / sum) * (1 - LARGEST_SHARE))];
}
