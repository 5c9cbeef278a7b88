import type { Request } from "./request.ts";
import type { Groups as Answer } from "./schema.ts";

/** What events are grouped by. A network is a /24 of IPv4 or a /64 of IPv6. */
export type GroupKey = Answer["by"];

/** What the events of a group have in common, how many they are, and when the first and the last happened. */
export type Group = Omit<Answer["groups"][number], "value"> & {
  /** An id, an address or a network. */
  readonly value: string;
};

/** Most frequent first. */
export type Groups = Pick<Answer, "more"> & { readonly groups: readonly Group[] };

/** @throws Problem */
export async function fetchGroups(
  request: Request,
  query: URLSearchParams,
  { by, limit, signal }: { by: GroupKey; limit: number; signal: AbortSignal },
): Promise<Groups> {
  const parameters = new URLSearchParams(query);
  parameters.set("by", by);
  parameters.set("limit", String(limit));
  const answer: Answer = await (await request(`/v1/groups?${parameters}`, { signal })).json();
  // One whose entry is damaged has no value.
  const groups = answer.groups.flatMap(({ value, ...rest }): Group[] =>
    value === undefined ? [] : [{ value, ...rest }],
  );
  return { groups, more: answer.more };
}
