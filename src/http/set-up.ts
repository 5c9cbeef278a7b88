import { PLATFORM_ORGANIZATION, setUpRequest } from "../identity/index.ts";
import { anyone } from "./allow.ts";
import { json } from "./answers.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";
import { addCookies, describeSession, sessionSchema } from "./session.ts";

/** `POST /v1/setup`: creates the first organization and its owner, with the token the server prints at start. */
export function setupRoute(api: Api, { identity }: Pick<Parts, "identity">): void {
  api.route(
    {
      method: "post",
      path: "/v1/setup",
      tag: "Console",
      summary: "Create the first organization and its owner, who is then signed in",
      allow: anyone,
      body: setUpRequest,
      answers: { 201: json("Set up and signed in", sessionSchema) },
      problems: [401, 409, 429],
    },
    async ({ c, input: { token, organization, owner } }) => {
      const id = organization.id ?? organizationIdFrom(organization.name);
      const wanted = { token, organization: { id, name: organization.name }, owner };
      const { principal, setCookies } = await identity.setUp(wanted, c.get("origin"), c.req.raw.headers);
      addCookies(c, setCookies);
      return [201, await describeSession(identity, principal)];
    },
  );
}

/** `Müller & Söhne` becomes `muller-sohne`; a name without a usable letter becomes `organization`. */
function organizationIdFrom(name: string): string {
  const slug = name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 64)
    .replace(/^-+|-+$/g, "");
  return slug === "" || slug === PLATFORM_ORGANIZATION ? "organization" : slug;
}
