import type { EventInput, JsonValue, ViewerScope } from "@daybook/sdk";
import type { Weekday } from "@daybook/sdk/filters";
import type { Access } from "./access.ts";
import type { StoredAlerts } from "./alert-contract.ts";
import type { Manager, Managing } from "./authorization.ts";
import type { ColumnLayout } from "./column-layout.ts";
import type {
  Invitations,
  ListedOrganization,
  Members,
  OrganizationInfo,
  OrganizationSettings,
} from "./people-contract.ts";
import type { Permission } from "./permissions.ts";
import type { SavedViews } from "./saved-view-contract.ts";
import type { StoredStreams, StreamMemories } from "./stream-contract.ts";
import type { Role, Scope } from "./vocabulary.ts";

/**
 * What the rest of Daybook may know of identity: who is asking, and what they can do. How it is stored (better-auth over
 * Kysely) is known only inside this directory.
 */

export interface KeyPrincipal {
  readonly type: "api_key";
  readonly id: string;
  readonly name: string;
  /** Undefined for a platform key, which may name any organization. */
  readonly organization: string | undefined;
  readonly scopes: readonly Scope[];
}

/** A person's place in an organization. */
export interface Membership {
  readonly organization: string;
  /** The organization's. */
  readonly name: string;
  readonly role: Role;
  /** The organization's: an IANA name, or null for each reader's own. */
  readonly timeZone: string | null;
  /** The organization's, as a filter by `time_of_day` says them. */
  readonly officeHours: string | null;
  /** The weekday by whose end its logs are to be reviewed. */
  readonly reviewDue: Weekday | null;
}

export interface SessionPrincipal {
  readonly type: "session";
  readonly sessionId: string;
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  readonly memberships: readonly Membership[];
}

export type Principal = KeyPrincipal | SessionPrincipal;

/** Filters that a viewer token fixes, as they were given; what they mean is the reader's of the log to know. */
export type FixedFilter = { readonly [name: string]: JsonValue };

