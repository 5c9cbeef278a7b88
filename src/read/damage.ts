import { DaybookError } from "../errors.ts";
import type { Place } from "../search/index.ts";

/**
 * Why, in a word that is part of the API: `log`: the log cannot be read there. `header`, `body`: the entry is not what was acknowledged. `search`:
 * search names an entry that is not this reader's, or names it wrongly.
 */
export type DamageReason = "log" | "header" | "body" | "search";

/** Each with what the reader gets to know, and what the operator and the integrity alarm do. */
const DAMAGES = {
  unreadable: { reason: "log", text: "the log is damaged there" },
  header: { reason: "header", text: "its header does not have the leaf hash that was recorded" },
  body: { reason: "body", text: "its body does not have the hash that its header commits to" },
  bodiless: { reason: "body", text: "its body is missing, and nothing that was recorded says why" },
  sequence: { reason: "search", text: "search gives it another sequence than the log" },
  organization: { reason: "search", text: "search names an entry of another organization" },
  filter: { reason: "search", text: "search names an entry that the reader's fixed filter excludes" },
  beyond: { reason: "search", text: "search names a position that the log does not have" },
  repeated: { reason: "search", text: "search names it twice" },
  person: { reason: "search", text: "search names another person than acted" },
  resource: { reason: "search", text: "search names another resource than the event is of" },
} as const satisfies Readonly<Record<string, { reason: DamageReason; text: string }>>;

/** Why a place that search named has no event to show. */
export type Damage = keyof typeof DAMAGES;

export function damageText(damage: Damage): string {
  return DAMAGES[damage].text;
}

export function damageReason(damage: Damage): DamageReason {
  return DAMAGES[damage].reason;
}

/** What a reader gets in the place of an event that cannot be shown. */
export interface DamagedItem {
  readonly damaged: true;
  readonly tenant_id: string;
  /** Absent where the place is search's invention: it is not said what else is there. */
  readonly sequence?: number;
  readonly reason: DamageReason;
}

export function damagedItem(organization: string, sequence: number, damage: Damage): DamagedItem {
  const reason = damageReason(damage);
  return { damaged: true, tenant_id: organization, ...(reason === "search" ? {} : { sequence }), reason };
}

/** For whoever needs this very entry. */
export function damagedEntry(organization: string, sequence: number, damage: Damage): DaybookError {
  return new DaybookError("entry_damaged", `Entry ${sequence} of ${organization} is damaged: ${damageText(damage)}.`);
}

export type DamageListener = (organization: string, place: Place, damage: Damage) => void;

/** Places that are remembered; what is damaged beyond that many is reported again. */
const REMEMBERED_MAX = 10_000;

/** Passes each damaged place on once: a page that is read again and again must not raise the same alarm each time. */
export function oncePerPlace(report: DamageListener): DamageListener {
  const reported = new Set<string>();
  return (organization, place, damage) => {
    const key = `${organization} ${place.sequence} ${place.position} ${damage}`;
    if (reported.has(key)) return;
    if (reported.size >= REMEMBERED_MAX) reported.clear();
    reported.add(key);
    report(organization, place, damage);
  };
}
