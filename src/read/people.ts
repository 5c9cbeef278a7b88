import type { StoredEvent } from "../event/index.ts";
import type { PersonField, Query } from "../query/index.ts";
import type { PeopleOptions } from "../search/index.ts";
import { given, namesOf, type Unnamed } from "./named.ts";
import type { ReaderParts } from "./parts.ts";

/** One value of a field of people, as the newest event that names it has them; or what says that this event is damaged. */
export type NamedValue =
  | { readonly value: string; readonly count: number; readonly name?: string; readonly email?: string }
  | (Unnamed & { readonly count: number });

/** The people of a query's matches, with names. Search says who and how often; the names come from the log. Ids that search invents are not shown. */
export async function namedValues(
  parts: ReaderParts,
  query: Query,
  options: PeopleOptions,
): Promise<{ values: readonly NamedValue[]; more: boolean }> {
  const { values, more } = await parts.search.people(query, options);
  const names = await namesOf(parts, query, values, {
    nameOf: ({ actor }, { value }) => {
      const person = personOf(actor, options.field);
      return person?.id === value ? { value, ...given(person, "name", "email") } : undefined;
    },
    invented: "person",
  });
  return { values: names.map((name, at) => ({ ...name, count: values[at]?.count ?? 0 })), more };
}

function personOf(actor: StoredEvent["actor"], field: PersonField) {
  return field === "actor_id" ? actor : actor.on_behalf_of;
}
