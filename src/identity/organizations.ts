import type { Actor, Origin } from "./contract.ts";
import { ownEvent } from "./events.ts";
import { organizationSearchText } from "./schema.ts";
import type { Change } from "./store.ts";

/** Makes an organization, or renames it, or leaves it as it is when it has that name; records what it did. */
export async function writeOrganization(
  change: Change,
  organization: { id: string; name: string },
  by: Actor,
  origin: Origin,
  nowMs: number,
): Promise<{ created: boolean }> {
  const { id, name } = organization;
  const act = { organization: id, actor: by, resource: { type: "organization", id, name } } as const;
  const inserted = await change.db
    .insertInto("organization")
    .values({
      id,
      name,
      slug: id,
      createdAt: new Date(nowMs).toISOString(),
      time_zone: null,
      search_text: organizationSearchText(id, name),
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (inserted !== undefined) {
    const description = "Created the organization";
    change.record(ownEvent({ ...act, action: "organization.create", description }, origin, nowMs));
    return { created: true };
  }
  const before = await lockedName(change, id);
  if (before === name) return { created: false };
  await change.db
    .updateTable("organization")
    .set({ name, search_text: organizationSearchText(id, name) })
    .where("id", "=", id)
    .execute();
  const description = "Renamed the organization";
  const changes = [{ path: "name", before, after: name }];
  change.record(ownEvent({ ...act, action: "organization.update", description, changes }, origin, nowMs));
  return { created: false };
}

/** The name as it stands, with its row locked until the transaction ends: two renames at once each record what they replaced. */
async function lockedName(change: Change, id: string): Promise<string> {
  const row = await change.db
    .updateTable("organization")
    .set((eb) => ({ slug: eb.ref("slug") }))
    .where("id", "=", id)
    .returning("name")
    .executeTakeFirstOrThrow();
  return row.name;
}
