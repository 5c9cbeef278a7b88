import { entryJson } from "../event/index.ts";
import type { Damage } from "./check.ts";
import type { Found } from "./entries.ts";

/** What a reader gets in the place of an event that cannot be shown. */
export interface DamagedItem {
  readonly damaged: true;
  readonly tenant_id: string;
  /** Absent where the place is search's invention: it is not said what else is there. */
  readonly sequence?: number;
  readonly reason: PublicReason;
}

/**
 * Why, in a word that is part of the API: `log`: the log cannot be read there. `header`, `body`: the entry is not what was acknowledged. `search`:
 * search names an entry that is not this reader's, or names it wrongly.
 */
export type PublicReason = "log" | "header" | "body" | "search";

const PUBLIC: Readonly<Record<Damage, PublicReason>> = {
  unreadable: "log",
  header: "header",
  body: "body",
  bodiless: "body",
  sequence: "search",
  organization: "search",
  filter: "search",
  beyond: "search",
  repeated: "search",
  person: "search",
  resource: "search",
};

export function publicReason(damage: Damage): PublicReason {
  return PUBLIC[damage];
}

export function damagedItem(organization: string, sequence: number, damage: Damage): DamagedItem {
  const reason = publicReason(damage);
  return { damaged: true, tenant_id: organization, ...(reason === "search" ? {} : { sequence }), reason };
}

/** The JSON text of what is at a place, as the API returns it. */
export function foundJson(found: Found, organization: string): string {
  if ("damage" in found) return JSON.stringify(damagedItem(organization, found.place.sequence, found.damage));
  const { header, body, leafHash } = found.entry;
  return entryJson(header, body, Buffer.from(leafHash).toString("hex"));
}
