import type { Kysely } from "kysely";
import type { Schema } from "./schema.ts";
import { newSecret } from "./secrets.ts";

/** A secret of the deployment itself: made once and kept in the database, so that every node on one PostgreSQL has the same. */
export async function storedSecret(
  db: Kysely<Schema>,
  name: "auth_secret" | "browser_secret" | "viewer_token_secret",
): Promise<string> {
  await db
    .insertInto("setting")
    .values({ name, value: newSecret() })
    .onConflict((c) => c.column("name").doNothing())
    .execute();
  const { value } = await db.selectFrom("setting").select("value").where("name", "=", name).executeTakeFirstOrThrow();
  return value;
}
