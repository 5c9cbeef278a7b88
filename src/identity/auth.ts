import { uuidv7 } from "@daybook/sdk";
import type { Auth, BetterAuthOptions } from "better-auth";
import { betterAuth } from "better-auth";
import { organization } from "better-auth/plugins/organization";
import type { Database } from "./database.ts";
import { knownAsker } from "./hash-queue.ts";
import { migrate } from "./migrate.ts";
import type { PasswordHasher } from "./passwords.ts";
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from "./passwords.ts";
import { BETTER_AUTH_ROLES } from "./permissions.ts";
import { storedSecret } from "./stored-secret.ts";

/** What of better-auth the rest of this directory works with. Its HTTP handler is mounted nowhere: every route is ours. */
export type AuthContext = Awaited<Auth<BetterAuthOptions>["$context"]>;

/** The database brought to this program's version, and better-auth on top of it. */
export async function openAuth(
  database: Database,
  settings: { publicUrl: string; passwords: PasswordHasher; now: () => number },
): Promise<AuthContext> {
  const options: BetterAuthOptions = {
    appName: "Daybook",
    baseURL: settings.publicUrl,
    database: { db: database.db, type: database.type, transaction: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH_MIN,
      maxPasswordLength: PASSWORD_LENGTH_MAX,
      password: {
        hash: (password) => settings.passwords.hash(password, "better-auth"),
        verify: ({ hash, password }) => settings.passwords.verify(hash, password, knownAsker("better-auth")),
      },
    },
    plugins: [organization({ allowUserToCreateOrganization: false, roles: BETTER_AUTH_ROLES })],
    advanced: {
      // The schema is brought up to date below; a check at a later time would wait for SQLite's one connection inside a transaction.
      database: { validateSchema: false, generateId: () => uuidv7(settings.now()) },
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
  };
  await migrate(database, options);
  // What better-auth encrypts its own secrets with. Sessions and keys do not depend on it: they are stored as hashes.
  options.secret = await storedSecret(database.db, "auth_secret");
  return betterAuth(options).$context;
}
