import { decodeEntry } from "../event/codec.ts";
import type { StoredEvent } from "../event/stored.ts";
import type { PeopleOptions, PersonField, Query } from "../search/contract.ts";
import { readEntries } from "./entries.ts";
import type { ReaderParts } from "./reader.ts";
import { type PublicReason, publicReason } from "./text.ts";

/** One value of a field of people, as the newest event that names it has them; or what says that this event is damaged. */
export type NamedValue =
  | { readonly value: string; readonly count: number; readonly name?: string; readonly email?: string }
  | { readonly damaged: true; readonly count: number; readonly reason: PublicReason };

/**
 * The people of a query's matches, with names. Search says who and how often; the names come from the log, from one entry for each, which is
 * checked as every entry is and must be of that very person. Ids that search invents are not shown.
 */
export async function namedValues(
  parts: ReaderParts,
  query: Query,
  options: PeopleOptions,
): Promise<{ values: readonly NamedValue[]; more: boolean }> {
  const { values, more } = await parts.search.people(query, options);
  const named: NamedValue[] = [];
  const places = values.map(({ place }) => place);
  for await (const found of readEntries(parts, query, places)) {
    for (const one of found) {
      const { value, count } = values[named.length] ?? { value: "", count: 0 };
      if ("damage" in one) {
        named.push({ damaged: true, count, reason: publicReason(one.damage) });
        continue;
      }
      const person = personOf(decodeEntry(one.entry.header, one.entry.body).actor, options.field);
      if (person?.id === value) {
        const { name, email } = person;
        named.push({
          value,
          count,
          ...(name === undefined ? {} : { name }),
          ...(email === undefined ? {} : { email }),
        });
        continue;
      }
      parts.onDamage(query.tenant, one.place, "person");
      named.push({ damaged: true, count, reason: publicReason("person") });
    }
  }
  return { values: named, more };
}

function personOf(actor: StoredEvent["actor"], field: PersonField) {
  return field === "actor_id" ? actor : actor.on_behalf_of;
}