/** A customer's own person who looks through a host application, by a token that a key of the platform issued. Reads, and does what its scopes say. */
export interface ViewerPrincipal {
  readonly type: "viewer";
  readonly organization: string;
  readonly filter: FixedFilter;
  /** Who it is, as the host application says; undefined when it does not. */
  readonly person:
    | { readonly id: string; readonly name?: string | undefined; readonly email?: string | undefined }
    | undefined;
  readonly scopes: readonly ViewerScope[];
  /** The key that issued the token. */
  readonly key: { readonly id: string; readonly name: string };
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

export interface NewViewerToken {
  readonly organization: string;
  readonly filter: FixedFilter;
  readonly person: ViewerPrincipal["person"];
  readonly scopes: readonly ViewerScope[];
  /** Milliseconds from now, at most `VIEWER_TOKEN_MAX_MS`. */
  readonly validForMs: number;
}

export const VIEWER_TOKEN_MAX_MS = 10 * 60 * 1000;

/** From where a person acts: stored with the events their act makes. */
export interface Origin {
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
  readonly requestId: string;
  /** The session they act in; undefined for keys, and before there is one. */
  readonly sessionId?: string | undefined;
  /** The id of the key that issued the viewer token that they act with. */
  readonly viewerTokenOf?: string | undefined;
}

/** An event Daybook records about itself, always with an id and its organization. */
export type OwnEvent = EventInput & { id: string; tenant_id: string; timestamp: string };

/** Where the log has an event. */
export interface LogPlace {
  readonly sequence: number;
  /** Hex. */
  readonly leaf_hash: string;
}

/** Puts Daybook's own events into the log; resolves with their places, in order, once they are durable, and is idempotent by id. */
export type Deliver = (events: readonly OwnEvent[]) => Promise<readonly LogPlace[]>;

export interface DeliveredPlace {
  readonly id: string;
  readonly sequence: number;
}

/** An event of identity's that the log has confirmed. */
export interface DeliveredEvent extends DeliveredPlace, LogPlace {}

/**
 * Identity's own account of the log: which of its events the log has confirmed, and where. By it a verification finds a log that lost some of them,
 * and an identity that is older than its log.
 */
export interface DeliveredEvents {
  /** What was recorded before is not in the account: milliseconds since the Unix epoch. */
  notedSince(): Promise<number>;
  organizations(): Promise<string[]>;
  /** Of an organization, from a sequence on, in order. */
  page(organization: string, from: number, limit: number): Promise<DeliveredEvent[]>;
  countFrom(organization: string, from: number): Promise<number>;
  /** Those that are in the log, and that identity neither delivered nor has waiting. */
  unknown(organization: string, events: readonly DeliveredPlace[]): Promise<DeliveredPlace[]>;
  /**
   * Takes the log as it is, after a restore: what the log no longer has is forgotten, and what identity does not know is accepted.
   * @returns how many events were forgotten.
   */
  beginAgain(sizeOf: (organization: string) => number, now: number): Promise<number>;
}

export interface CreatedKey extends KeyInfo {
  /** The key itself; shown once and stored only as a hash. */
  readonly key: string;
}

/** An API key as it may be shown. Times are milliseconds since the Unix epoch. */
export interface KeyInfo {
  readonly id: string;
  /** Undefined for a key of the platform. */
  readonly organization: string | undefined;
  readonly name: string;
  /** How the key begins. */
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly createdBy: Actor;
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  /** At most a minute behind. */
  readonly lastUsedAt: number | undefined;
  readonly revokedAt: number | undefined;
}

/**
 * Every change is committed together with its events, then the events are appended to the log, then the promise resolves. When the
 * log refuses them, the promise rejects with `log_unavailable`: the change may be there, its events follow as soon as the log
 * takes them, and doing it again is safe. Until then other changes are refused beforehand, except those that take access away
 * (signOut, revokeKey, removing members, withdrawing invitations), which always take effect.
 */
export interface Identity {
  /** False until the first organization has its owner. */
  isSetUp(): Promise<boolean>;
  /** A new one-time token for set-up (earlier ones die), valid until it is used. @throws DaybookError already_set_up */
  issueSetupToken(): Promise<string>;
  /**
   * Makes the platform, the organization (or takes over the one there is) and its owner, and signs the owner in.
   * @throws DaybookError invalid_input, invalid_token, already_set_up
   */
  setUp(
    input: {
      token: string;
      organization: { id: string; name: string };
      owner: { name: string; email: string; password: string };
    },
    origin: Origin,
    headers?: Headers,
  ): Promise<SignedIn>;

  /**
   * @param headers the request's: the session they carry ends as the new one starts.
   * @throws DaybookError invalid_input, invalid_credentials, rate_limited; two_factor_required when the password is right and a
   *   code is needed: then nothing was begun.
   */
  signIn(input: Credentials, origin: Origin, headers?: Headers): Promise<SignedIn>;
  /** A one-time token that signs one user in, for links that the operator prints; it asks for no code. @throws DaybookError not_found */
  issueSignInToken(email: string, validForMs: number): Promise<string>;
  /** @throws DaybookError invalid_token, rate_limited */
  signInWithToken(token: string, origin: Origin, headers?: Headers): Promise<SignedIn>;
  signOut(headers: Headers, origin: Origin): Promise<{ setCookies: string[] }>;

