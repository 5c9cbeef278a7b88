import { networkOf, type StoredEvent } from "../event/index.ts";

/** What matches can be told apart by. An event that does not have it is in no group. */
export const GROUPINGS = ["user", "address", "network", "resource", "action", "key", "organization"] as const;
export type Grouping = (typeof GROUPINGS)[number];

const VALUES: Readonly<Record<Grouping, (event: StoredEvent) => string | undefined>> = {
  user: ({ actor }) => actor.id,
  address: ({ context }) => context?.ip,
  network: ({ context }) => (context?.ip === undefined ? undefined : networkOf(context.ip)),
  resource: ({ resource }) => (resource.id === undefined ? undefined : `${resource.type} ${resource.id}`),
  action: ({ action }) => action,
  // The server writes this: no caller can speak for another key.
  key: ({ source }) => (source.type === "api_key" ? source.id : undefined),
  organization: ({ tenant_id }) => tenant_id,
};

/** The country of an address (ISO 3166-1, two letters). Undefined where no database of the operator knows it. */
export type CountryOf = (ip: string) => string | undefined;

/** What can be new: also the country of an address. */
export type Novelty = Grouping | "country";

/**
 * What an event is compared by: nothing of it is new where any of these is known. The first says what it is. A country has its network beside it: that is compared
 * where no country is known, and a database that comes later, or says something else, makes nobody new.
 */
export function comparedBy(event: StoredEvent, of: Novelty, countryOf: CountryOf): readonly string[] {
  const value = groupOf(event, of === "country" ? "network" : of);
  if (value === undefined) return [];
  const country = of === "country" ? countryOf(event.context?.ip ?? "") : undefined;
  return country === undefined ? [value] : [country, value];
}

/** What an event is counted under. The empty text where all are counted together. */
export function groupOf(event: StoredEvent, by: Grouping | undefined): string | undefined {
  return by === undefined ? "" : VALUES[by](event);
}
