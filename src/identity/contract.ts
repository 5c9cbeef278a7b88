import type { EventInput } from "@daybook/sdk";

/**
 * What the rest of Daybook may know of identity: who is asking, and what they may do. How it is stored (better-auth over
 * Kysely) is known only inside this directory.
 */

/** The deployment itself, as an organization: its owner is who set Daybook up. */
export const PLATFORM_ORGANIZATION = "daybook";

export const SCOPES = ["events:write", "events:read", "organizations:write", "keys:manage"] as const;
export type Scope = (typeof SCOPES)[number];

export const ROLES = ["owner", "admin", "auditor", "member"] as const;
export type Role = (typeof ROLES)[number];

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
}

export interface SessionPrincipal {
  readonly type: "session";
  readonly sessionId: string;
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  readonly memberships: readonly Membership[];
}

export type Principal = KeyPrincipal | SessionPrincipal;

/** From where a person acts: stored with the events their act makes. */
export interface Origin {
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
  readonly requestId: string;
}

/** An event Daybook records about itself, always with an id and its organization. */
export type OwnEvent = EventInput & { id: string; tenant_id: string; timestamp: string };

/** Puts Daybook's own events into the log; resolves once they are durable, and is idempotent by id. */
export type Deliver = (events: readonly OwnEvent[]) => Promise<void>;

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
 * (signOut, revokeKey), which always take effect.
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
   * @throws DaybookError invalid_input, invalid_credentials, rate_limited
   */
  signIn(input: { email: string; password: string }, origin: Origin, headers?: Headers): Promise<SignedIn>;
  /** A one-time token that signs one user in, for links that the operator prints (demo). @throws DaybookError not_found */
  issueSignInToken(email: string, validForMs: number): Promise<string>;
  /** @throws DaybookError invalid_token, rate_limited */
  signInWithToken(token: string, origin: Origin, headers?: Headers): Promise<SignedIn>;
  signOut(headers: Headers, origin: Origin): Promise<{ setCookies: string[] }>;

  /**
   * Who a request comes from: by `Authorization: Bearer dbk_…`, or by session cookie when there is no such header. A session is
   * looked up each time; a key is believed for a second, but its revocation in this process holds at once.
   * @throws DaybookError unauthenticated
   */
  authenticate(headers: Headers): Promise<Principal>;
  /** Whether what `authenticate` answered still holds, for requests that go on for long. Always asks the database. */
  stillValid(principal: Principal): Promise<boolean>;

  organizationName(id: string): Promise<string | undefined>;
  organizationExists(id: string): Promise<boolean>;
  /** Makes or renames an organization. `by` and `origin` are recorded with it. @throws DaybookError invalid_input */
  putOrganization(
    id: string,
    name: string,
    by: Actor,
    origin: Origin,
  ): Promise<{ id: string; name: string; created: boolean }>;

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
  close(): Promise<void>;
}

/** Who does something to identity: a person, a key, or the operator at the command line. */
export type Actor = OwnEvent["actor"];

export interface SignedIn {
  readonly principal: SessionPrincipal;
  /** Set-Cookie header values. */
  readonly setCookies: string[];
}
