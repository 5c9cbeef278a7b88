import { randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { Schema } from "./schema.ts";
import { hashSecret } from "./secrets.ts";

const COUNT = 10;
/** Crockford's base32: no letters that are read as digits. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH = 16;

/** Ten codes of 80 random bits each, as `xxxx-xxxx-xxxx-xxxx`: too many to try, also for who has the hashes. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: COUNT }, () => {
    const characters = Array.from(randomBytes(LENGTH), (byte) => ALPHABET.charAt(byte & 31)).join("");
    return characters.replace(/.{4}(?=.)/g, "$&-");
  });
}

/** What the database keeps of a code, however it was typed. */
export function recoveryCodeHash(typed: string): string {
  const code = typed.toLowerCase().replace(/[\s-]/g, "").replaceAll("o", "0").replace(/[il]/g, "1");
  return hashSecret(code);
}

/** Stores codes in place of all that a person has. */
export async function replaceRecoveryCodes(
  db: Kysely<Schema>,
  userId: string,
  codes: readonly string[],
): Promise<void> {
  await db.deleteFrom("recovery_code").where("user_id", "=", userId).execute();
  if (codes.length === 0) return;
  const rows = codes.map((code) => ({ user_id: userId, hash: recoveryCodeHash(code) }));
  await db.insertInto("recovery_code").values(rows).execute();
}

/**
 * Uses a code up: of two at a time, one gets it, because deleting its row is what takes it.
 * @returns how many are left, or undefined when it is none of the person's.
 */
export async function consumeRecoveryCode(
  db: Kysely<Schema>,
  userId: string,
  hash: string,
): Promise<number | undefined> {
  const consumed = await db
    .deleteFrom("recovery_code")
    .where("user_id", "=", userId)
    .where("hash", "=", hash)
    .returning("hash")
    .executeTakeFirst();
  if (consumed === undefined) return undefined;
  const { left } = await db
    .selectFrom("recovery_code")
    .select((eb) => eb.fn.countAll<number>().as("left"))
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  return Number(left);
}
