import type { Role } from "../../src/identity/vocabulary.ts";
import { type Location, OWNER, openRaw } from "./fixture.ts";

export const BEN = { id: "ben", name: "Ben Member", email: "ben@example.com", password: OWNER.password };

/** A second person, with the owner's password, in these organizations; made behind identity's back. */
export async function addBen(location: Location, roles: Record<string, Role>): Promise<void> {
  await openRaw(location, async (db) => {
    const { id, name, email } = BEN;
    const user = await db.selectFrom("user").selectAll().executeTakeFirstOrThrow();
    await db
      .insertInto("user")
      .values({ ...plain(user), id, name, email })
      .execute();
    const account = await db.selectFrom("account").selectAll().executeTakeFirstOrThrow();
    const own = { id: "account-of-ben", accountId: id, userId: id };
    await db
      .insertInto("account")
      .values({ ...plain(account), ...own })
      .execute();
    for (const [organizationId, role] of Object.entries(roles)) {
      const createdAt = new Date().toISOString();
      await db
        .insertInto("member")
        .values({ id: `ben-in-${organizationId}`, organizationId, userId: id, role, createdAt })
        .execute();
    }
  });
}

/** A row as it can be inserted again: what PostgreSQL reads as a Date, SQLite keeps as text. */
function plain<T extends object>(row: T): T {
  const entries = Object.entries(row).map(([column, value]) => [
    column,
    value instanceof Date ? value.toISOString() : value,
  ]);
  return Object.fromEntries(entries) as T;
}
