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

/** What an event is counted under. The empty text where all are counted together. */
export function groupOf(event: StoredEvent, by: Grouping | undefined): string | undefined {
  return by === undefined ? "" : VALUES[by](event);
}
