import { closeAll } from "../close-all.ts";
import { DaybookError } from "../errors.ts";
import { Acceptance } from "./acceptance.ts";
import { Alerts } from "./alerts.ts";
import { Attempts } from "./attempts.ts";
import { openAuth } from "./auth.ts";
import { authorityOf } from "./authority.ts";
import type { Deliver, Identity, Principal, ViewerPrincipal } from "./contract.ts";
import { type DatabaseLocation, openDatabase } from "./database.ts";
import { Delivered } from "./delivered.ts";
import { Invitations } from "./invitations.ts";
import { KeyCache } from "./key-cache.ts";
import { Keys } from "./keys.ts";
import { KnownBrowsers } from "./known-browsers.ts";
import { Members } from "./members.ts";
import { Organizations } from "./organizations.ts";
import { Outbox } from "./outbox.ts";
import { OwnPassword } from "./own-password.ts";
import { type PasswordCost, PasswordHasher } from "./passwords.ts";
import { Profile } from "./profile.ts";
import { SavedViews } from "./saved-views.ts";
import { Sessions, sessionToken } from "./sessions.ts";
import { SetUp } from "./set-up.ts";
import { SignIn } from "./sign-in.ts";
import { Store } from "./store.ts";
import { storedSecret } from "./stored-secret.ts";
import { Streams } from "./streams.ts";
import { TwoFactor } from "./two-factor.ts";
import { VIEWER_TOKEN_PREFIX, ViewerTokens } from "./viewer-tokens.ts";
import { WayBack } from "./way-back.ts";

export type IdentityOptions = DatabaseLocation & {
  /** Public address of the console. */
  readonly publicUrl: string;
  readonly deliver: Deliver;
  /** Milliseconds since the Unix epoch. Default: Date.now. Throttling always goes by the real clock. */
  readonly now?: () => number;
  /** What hashing a new password costs. Default: as much as a sign-in may take; less where many are tried, as in tests. */
  readonly passwordCost?: PasswordCost | undefined;
  /** Gets errors that nobody waits for: a broken idle connection, a retried delivery. Default: a process warning. */
  readonly report?: (error: unknown) => void;
};

