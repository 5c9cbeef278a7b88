import type { Request } from "./request.ts";

/** What events are grouped by. A network is a /24 of IPv4 or a /64 of IPv6. */
export type GroupKey = "actor_id" | "resource" | "ip" | "network";

export interface Group {
  /** An id, an address or a network. */
  readonly value: string;
  /** Of a resource. */
  readonly type?: string;
  readonly name?: string;
  readonly email?: string;
  readonly count: number;
  /** RFC 3339, of the first and of the last event. */
  readonly first: string;
  readonly last: string;
  /** Distinct users, those included that are known by an e-mail alone. */
  readonly actors: number;
}

export interface Groups {
  /** Most frequent first. */
  readonly groups: readonly Group[];
  /** There are further groups. */
  readonly more: boolean;
}

/** @throws Problem */
export async function fetchGroups(
  request: Request,
  query: URLSearchParams,
  { by, limit, signal }: { by: GroupKey; limit: number; signal: AbortSignal },
): Promise<Groups> {
  const parameters = new URLSearchParams(query);
  parameters.set("by", by);
  parameters.set("limit", String(limit));
  const answer: { groups: (Omit<Group, "value"> & { value?: string })[]; more: boolean } = await (
    await request(`/v1/groups?${parameters}`, { signal })
  ).json();
  // One whose entry is damaged has no value.
  const groups = answer.groups.flatMap(({ value, ...rest }): Group[] =>
    value === undefined ? [] : [{ value, ...rest }],
  );
  return { groups, more: answer.more };
}
