import { uuidv7 } from "@daybook/sdk";
import type { ExpressionBuilder, Kysely } from "kysely";
import type { Schema } from "./schema.ts";
import { hashSecret, newSecret } from "./secrets.ts";

export type TokenPurpose = "set_up" | "sign_in" | "invitation";

/**
 * Makes a token and stores its hash. There is one set-up token at a time: a new one replaces it.
 * @param token.subject the user's id for `sign_in`, the invitation's for `invitation`.
 * @param token.expiresAt milliseconds since the Unix epoch; undefined: until it is used.
 */
export async function issueToken(
  db: Kysely<Schema>,
  token: { purpose: TokenPurpose; subject?: string; expiresAt?: number },
  nowMs: number,
): Promise<string> {
  const secret = newSecret();
  const row = {
    token_hash: hashSecret(secret),
    subject: token.subject ?? null,
    created_at: nowMs,
    expires_at: token.expiresAt ?? null,
  };
  await db
    .insertInto("one_time_token")
    .values({ id: tokenId(token, nowMs), purpose: token.purpose, ...row })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
  return secret;
}

/** What there is one token for has a token of that id. */
function tokenId({ purpose, subject }: { purpose: TokenPurpose; subject?: string }, nowMs: number): string {
  if (purpose === "set_up") return "set_up";
  if (purpose === "invitation" && subject !== undefined) return subject;
  return uuidv7(nowMs);
}

/** From now on the link of an invitation opens nothing. */
export async function revokeInvitationToken(db: Kysely<Schema>, invitation: string): Promise<void> {
  await db.deleteFrom("one_time_token").where("id", "=", invitation).where("purpose", "=", "invitation").execute();
}

/** Looks a token up without using it. */
export async function findToken(
  db: Kysely<Schema>,
  purpose: TokenPurpose,
  secret: string,
  nowMs: number,
): Promise<{ subject: string | null } | undefined> {
  return db
    .selectFrom("one_time_token")
    .select("subject")
    .where(isValid(purpose, secret, nowMs))
    .executeTakeFirst();
}

/** Uses a token up: of two at a time, one gets it, because deleting its row is what takes it. */
export async function consumeToken(
  db: Kysely<Schema>,
  purpose: TokenPurpose,
  secret: string,
  nowMs: number,
): Promise<{ subject: string | null } | undefined> {
  return db
    .deleteFrom("one_time_token")
    .where(isValid(purpose, secret, nowMs))
    .returning("subject")
    .executeTakeFirst();
}

/** Tokens nobody can use any more. */
export async function deleteExpiredTokens(db: Kysely<Schema>, nowMs: number): Promise<void> {
  await db.deleteFrom("one_time_token").where("expires_at", "<=", nowMs).execute();
}

function isValid(purpose: TokenPurpose, secret: string, nowMs: number) {
  return (eb: ExpressionBuilder<Schema, "one_time_token">) =>
    eb.and([
      eb("token_hash", "=", hashSecret(secret)),
      eb("purpose", "=", purpose),
      eb.or([eb("expires_at", "is", null), eb("expires_at", ">", nowMs)]),
    ]);
}
