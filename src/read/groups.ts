import type { StoredEvent } from "../event/index.ts";
import type { Query } from "../query/index.ts";
import type { Group, GroupOptions } from "../search/index.ts";
import { given, namesOf, type Unnamed } from "./named.ts";
import type { ReaderParts } from "./parts.ts";

/** What a group is, and how it is called where it has a name. */
interface Named {
  readonly value: string;
  readonly type?: string;
  readonly name?: string;
  readonly email?: string;
}

/** A group as the API gives it. One whose entry is damaged is counted, and not named. */
export type NamedGroup = (Named | Unnamed) & Pick<Group, "count" | "first" | "last" | "actors">;

/** The groups of a query's matches. Search says which and how many; how people and resources are called, the log says. */
export async function namedGroups(
  parts: ReaderParts,
  query: Query,
  options: GroupOptions,
): Promise<{ groups: readonly NamedGroup[]; more: boolean }> {
  const { groups, more } = await parts.search.groups(query, options);
  const names = await namesOfGroups(parts, query, options, groups);
  const counted = groups.map(({ value, count, first, last, actors }, at) => {
    return { ...(names[at] ?? { value }), count, first, last, actors };
  });
  return { groups: counted, more };
}

async function namesOfGroups(
  parts: ReaderParts,
  query: Query,
  { by }: GroupOptions,
  groups: readonly Group[],
): Promise<readonly (Named | Unnamed)[]> {
  if (by === "actor_id") return namesOf(parts, query, groups, { nameOf: personOf, invented: "person" });
  if (by === "resource") return namesOf(parts, query, groups, { nameOf: resourceOf, invented: "resource" });
  return [];
}

function personOf({ actor }: StoredEvent, { value }: Group): Named | undefined {
  return actor.id === value ? { value, ...given(actor, "name", "email") } : undefined;
}

function resourceOf({ resource }: StoredEvent, { value, type }: Group): Named | undefined {
  if (resource.id !== value || resource.type !== type) return undefined;
  return { value, type, ...given(resource, "name") };
}
