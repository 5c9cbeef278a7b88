import { PLATFORM_ORGANIZATION } from "@daybook/sdk";
import { queryOptions } from "@tanstack/react-query";
import { request, send } from "./request.ts";
import type { OwnOrganization, Credentials as Password, Session, SetUp, SignInLink, User } from "./schema.ts";

export type { OwnOrganization as Organization, Session, SetUp, User };

export type SignedInSession = Session & { readonly user: User };

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session> => (await request("/v1/session", { signal })).json(),
  staleTime: Number.POSITIVE_INFINITY,
  // No page works without it: better to say at once that the server is away than to show nothing.
  retry: false,
});

/** `code` of the authenticator app, or a recovery code: asked for once the password was right. */
export type Credentials = Password | SignInLink;

export async function signIn(credentials: Credentials): Promise<void> {
  await send("POST", "/v1/session", credentials);
}

export async function signOut(): Promise<void> {
  await send("DELETE", "/v1/session");
}

export async function setUp(setup: SetUp): Promise<void> {
  await send("POST", "/v1/setup", setup);
}

/** The organization a page is about: the one named, else the first that is not the platform itself; undefined when it is not one's own. */
export function chosenOrganization(session: Session, id: string | undefined): OwnOrganization | undefined {
  const { organizations } = session;
  if (id !== undefined) return organizations.find((organization) => organization.id === id);
  return organizations.find((organization) => organization.id !== PLATFORM_ORGANIZATION) ?? organizations[0];
}
