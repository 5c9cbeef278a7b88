import { closeAll } from "../close-all.ts";
import { Acceptance } from "./acceptance.ts";
import { accessOf } from "./access.ts";
import { Alerts } from "./alert-store.ts";
import { Attempts } from "./attempts.ts";
import { type AuthContext, openAuth } from "./auth.ts";
import { authorityOf } from "./authority.ts";
import { Callers } from "./callers.ts";
import type { Identity } from "./contract.ts";
import { type Database, type DatabaseLocation, openDatabase } from "./database.ts";
import { Delivered } from "./delivered-events.ts";
import { Invitations } from "./invitations.ts";
import { KeyCache } from "./key-cache.ts";
import { Keys } from "./keys.ts";
import { KnownBrowsers } from "./known-browsers.ts";
import { Members } from "./members.ts";
import { Organizations } from "./organizations.ts";
import { Outbox } from "./outbox.ts";
import type { Deliver } from "./own-events.ts";
import { OwnPassword } from "./own-password.ts";
import { type PasswordCost, PasswordHasher } from "./passwords.ts";
import { Profile } from "./profile.ts";
import { SavedViews } from "./saved-views.ts";
import { Sessions, sessionToken } from "./sessions.ts";
import { SetUp } from "./set-up.ts";
import { SignIn } from "./sign-in.ts";
import { Store } from "./store.ts";
import { storedSecret } from "./stored-secret.ts";
import { StreamMemories } from "./stream-memories.ts";
import { Streams } from "./stream-store.ts";
import { TwoFactor } from "./two-factor.ts";
import { ViewerTokens } from "./viewer-tokens.ts";
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
  return assemble(await construct(database, auth, { deliver: options.deliver, passwords, now, report }));
}

/** Everything that identity consists of, each with what it needs. */
async function construct(
  database: Database,
  auth: AuthContext,
  {
    deliver,
    passwords,
    now,
    report,
  }: { deliver: Deliver; passwords: PasswordHasher; now: () => number; report: (error: unknown) => void },
) {
  const outbox = new Outbox(database.db, deliver, now, report);
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
  const streamMemories = new StreamMemories(database.db);
  const alerts = new Alerts(store, now);
  const invitations = new Invitations(store, now);
  const acceptance = new Acceptance({ store, signIn, passwords, attempts, now });
  const organizations = new Organizations(store, now);
  const keyCache = new KeyCache(database.db, now, report);
  const keys = new Keys(store, keyCache, now);
  const viewerTokens = new ViewerTokens(await storedSecret(database.db, "viewer_token_secret"), keys, now);
  return {
    database,
    store,
    outbox,
    setUp,
    signIn,
    wayBack,
    profile,
    members,
    savedViews,
    streams,
    streamMemories,
    alerts,
    invitations,
    acceptance,
    organizations,
    keyCache,
    keys,
    viewerTokens,
    callers: new Callers({ sessions, keys: keyCache, viewerTokens, organizations }),
  };
}

/** Says which part does what is asked of identity. */
function assemble(parts: Awaited<ReturnType<typeof construct>>): Identity {
  const { signIn, setUp, wayBack, viewerTokens, callers, invitations, acceptance, organizations, keys, outbox } = parts;
  const { profile, members, savedViews, streams, streamMemories, alerts, database, store, keyCache } = parts;
  return {
    isSetUp: () => setUp.isDone(),
    issueSetupToken: () => setUp.issueToken(),
    setUp: (input, origin, headers) => setUp.run(input, origin, headers && sessionToken(headers)),

    signIn: (input, origin, headers) => signIn.withPassword(input, origin, headers),
    signInWithToken: (token, origin, headers) => signIn.withToken(token, origin, headers && sessionToken(headers)),
    signOut: (headers, origin) => signIn.out(sessionToken(headers), origin),
    issueSignInToken: (email, validForMs) => wayBack.signInToken(email, validForMs),

    authenticate: (headers) => callers.authenticate(headers),
    authenticateWith: (authorization) => callers.authenticateWith(authorization),
    isCurrent: (principal) => callers.isCurrent(principal),
    viewer: (headers) => callers.viewer(headers),
    access: (headers, permission, named) => callers.access(headers, permission, named),
    accessOf: (principal, permission, named) => accessOf(organizations, principal, permission, named),
    manager: (headers, managing) => callers.manager(headers, managing),
    issueViewerToken: (input, by) => viewerTokens.issue(input, by),

    profile,
    resetTwoFactor: (email, by, origin) => wayBack.resetTwoFactor(email, by, origin),
    resetPassword: (email, by, origin) => wayBack.resetPassword(email, by, origin),

    members,
    savedViews,
    streams,
    streamMemories,
    alerts,
    invitations: {
      list: (organization, by) => invitations.list(organization, by),
      create: (organization, invitation, by, origin) => invitations.create(organization, invitation, by, origin),
      withdraw: (organization, id, by, origin) => invitations.withdraw(organization, id, by, origin),
      lookUp: (token, origin) => acceptance.lookUp(token, origin),
      accept: (input, by, origin, headers) => acceptance.accept(input, by, origin, sessionToken(headers)),
    },

    organizationExists: (id) => organizations.exists(id),
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

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), "DaybookIdentityWarning");
}
