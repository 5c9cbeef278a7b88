import type { Group, GroupKey } from "../../api/groups.ts";
import type { Filters } from "../filters/filters.ts";

/** What the events can be grouped by on the page; without one they are rows. */
export const GROUPINGS = ["actor_id", "ip", "resource"] as const satisfies readonly GroupKey[];
export type Grouping = (typeof GROUPINGS)[number];

export const GROUPING_NAMES = {
  actor_id: "User",
  ip: "IP address",
  resource: "Resource",
} as const satisfies Record<Grouping, string>;

/** The filters with those of one group. */
export function filtersOfGroup(
  filters: Filters,
  by: Grouping,
  { value, type }: Pick<Group, "value" | "type">,
): Filters {
  if (by === "actor_id") return { ...filters, actor_id: [value] };
  if (by === "ip") return { ...filters, ip: [value] };
  // Resources of two types can use one id.
  return { ...filters, resource_id: [value], ...(type !== undefined && { resource_type: type }) };
}