  /**
   * Who a request comes from: by `Authorization: Bearer dbk_…`, or by session cookie when there is no such header. A session is
   * looked up each time; a key is believed for a second, but its revocation in this process holds at once.
   * @throws DaybookError unauthenticated; forbidden for a viewer token, which reaches nothing but reading
   */
  authenticate(headers: Headers): Promise<Principal>;
  /** As `authenticate`, by the value of an Authorization header. */
  authenticateWith(authorization: string): Promise<Principal>;
  /** Whether it is known without another look that who was authenticated a moment ago still would be: a key in memory that was not revoked. */
  isCurrent(principal: Principal): boolean;
  /** Whose viewer token a request has. @throws DaybookError unauthenticated, forbidden where it has something else */
  viewer(headers: Headers): Promise<ViewerPrincipal>;
  /**
   * Who reads the log, and what of it. Viewers do nothing else.
   * @param named the organization that is asked for, if any; called once it is known who asks.
   * @throws DaybookError unauthenticated, forbidden, not_found, invalid_parameter
   */
  access(headers: Headers, permission: Permission, named: () => string | undefined): Promise<Access>;
  /** As `access`, for somebody who is known. */
  accessOf(principal: Principal, permission: Permission, named: string | undefined): Promise<Access>;
  /** Who manages something of an organization. @throws DaybookError unauthenticated, forbidden, not_found */
  manager(headers: Headers, managing: Managing): Promise<Manager>;
  /** Whether `by` may do so, and that the organization exists, is the caller's to decide. @throws DaybookError invalid_input */
  issueViewerToken(input: NewViewerToken, by: KeyPrincipal): { token: string; expiresAt: number };

  /** What people do to their own account. */
  readonly profile: OwnProfile;
  /** For a person who lost everything. @throws DaybookError not_found when there is no such person, or theirs is not on. */
  resetTwoFactor(email: string, by: Actor, origin: Origin): Promise<void>;
  /** Sets a new password, which is returned and known nowhere else, and ends every session. @throws DaybookError not_found */
  resetPassword(email: string, by: Actor, origin: Origin): Promise<string>;

  readonly members: Members;
  readonly invitations: Invitations;
  readonly savedViews: SavedViews;
  readonly streams: StoredStreams;
  readonly streamMemories: StreamMemories;
  readonly alerts: StoredAlerts;

  organizationExists(id: string): Promise<boolean>;
  organization(id: string): Promise<OrganizationInfo | undefined>;
  /** What a person can do in an organization: as a member, or as the platform owner who visits it. @throws DaybookError not_found */
  permissionsIn(organization: string, by: SessionPrincipal): Promise<readonly Permission[]>;
  /**
   * Every organization, the platform too, by id.
   * @param q what id or name has to contain; case does not matter. @param after an id: only those behind it.
   */
  listOrganizations(query: {
    q?: string | undefined;
    after?: string | undefined;
    limit: number;
  }): Promise<{ organizations: ListedOrganization[]; more: boolean }>;
  /**
   * Makes or renames an organization. `by` and `origin` are recorded with it.
   * @param mayRename false: to give an existing one another name is forbidden. @throws DaybookError invalid_input, forbidden
   */
  putOrganization(
    id: string,
    name: string,
    by: Actor,
    origin: Origin,
    mayRename?: boolean,
  ): Promise<{ id: string; name: string; created: boolean }>;
  /** @throws DaybookError not_found, forbidden, by what `by` is there now. */
  updateOrganization(
    id: string,
    settings: OrganizationSettings,
    by: SessionPrincipal,
    origin: Origin,
  ): Promise<OrganizationInfo>;

  /**
   * Whether `by` may do so is the caller's to decide.
   * @param organization undefined makes a platform key. @param expiresAt milliseconds since the Unix epoch.
   * @throws DaybookError invalid_input, not_found when there is no such organization
   */
  createKey(
    input: { organization: string | undefined; name: string; scopes: readonly Scope[]; expiresAt?: number },
    by: Actor,
    origin: Origin,
  ): Promise<CreatedKey>;
  /** Keys that are not revoked, newest first; undefined lists those of the platform. */
  listKeys(organization: string | undefined): Promise<KeyInfo[]>;
  /** Any key there ever was, revoked or not. */
  findKey(id: string): Promise<KeyInfo | undefined>;
  /** From the moment it is committed the key fails. Does nothing when it is revoked already. */
  revokeKey(id: string, by: Actor, origin: Origin): Promise<void>;

