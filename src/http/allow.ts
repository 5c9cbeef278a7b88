import { DaybookError } from "../errors.ts";
import {
  type Access,
  type Identity,
  type KeyPrincipal,
  type Manager,
  type Permission,
  type Principal,
  requireScope,
  type Scope,
  type SessionPrincipal,
} from "../identity/index.ts";

/** What of a request decides whether it is let through. */
export interface Asking<Query> {
  readonly identity: Identity;
  readonly headers: Headers;
  readonly params: Readonly<Record<string, string>>;
  /** Read from the address when it is first asked for: who nobody knows learns nothing of their parameters. @throws DaybookError `invalid_parameter` */
  readonly query: () => Query;
}

/**
 * Who a call lets through. `By` is what its handler learns of them.
 *
 * Changes of an organization and its people say here only that a person asks: whether their role allows it is decided by identity, in the
 * transaction of the change itself, with the role as it is then.
 */
export interface Allow<By, Query = unknown> {
  /** As the API's description says it. Absent for everybody. */
  readonly security?: readonly { readonly [scheme in "key" | "session"]?: [] }[];
  /** @throws DaybookError `unauthenticated`, `forbidden`, `not_found`, `invalid_parameter` */
  readonly admit: (asking: Asking<Query>) => Promise<By>;
}

const KEY: { key: [] } = { key: [] };
const SESSION: { session: [] } = { session: [] };

/** No key or session is needed. */
export const anyone: Allow<undefined> = { admit: async () => undefined };

/** The handler authenticates once more by itself, as it reads the body. */
export const keyOfHandler: Allow<Principal> = {
  security: [KEY],
  admit: ({ identity, headers }) => identity.authenticate(headers),
};

export const keyOrPerson: Allow<Principal> = {
  security: [KEY, SESSION],
  admit: ({ identity, headers }) => identity.authenticate(headers),
};

/** Who is signed in, for what people do and keys do not. */
export const person: Allow<SessionPrincipal> = {
  security: [SESSION],
  async admit({ identity, headers }) {
    const principal = await identity.authenticate(headers);
    if (principal.type === "session") return principal;
    throw new DaybookError("forbidden", "This is for people who are signed in: a key cannot do it.");
  },
};

/** Who is signed in, if anybody is. */
export const perhapsPerson: Allow<SessionPrincipal | undefined> = {
  security: [{}, SESSION],
  async admit({ identity, headers }) {
    try {
      const principal = await identity.authenticate(headers);
      return principal.type === "session" ? principal : undefined;
    } catch (error) {
      if (error instanceof DaybookError && error.code === "unauthenticated") return undefined;
      throw error;
    }
  },
};

/** A key of the platform with this scope. */
export function platformKey(scope: Scope): Allow<KeyPrincipal> {
  return {
    security: [KEY],
    async admit({ identity, headers }) {
      const principal = await identity.authenticate(headers);
      requireScope(principal, scope);
      if (principal.organization === undefined) return principal;
      throw new DaybookError("forbidden", "This needs a key of the platform.");
    },
  };
}

interface NamesOrganization {
  readonly tenant_id?: string | undefined;
}

/** Whoever has this permission in the organization that `tenant_id` names, and viewers in their own. */
export function reading(permission: Permission): Allow<Access, NamesOrganization> {
  return {
    security: [KEY, SESSION],
    admit: ({ identity, headers, query }) => identity.access(headers, permission, () => query().tenant_id),
  };
}

/** As `reading`, but no viewers: they may be limited to some of the events, and what is asked for is of all. */
export function readingAll(
  permission: Permission,
): Allow<Access & { readonly principal: Principal }, NamesOrganization> {
  return {
    security: [KEY, SESSION],
    async admit({ identity, headers, query }) {
      const principal = await identity.authenticate(headers);
      return { ...(await identity.accessOf(principal, permission, query().tenant_id)), principal };
    },
  };
}

/** Whoever has this permission in the organization that the path names, its keys and the platform's with the scope, and its viewers whose token carries it. */
export function managing(permission: Permission, scope: Scope): Allow<Manager> {
  return {
    security: [KEY, SESSION],
    admit: ({ identity, headers, params: { id = "" } }) =>
      identity.manager(headers, { organization: id, permission, scope }),
  };
}
