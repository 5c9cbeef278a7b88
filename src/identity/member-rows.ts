import { uuidv7 } from "@daybook/sdk";
import type { Kysely } from "kysely";
import type { Person } from "./personal.ts";
import { type Schema, storedTimeMs } from "./schema.ts";
import { roleOf } from "./sessions.ts";
import type { Change } from "./store.ts";
import type { Role } from "./vocabulary.ts";

export interface MemberRow {
  readonly user: Person;
  readonly role: Role;
  /** Milliseconds since the Unix epoch. */
  readonly joinedAt: number;
}

/** Creates an account that signs in with a password. @param password its hash. @throws when the e-mail has an account already. */
export async function createPerson(
  change: Change,
  { name, email }: { name: string; email: string },
  password: string,
): Promise<Person> {
  const user = await change.auth.createUser({ name, email, emailVerified: false }, { method: "email-password" });
  await change.auth.createAccount({ userId: user.id, accountId: user.id, providerId: "credential", password });
  return { id: user.id, name: user.name, email: user.email };
}

/** @throws when the person is a member already. */
export async function addMember(
  { db }: Change,
  { organization, userId, role }: { organization: string; userId: string; role: Role },
  nowMs: number,
): Promise<void> {
  const createdAt = new Date(nowMs).toISOString();
  await db
    .insertInto("member")
    .values({ id: uuidv7(nowMs), organizationId: organization, userId, role, createdAt })
    .execute();
}

/** The members of an organization, or one of them. */
export async function memberRows(db: Kysely<Schema>, organization: string, userId?: string): Promise<MemberRow[]> {
  let query = db
    .selectFrom("member")
    .innerJoin("user", "user.id", "member.userId")
    .select(["user.id", "user.name", "user.email", "member.role", "member.createdAt"])
    .where("member.organizationId", "=", organization);
  if (userId !== undefined) query = query.where("member.userId", "=", userId);
  const rows = await query.execute();
  return rows.map(({ id, name, email, role, createdAt }) => ({
    user: { id, name, email },
    role: roleOf(role),
    joinedAt: storedTimeMs(createdAt),
  }));
}
