import type { Person } from "../../../api/people.ts";

/** So many people of one name can be looked for at once. */
export const SAME_NAME_MAX = 5;

/**
 * Who is meant by what was typed for a user: an id, an e-mail or name, or a part of one that few people have. What nobody has is taken for
 * an id that has no events.
 * @param people those whose id, name or e-mail holds the text. @returns ids; undefined when too many could be meant.
 */
export function resolvePerson(text: string, people: readonly Person[]): readonly string[] | undefined {
  const wanted = text.toLowerCase();
  const same = (one: string | undefined) => one?.toLowerCase() === wanted;
  const candidates = [
    people.filter(({ id }) => id === text),
    people.filter(({ email }) => same(email)),
    people.filter(({ name }) => same(name)),
    people,
  ];
  const found = candidates.find((some) => some.length > 0) ?? [];
  if (found.length > SAME_NAME_MAX) return undefined;
  return found.length === 0 ? [text] : found.map(({ id }) => id);
}
