import type { Weekday } from "@daybook/sdk/filters";
import type { Origin, SessionPrincipal } from "./principals.ts";
import type { SignedIn } from "./sign-in-contract.ts";
import type { Role } from "./vocabulary.ts";

/** Organizations and their people, as the rest of Daybook may know them. */

/** What happens to an event whose permanent fields look personal: it is stored with a warning, or refused. */
export const PERSONAL_IDS = ["warn", "refuse"] as const;
export type PersonalIds = (typeof PERSONAL_IDS)[number];

export interface OrganizationSettings {
  readonly name?: string | undefined;
  /** IANA name; null: each reader's own. */
  readonly timeZone?: string | null | undefined;
  readonly personalIds?: PersonalIds | undefined;
  /** As a filter by `time_of_day` says them, such as `mon-fri 08:00-18:00`; null: not set. */
  readonly officeHours?: string | null | undefined;
  /** The weekday by whose end the logs are to be reviewed; null: there is no cadence. */
  readonly reviewDue?: Weekday | null | undefined;
  /** Null: the default. */
  readonly sensitiveActions?: readonly string[] | null | undefined;
}

/** Times are milliseconds since the Unix epoch. */
export interface OrganizationInfo {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string | null;
  readonly personalIds: PersonalIds;
  readonly officeHours: string | null;
  readonly reviewDue: Weekday | null;
  /** Actions and families (`api_key.*`) that the page marks. */
  readonly sensitiveActions: readonly string[];
  readonly createdAt: number;
}

export interface ListedOrganization extends OrganizationInfo {
  /** How many. */
  readonly members: number;
}

/** Times are milliseconds since the Unix epoch. */
export interface Member {
  /** The person's. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly joinedAt: number;
  readonly twoFactor: boolean;
  /** At most five minutes behind; undefined when they never signed in. */
  readonly lastActiveAt: number | undefined;
}

/**
 * What people do to the people of an organization. What `by` may do there is decided by the database as it is then, inside the
 * change: forbidden, or not_found where they have nothing to do with the organization.
 */
export interface Members {
  /** By name. */
  list(organization: string, by: SessionPrincipal): Promise<Member[]>;
  /** @throws DaybookError not_found, forbidden, last_owner */
  changeRole(organization: string, userId: string, role: Role, by: SessionPrincipal, origin: Origin): Promise<Member>;
  /** Takes effect also while the log refuses events. @throws DaybookError not_found, forbidden, own_membership, last_owner */
  remove(organization: string, userId: string, by: SessionPrincipal, origin: Origin): Promise<void>;
}

/** A pending invitation. Times are milliseconds since the Unix epoch. */
export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: { readonly name: string };
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** What the holder of an invitation's link sees. */
export interface OpenInvitation {
  readonly organization: { readonly id: string; readonly name: string };
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: { readonly name: string };
  readonly expiresAt: number;
  /** Whether somebody of this e-mail has an account. */
  readonly account: boolean;
}

/** As for `Members`, `by` is judged inside the change. An invitation that its maker could not make any more is withdrawn. */
export interface Invitations {
  /** Those that can still be accepted, newest first. */
  list(organization: string, by: SessionPrincipal): Promise<Invitation[]>;
  /** Replaces an earlier one of the same e-mail. @returns with the token, known nowhere else. @throws DaybookError invalid_input, already_member */
  create(
    organization: string,
    invitation: { email: string; role: Role },
    by: SessionPrincipal,
    origin: Origin,
  ): Promise<Invitation & { readonly token: string }>;
  /** Takes effect also while the log refuses events. @throws DaybookError not_found */
  withdraw(organization: string, id: string, by: SessionPrincipal, origin: Origin): Promise<void>;
  /** @throws DaybookError invalid_token, rate_limited */
  lookUp(token: string, origin: Origin): Promise<OpenInvitation>;
  /**
   * Makes a new person with a name and a password, and signs them in; whoever has an account accepts as `by`, with the token alone.
   * @param headers the request's: the session they carry ends as a new one starts.
   * @throws DaybookError invalid_input, invalid_token, unauthenticated, forbidden, already_member, rate_limited
   */
  accept(
    input: { token: string; name?: string | undefined; password?: string | undefined },
    by: SessionPrincipal | undefined,
    origin: Origin,
    headers: Headers,
  ): Promise<SignedIn & { readonly created: boolean }>;
}
