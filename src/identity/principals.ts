import type { JsonValue, ViewerScope } from "@daybook/sdk";
import type { Weekday } from "@daybook/sdk/filters";
import type { Role, Scope } from "./vocabulary.ts";

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

export type Principal = KeyPrincipal | SessionPrincipal;

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
