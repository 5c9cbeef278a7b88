import type { PersonalAct } from "./personal.ts";
import type { SessionInfo } from "./profile-contract.ts";
import { storedTimeMs } from "./schema.ts";
import type { Change, Store } from "./store.ts";

/** A person's sessions that have not ended: the current one first, then by last use. */
export async function listSessions(
  { db }: Pick<Store, "db">,
  userId: string,
  current: string,
  nowMs: number,
): Promise<SessionInfo[]> {
  const rows = await db
    .selectFrom("session")
    .selectAll()
    .where("userId", "=", userId)
    .where("expiresAt", ">", new Date(nowMs).toISOString())
    .execute();
  return rows
    .map((row) => ({
      id: row.id,
      current: row.id === current,
      createdAt: storedTimeMs(row.createdAt),
      lastUsedAt: storedTimeMs(row.updatedAt),
      expiresAt: storedTimeMs(row.expiresAt),
      ip: row.ipAddress || undefined,
      userAgent: row.userAgent || undefined,
    }))
    .sort((a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt - a.lastUsedAt);
}

/**
 * Ends a person's sessions within a change: all, or those that `which` leaves. What has run out by itself is forgotten on the way.
 * @returns an act for each that was ended.
 */
export async function endSessions(
  { db }: Change,
  userId: string,
  which: { readonly only?: string; readonly except?: string },
  by: { readonly reason: "password_change" | "sign_out_everywhere" | "ended_by_user"; readonly session?: string },
  nowMs: number,
): Promise<PersonalAct[]> {
  const now = new Date(nowMs).toISOString();
  await db.deleteFrom("session").where("userId", "=", userId).where("expiresAt", "<=", now).execute();
  let ending = db.deleteFrom("session").where("userId", "=", userId).returning("id");
  if (which.only !== undefined) ending = ending.where("id", "=", which.only);
  if (which.except !== undefined) ending = ending.where("id", "!=", which.except);
  return (await ending.execute()).map(({ id }) => ({
    action: "session.revoke",
    resource: { type: "session", id },
    description: "Ended a session",
    ...(by.session === undefined ? {} : { sessionId: by.session }),
    metadata: { reason: by.reason },
  }));
}
