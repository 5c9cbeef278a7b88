import { decodeEntry, type StoredEvent } from "../event/index.ts";
import type { Query } from "../query/index.ts";
import type { Place } from "../search/index.ts";
import { type Damage, type DamageReason, damageReason } from "./damage.ts";
import { readEntries } from "./entries.ts";
import type { ReaderParts } from "./parts.ts";

/** What search counted, and the place of an entry that says how it is called. */
interface Counted {
  readonly place: Place;
}

/** What is said instead of a name where the entry that gives it is damaged. */
export interface Unnamed {
  readonly damaged: true;
  readonly reason: DamageReason;
}

interface Naming<Item, Name> {
  /** How the event calls it; undefined where the event is of another one, which search invented then. */
  readonly nameOf: (event: StoredEvent, item: Item) => Name | undefined;
  /** What that is called. */
  readonly invented: Damage;
}

/** The names of what search counted, in its order: each is read from one entry of the log, which is checked as every entry is. */
export async function namesOf<Item extends Counted, Name extends object>(
  parts: ReaderParts,
  query: Query,
  items: readonly Item[],
  { nameOf, invented }: Naming<Item, Name>,
): Promise<(Name | Unnamed)[]> {
  const names: (Name | Unnamed)[] = [];
  const places = items.map(({ place }) => place);
  for await (const found of readEntries(parts, query, places)) {
    for (const one of found) {
      const item = items[names.length];
      if ("damage" in one) {
        names.push({ damaged: true, reason: damageReason(one.damage) });
        continue;
      }
      const name = item && nameOf(decodeEntry(one.entry.header, one.entry.body), item);
      if (name === undefined) parts.onDamage(query.tenant, one.place, invented);
      names.push(name ?? { damaged: true, reason: damageReason(invented) });
    }
  }
  return names;
}

/** The members among these that there are. */
export function given<Member extends string>(
  from: { readonly [name in Member]?: string | undefined },
  ...members: readonly Member[]
): { [name in Member]?: string } {
  const present: { [name in Member]?: string } = {};
  for (const member of members) {
    const value = from[member];
    if (value !== undefined) present[member] = value;
  }
  return present;
}
