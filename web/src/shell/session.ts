import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useCallback } from "react";
import { chosenOrganization, type Organization, type SignedInSession, sessionQuery, signOut } from "../api/session.ts";

const consoleRoute = getRouteApi("/_console");

/** Who is signed in, as the guard of these pages saw it: it does not change under a page that stands. */
export function useSession(): SignedInSession {
  return consoleRoute.useRouteContext().session;
}

/** The organization the page is about: `org` in the address, else the first of one's own. Undefined when it is not one's own. */
export function useOrganization(): Organization | undefined {
  return chosenOrganization(useSession(), consoleRoute.useSearch().org);
}

/** Reads the session anew after it changed, drops what was read under the old one, and goes to an address of this page. */
export function useEnter(): (href: string) => Promise<void> {
  const queries = useQueryClient();
  const router = useRouter();
  return useCallback(
    async (href) => {
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      router.history.replace(href);
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
    () => void router.navigate({ to: "/sign-in", search: { redirect: router.state.location.href } }),
    [router],
  );
}
