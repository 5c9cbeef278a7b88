import type { Kysely } from "kysely";
import { type Person, recordPersonal } from "./personal.ts";
import type { Origin } from "./principals.ts";
import type { PasswordGuessing } from "./profile-contract.ts";
import type { Schema } from "./schema.ts";
import type { Change } from "./store.ts";

/** Wrong passwords are counted for so long. */
const WITHIN_MS = 7 * 24 * 60 * 60 * 1000;
/** From so many networks, or so many in all, nobody mistypes in that time. What one network can try in a quarter of an hour is a tenth. */
const NETWORKS = 5;
const FAILURES = 50;
/** More networks than these are counted as one. */
const NETWORKS_MAX = 500;
const FURTHER_NETWORKS = "further networks";

/**
 * Counts a wrong password that came from no browser of the account's owner, within the change that records it. Slow guessing stays below every
 * throttle: it is noticed here, recorded once, and shown to the owner until they dismiss it.
 */
export async function countWrongPassword(
  change: Change,
  person: Person,
  network: string,
  origin: Origin,
  nowMs: number,
): Promise<void> {
  const { db } = change;
  const before = nowMs - WITHIN_MS;
  await db.deleteFrom("wrong_password").where("user_id", "=", person.id).where("last_at", "<", before).execute();
  const counted = (await countsOf(db, person.id)).networks < NETWORKS_MAX ? network : FURTHER_NETWORKS;
  await db
    .insertInto("wrong_password")
    .values({ user_id: person.id, network: counted, failures: 1, last_at: nowMs })
    .onConflict((c) =>
      c
        .columns(["user_id", "network"])
        .doUpdateSet((eb) => ({ failures: eb("wrong_password.failures", "+", 1), last_at: nowMs })),
    )
    .execute();
  const counts = await countsOf(db, person.id);
  if (counts.networks < NETWORKS && counts.failures < FAILURES) return;
  const noticed = await db
    .insertInto("password_guessing")
    .values({ user_id: person.id, noticed_at: nowMs, ...counts })
    .onConflict((c) => c.column("user_id").doNothing())
    .returning("user_id")
    .executeTakeFirst();
  if (noticed === undefined) {
    await db.updateTable("password_guessing").set(counts).where("user_id", "=", person.id).execute();
    return;
  }
  const act = {
    action: "auth.password_guessing",
    outcome: "failure",
    description: `Somebody guesses the password of ${person.name}`,
    metadata: { failures: counts.failures, networks: counts.networks, days: WITHIN_MS / (24 * 60 * 60 * 1000) },
  } as const;
  await recordPersonal(change, person, [act], origin, nowMs, { type: "system" });
}

/** What was noticed of a person's account, until they dismiss it. */
export async function passwordGuessing(db: Kysely<Schema>, userId: string): Promise<PasswordGuessing | undefined> {
  const row = await db.selectFrom("password_guessing").selectAll().where("user_id", "=", userId).executeTakeFirst();
  if (row === undefined) return undefined;
  return { noticedAt: Number(row.noticed_at), networks: row.networks, failures: row.failures };
}

/** From now on it is counted from the beginning. */
export async function dismissPasswordGuessing({ db }: Change, userId: string): Promise<void> {
  for (const table of ["password_guessing", "wrong_password"] as const) {
    await db.deleteFrom(table).where("user_id", "=", userId).execute();
  }
}

async function countsOf(db: Kysely<Schema>, userId: string): Promise<{ networks: number; failures: number }> {
  const { networks, failures } = await db
    .selectFrom("wrong_password")
    .select((eb) => [eb.fn.countAll().as("networks"), eb.fn.sum("failures").as("failures")])
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  return { networks: Number(networks), failures: Number(failures ?? 0) };
}
