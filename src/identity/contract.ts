import type { Access } from "./access.ts";
import type { StoredAlerts } from "./alert-contract.ts";
import type { Manager, Managing } from "./authorization.ts";
import type { CreatedKey, KeyInfo } from "./key-contract.ts";
import type { Actor, DeliveredEvents } from "./own-events.ts";
import type {
  Invitations,
  ListedOrganization,
  Members,
  OrganizationInfo,
  OrganizationSettings,
} from "./people-contract.ts";
import type { Permission } from "./permissions.ts";
import type { KeyPrincipal, Origin, Principal, SessionPrincipal, ViewerPrincipal } from "./principals.ts";
import type { OwnProfile } from "./profile-contract.ts";
import type { SavedViews } from "./saved-view-contract.ts";
import type { Credentials, SignedIn } from "./sign-in-contract.ts";
import type { StoredStreams, StreamMemories } from "./stream-contract.ts";
import type { NewViewerToken } from "./viewer-token-contract.ts";
import type { Scope } from "./vocabulary.ts";

/**
 * What the rest of Daybook may know of identity: who is asking, and what they can do. How it is stored (better-auth over
 * Kysely) is known only inside this directory.
 */

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
