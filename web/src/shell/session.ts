import { PLATFORM_ORGANIZATION } from "@daybook/sdk";
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useCallback } from "react";
import { organizationQuery } from "../api/organizations.ts";
import { Problem } from "../api/problem.ts";
import {
  chosenOrganization,
  type Organization,
  type Session,
  type SignedInSession,
  sessionQuery,
  signOut,
} from "../api/session.ts";
import { may } from "./permissions.ts";

const consoleRoute = getRouteApi("/_console");

/** Who is signed in, as the guard of these pages saw it; only `useRefreshSession` changes it under a page that is open. */
export function useSession(): SignedInSession {
  return consoleRoute.useRouteContext().session;
}

/** The organization the page is about. */
export type CurrentOrganization = Omit<Organization, "role"> & {
  readonly role: Organization["role"] | "platform owner";
  /** One is no member of it, and looks at it as the platform owner. */
  readonly visited?: true;
};

/** `org` in the address, else the first of one's own. Undefined when there is none, or one cannot see it. */
export function useOrganization(): CurrentOrganization | undefined {
  return consoleRoute.useRouteContext().organization;
}

/** @throws Problem when it cannot be said. */
export async function findOrganization(
  queries: QueryClient,
  session: Session,
  id: string | undefined,
): Promise<CurrentOrganization | undefined> {
  const own = chosenOrganization(session, id);
  const platform = session.organizations.find((organization) => organization.id === PLATFORM_ORGANIZATION);
  if (own !== undefined || id === undefined || !may(platform, "organization.read_any")) return own;
  try {
    const { name, time_zone, office_hours, review_due, permissions } = await queries.ensureQueryData(
      organizationQuery(id),
    );
    return { id, name, time_zone, office_hours, review_due, role: "platform owner", permissions, visited: true };
  } catch (error) {
    if (error instanceof Problem && error.status >= 400 && error.status < 500) return undefined;
    throw error;
  }
}

/** Reads the session again after it changed, drops what was read under the old one, and goes to an address of this server. */
export function useEnter(): (href: string) => Promise<void> {
  const queries = useQueryClient();
  const router = useRouter();
  return useCallback(
    async (href) => {
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      const [, , page] = router.getMatchedRoutes(href.replace(/[?#].*/, ""));
      // The server has pages of its own, as the API reference.
      if (page === undefined) window.location.replace(href);
      else router.history.replace(href);
    },
    [queries, router],
  );
}

/** Lets the open page see a session that changed: a name, a role, an organization. */
export function useRefreshSession(): (session?: Session) => Promise<void> {
  const queries = useQueryClient();
  const router = useRouter();
  return useCallback(
    async (session) => {
      if (session === undefined) await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      else queries.setQueryData(sessionQuery.queryKey, session);
      await router.invalidate();
    },
    [queries, router],
  );
}

/** A sign-out that fails is not passed over: the page gives way to what went wrong. */
export function useSignOut(): () => void {
  const enter = useEnter();
  const { mutate } = useMutation<void, Error, void>({
    mutationFn: async () => {
      await signOut();
      await enter("/sign-in");
    },
    throwOnError: true,
  });
  return mutate;
}

/** Goes to the sign-in page and afterwards back to where one was. */
export function useSessionOver(): () => void {
  const router = useRouter();
  return useCallback(
    () => void router.navigate({ to: "/sign-in", search: { redirect: router.state.location.href, ended: "session" } }),
    [router],
  );
}