  /** Appends what an earlier run committed but did not deliver. Called once at start, before anything else. */
  deliverPending(): Promise<void>;
  readonly delivered: DeliveredEvents;
  close(): Promise<void>;
}

/** Who does something to identity: a person, a key, or the operator at the command line. */
export type Actor = OwnEvent["actor"];

export interface SignedIn {
  readonly principal: SessionPrincipal;
  /** Set-Cookie header values. */
  readonly setCookies: string[];
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Of the second factor: six digits, or a recovery code. Not looked at where there is none. */
  readonly code?: string | undefined;
}

/** A session as its owner can see it. Times are milliseconds since the Unix epoch. */
export interface SessionInfo {
  readonly id: string;
  readonly current: boolean;
  readonly createdAt: number;
  /** At most five minutes behind. */
  readonly lastUsedAt: number;
  readonly expiresAt: number;
  /** From where it was started. */
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

/** Somebody guesses a person's password, slowly enough to stay below every limit. */
export interface PasswordGuessing {
  /** Milliseconds since the Unix epoch. */
  readonly noticedAt: number;
  /** From how many networks, and how many wrong passwords, within seven days. */
  readonly networks: number;
  readonly failures: number;
}

/** Shown once: the secret is stored encrypted, the codes hashed. */
export interface TwoFactorSecret {
  /** RFC 4648 base32, to be typed where no QR code can be read. */
  readonly secret: string;
  /** `otpauth://`, for a QR code. */
  readonly uri: string;
  readonly recoveryCodes: readonly string[];
}

/**
 * Passwords that are asked for once more are throttled as in a sign-in (rate_limited), and a wrong one is answered as invalid_input with
 * its pointer. Ending sessions takes effect also while the log refuses events.
 */
export interface OwnProfile {
  hasTwoFactor(userId: string): Promise<boolean>;
  /** Undefined when nothing was noticed, or they have dismissed it. */
  passwordGuessing(userId: string): Promise<PasswordGuessing | undefined>;
  dismissPasswordGuessing(principal: SessionPrincipal): Promise<void>;
  /** How they want the table of the Audit Logs page; undefined as it comes. */
  columnLayout(userId: string): Promise<ColumnLayout | undefined>;
  keepColumnLayout(principal: SessionPrincipal, layout: ColumnLayout | undefined): Promise<void>;
  /** @throws DaybookError invalid_input */
  rename(principal: SessionPrincipal, input: { name: string }, origin: Origin): Promise<SessionPrincipal>;
  /** Ends every other session. @throws DaybookError invalid_input, rate_limited */
  changePassword(
    principal: SessionPrincipal,
    input: { current_password: string; new_password: string },
    origin: Origin,
  ): Promise<void>;
  /** Those that have not ended: the current one first, then by last use. */
  sessions(principal: SessionPrincipal): Promise<SessionInfo[]>;
  /** @throws DaybookError not_found, also for another person's */
  endSession(principal: SessionPrincipal, id: string, origin: Origin): Promise<{ setCookies: string[] }>;
  /** This one too. */
  endAllSessions(principal: SessionPrincipal, origin: Origin): Promise<{ setCookies: string[] }>;
  /** A new secret in place of one that was begun; off until confirmed. @throws DaybookError invalid_input, two_factor_enabled, rate_limited */
  beginTwoFactor(principal: SessionPrincipal, password: string, origin: Origin): Promise<TwoFactorSecret>;
  /** @throws DaybookError invalid_input, not_found when nothing was begun, two_factor_enabled, rate_limited */
  confirmTwoFactor(principal: SessionPrincipal, code: string, origin: Origin): Promise<void>;
  /** Does nothing when it is off. @throws DaybookError invalid_input, rate_limited */
  disableTwoFactor(principal: SessionPrincipal, password: string, origin: Origin): Promise<void>;
}