/**
 * Opens the identity database, making or migrating it as needed. What an earlier run left in the outbox is not delivered yet:
 * call `deliverPending` once the log takes events.
 * @throws Error when the database cannot be opened, or is a newer Daybook's.
 */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const now = options.now ?? Date.now;
  const report = options.report ?? warn;
  const database = await openDatabase(options, report);
  const passwords = new PasswordHasher(options.passwordCost);
  const auth = await openAuth(database, { publicUrl: options.publicUrl, passwords, now }).catch(
    async (error: unknown) => {
      await database.close();
      throw error;
    },
  );
  const outbox = new Outbox(database.db, options.deliver, now, report);
  const store = new Store(database, auth, outbox);
  const sessions = new Sessions(store, now, report);
  const attempts = new Attempts(store, now);
  const twoFactor = new TwoFactor(store, auth.secret, now);
  const ownPassword = new OwnPassword(store, attempts, passwords, now);
  const profile = new Profile({ store, ownPassword, attempts, twoFactor, passwords, now });
  const wayBack = new WayBack(store, twoFactor, passwords, now);
  const browsers = new KnownBrowsers(await storedSecret(database.db, "browser_secret"), now);
  const signIn = new SignIn({ store, sessions, passwords, attempts, twoFactor, browsers, now });
  const setUp = new SetUp(store, signIn, passwords, now);
  const members = new Members(store, now);
  const savedViews = new SavedViews(store, now);
  const streams = new Streams(store, now);
  const alerts = new Alerts(store, now);
  const invitations = new Invitations(store, now);
  const acceptance = new Acceptance({ store, signIn, passwords, attempts, now });
  const organizations = new Organizations(store, now);
  const keyCache = new KeyCache(database.db, now, report);
  const keys = new Keys(store, keyCache, now);
  const viewerTokens = new ViewerTokens(await storedSecret(database.db, "viewer_token_secret"), keys, now);

  // An organization never ends, so what was found once is believed for ever.
  const known = new Set<string>();

  const readerWith = async (authorization: string): Promise<Principal | ViewerPrincipal> => {
    const text = bearer(authorization);
    return text.startsWith(VIEWER_TOKEN_PREFIX) ? viewerTokens.verify(text) : keyCache.authenticate(text);
  };

  const authenticateReader = async (headers: Headers): Promise<Principal | ViewerPrincipal> => {
    const authorization = headers.get("authorization");
    if (authorization !== null) return readerWith(authorization);
    const token = sessionToken(headers);
    const principal = token === undefined ? undefined : await sessions.find(token);
    if (principal === undefined) throw new DaybookError("unauthenticated", "A valid API key or session is needed.");
    return principal;
  };

  return {
    isSetUp: () => setUp.isDone(),
    issueSetupToken: () => setUp.issueToken(),
    setUp: (input, origin, headers) => setUp.run(input, origin, headers && sessionToken(headers)),

    signIn: (input, origin, headers) => signIn.withPassword(input, origin, headers),
    signInWithToken: (token, origin, headers) => signIn.withToken(token, origin, headers && sessionToken(headers)),
    signOut: (headers, origin) => signIn.out(sessionToken(headers), origin),
    issueSignInToken: (email, validForMs) => wayBack.signInToken(email, validForMs),

    authenticate: async (headers) => notViewer(await authenticateReader(headers)),
    authenticateWith: async (authorization) => notViewer(await readerWith(authorization)),
    authenticateReader,
    issueViewerToken: (input, by) => viewerTokens.issue(input, by),

    profile,
    resetTwoFactor: (email, by, origin) => wayBack.resetTwoFactor(email, by, origin),
    resetPassword: (email, by, origin) => wayBack.resetPassword(email, by, origin),

    members,
    savedViews,
    streams,
    alerts,
    invitations: {
      list: (organization, by) => invitations.list(organization, by),
      create: (organization, invitation, by, origin) => invitations.create(organization, invitation, by, origin),
      withdraw: (organization, id, by, origin) => invitations.withdraw(organization, id, by, origin),
      lookUp: (token, origin) => acceptance.lookUp(token, origin),
      accept: (input, by, origin, headers) => acceptance.accept(input, by, origin, sessionToken(headers)),
    },

    async organizationExists(id) {
      if (known.has(id)) return true;
      const exists = (await organizations.find(id)) !== undefined;
      if (exists) known.add(id);
      return exists;
    },
    organization: (id) => organizations.find(id),
    permissionsIn: async (id, by) => (await authorityOf(store.db, by.user, id)).permissions,
    listOrganizations: (query) => organizations.list(query),
    putOrganization: (id, name, by, origin, mayRename) =>
      organizations.put({ id, name }, by, origin, mayRename ?? true),
    updateOrganization: (id, settings, by, origin) => organizations.update(id, settings, by, origin),

    createKey: (input, by, origin) => keys.create(input, by, origin),
    listKeys: (organization) => keys.list(organization),
    findKey: (id) => keys.find(id),
    revokeKey: (id, by, origin) => keys.revoke(id, by, origin),

    delivered: new Delivered(database.db),
    deliverPending: () => outbox.deliverPending(),
    async close() {
      await closeAll([() => outbox.close(), () => keyCache.flush(), () => database.close()]);
    },
  };
}

/** RFC 6750: the scheme's case does not matter. What is not a bearer token is no valid key either. */
function bearer(authorization: string): string {
  return /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), "DaybookIdentityWarning");
}

function notViewer(principal: Principal | ViewerPrincipal): Principal {
  if (principal.type !== "viewer") return principal;
  throw new DaybookError("forbidden", "A viewer token can only read the audit logs.");
}
