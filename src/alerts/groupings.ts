import { networkOf, type StoredEvent } from "../event/index.ts";

/** What matches can be grouped by. An event without it is in no group. */
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
 * The values that an event is compared by. It is new only if none of them is known. The first one is the value that is shown. A country comes with
 * its network, which is compared if the country is not known. So nobody becomes new when the address database is added or replaced.
 */
export function comparedBy(event: StoredEvent, of: Novelty, countryOf: CountryOf): readonly string[] {
  const value = groupOf(event, of === "country" ? "network" : of);
  if (value === undefined) return [];
  const country = of === "country" ? countryOf(event.context?.ip ?? "") : undefined;
  return country === undefined ? [value] : [country, value];
}

/** The group that an event is counted in. Empty if all events are counted together. */
export function groupOf(event: StoredEvent, by: Grouping | undefined): string | undefined {
  return by === undefined ? "" : VALUES[by](event);
}
