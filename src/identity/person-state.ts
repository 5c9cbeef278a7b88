import type { Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** Which of these people are asked for a second factor when they sign in. */
export async function twoFactorOf(db: Kysely<Schema>, userIds: readonly string[]): Promise<Set<string>> {
  if (userIds.length === 0) return new Set();
  const rows = await db
    .selectFrom("two_factor")
    .select("user_id")
    .where("user_id", "in", userIds)
    .where("confirmed_at", "is not", null)
    .execute();
  return new Set(rows.map((row) => row.user_id));
}

/** When these people were last here, in milliseconds since the Unix epoch, to five minutes; whoever never was is left out. */
export async function lastActiveOf(db: Kysely<Schema>, userIds: readonly string[]): Promise<Map<string, number>> {
  if (userIds.length === 0) return new Map();
  const rows = await db.selectFrom("user_activity").selectAll().where("user_id", "in", userIds).execute();
  return new Map(rows.map((row) => [row.user_id, row.last_active_at]));
}

/** Notes that a person is here now. */
export async function noteActivity(db: Kysely<Schema>, userId: string, nowMs: number): Promise<void> {
  await db
    .insertInto("user_activity")
    .values({ user_id: userId, last_active_at: nowMs })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet({ last_active_at: nowMs }))
    .execute();
}
