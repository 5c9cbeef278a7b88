import type { Place } from "../search/index.ts";
import type { Damage } from "./check.ts";
import type { DamageListener } from "./entries.ts";

/** Places that are remembered; what is damaged beyond that many is reported again. */
const REMEMBERED_MAX = 10_000;

/** Passes each damaged place on once: a page that is read again and again must not raise the same alarm each time. */
export function oncePerPlace(report: DamageListener): DamageListener {
  const reported = new Set<string>();
  return (organization: string, place: Place, damage: Damage) => {
    const key = `${organization} ${place.sequence} ${place.position} ${damage}`;
    if (reported.has(key)) return;
    if (reported.size >= REMEMBERED_MAX) reported.clear();
    reported.add(key);
    report(organization, place, damage);
  };
}
