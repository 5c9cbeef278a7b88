import { WorkingDay } from "./day.ts";
import { Random } from "./random.ts";
import { busyness, Rhythm } from "./rhythm.ts";
import type { DemoEvent } from "./scene.ts";
import { breakIn } from "./stories/break-in.ts";
import { clockBefore } from "./stories/clock.ts";
import { leaver } from "./stories/leaver.ts";
import { wrongWebhook } from "./stories/wrong-webhook.ts";
import { buildOrganization, type Organization, type OrganizationPlan } from "./world.ts";

export const DEMO_DAYS = 90;
/** The stories alone are several hundred events; with fewer than this, they would be the whole log. */
export const DEMO_EVENTS_MIN = 2_000;

const PLANS: readonly [OrganizationPlan, ...OrganizationPlan[]] = [
  {
    id: "northwind",
    name: "Northwind Robotics",
    domain: "northwind.example",
    weight: 58,
    people: 130,
    sites: [
      { city: "Lisbon", utcOffsetHours: 0 },
      { city: "Berlin", utcOffsetHours: 1 },
      { city: "Boston", utcOffsetHours: -5 },
    ],
  },
  {
    id: "juniper-ledger",
    name: "Juniper Ledger",
    domain: "juniperledger.example",
    weight: 16,
    people: 28,
    sites: [{ city: "Stockholm", utcOffsetHours: 1 }],
  },
  {
    id: "harbor-health",
    name: "Harbor Health",
    domain: "harborhealth.example",
    weight: 14,
    people: 24,
    sites: [{ city: "Chicago", utcOffsetHours: -6 }],
  },
  {
    id: "kitefin",
    name: "Kitefin Studio",
    domain: "kitefin.example",
    weight: 7,
    people: 10,
    sites: [{ city: "Tokyo", utcOffsetHours: 9 }],
  },
  {
    id: "oak-and-tin",
    name: "Oak & Tin",
    domain: "oakandtin.example",
    weight: 5,
    people: 8,
    sites: [{ city: "São Paulo", utcOffsetHours: -3 }],
  },
];

/** The organizations of the sample, the main one first. They must exist before its events are recorded. */
export const DEMO_ORGANIZATIONS: readonly { readonly id: string; readonly name: string }[] = PLANS;

export interface DemoOptions {
  /** The same seed and end give the same events, byte for byte. */
  readonly seed: number;
  /** Milliseconds since the Unix epoch; no event lies at or after it. */
  readonly endMs: number;
  /** How many events, exactly; at least DEMO_EVENTS_MIN. */
  readonly events: number;
}

/** Ninety days of activity up to `endMs`, oldest first. @throws RangeError when `events` is below DEMO_EVENTS_MIN. */
export function* generateDemo({ seed, endMs, events }: DemoOptions): Generator<DemoEvent, void> {
  if (events < DEMO_EVENTS_MIN) throw new RangeError(`a sample has at least ${DEMO_EVENTS_MIN} events`);
  const organizations = buildOrganizations(seed);
  const random = new Random(seed + 1);
  const stories = tellStories(organizations, endMs, random);
  const rhythm = new Rhythm(organizations, endMs - DEMO_DAYS * 86_400_000, endMs);
  const days = new Map(organizations.map((organization) => [organization, new WorkingDay(organization)]));
  let next = 0;
  for (const { atMs, organization } of rhythm.moments(events - stories.length, random)) {
    const now = new Date(atMs).toISOString();
    for (let story = stories[next]; story !== undefined && story.timestamp <= now; story = stories[++next]) yield story;
    const day = days.get(organization);
    if (day !== undefined) yield day.next(atMs, random);
  }
  yield* stories.slice(next);
}

/** Goes on where the sample ends: each call makes one event at the time it is given. */
export interface LiveDemo {
  /** @param nowMs milliseconds since the Unix epoch; never earlier than in the call before. */
  nextLiveEvent(nowMs: number): DemoEvent;
}

/**
 * The same people as in the sample of that seed. `startMs` must differ from run to run: it keeps ids from coming up twice.
 */
export function createLiveDemo({ seed, startMs }: { seed: number; startMs: number }): LiveDemo {
  const organizations = buildOrganizations(seed);
  const random = new Random(seed ^ startMs);
  const days = organizations.map((organization) => ({ organization, day: new WorkingDay(organization) }));
  return {
    nextLiveEvent(nowMs) {
      const loads = days.map(
        ({ organization }) =>
          organization.weight * Math.max(...organization.sites.map((site) => busyness(site, nowMs))),
      );
      let point = random.float() * loads.reduce((sum, load) => sum + load, 0);
      const index = loads.findIndex((load) => {
        point -= load;
        return point < 0;
      });
      return (days[index] ?? random.pick(days)).day.next(nowMs, random);
    },
  };
}

function buildOrganizations(seed: number): [Organization, ...Organization[]] {
  const random = new Random(seed);
  const [main, ...others] = PLANS;
  return [buildOrganization(main, random), ...others.map((plan) => buildOrganization(plan, random))];
}

function tellStories([main]: [Organization, ...Organization[]], endMs: number, random: Random): DemoEvent[] {
  const clock = clockBefore(endMs);
  return [breakIn, leaver, wrongWebhook]
    .flatMap((story) => story(main, clock, random))
    .sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
}
