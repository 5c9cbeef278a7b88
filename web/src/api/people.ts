import type { Request } from "./request.ts";
import type { Facets } from "./schema.ts";

/** Somebody, or something, that acted: as the newest event that gives a name or an e-mail has them. */
export type Person = Pick<Facets["values"][number], "count" | "name" | "email"> & { readonly id: string };

interface Asked {
  /** Only those whose id, name or e-mail holds this. */
  readonly find: string;
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Who acted in the events of a query, whatever users it asks for: who did most comes first. @throws Problem */
export async function fetchPeople(request: Request, query: URLSearchParams, { find, limit, signal }: Asked) {
  const parameters = new URLSearchParams(query);
  parameters.set("field", "actor_id");
  parameters.set("names", "true");
  parameters.set("limit", String(limit));
  if (find !== "") parameters.set("find", find);
  const body: Facets = await (await request(`/v1/events/facets?${parameters}`, { signal })).json();
  // One whose entry is damaged has no id.
  const people = body.values.flatMap(({ value, ...rest }): Person[] =>
    value === undefined ? [] : [{ id: value, ...rest }],
  );
  return { people, more: body.more };
}
