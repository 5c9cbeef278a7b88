import type { Role, Scope } from "../../src/identity/vocabulary.ts";
import type { TestServer } from "./server.ts";

export const OWNER = { name: "Ada Owner", email: "ada@acme.example", password: "correct horse battery" };

/** Sets a server up with this organization and its owner. @returns the owner's session, as headers of the console's own pages. */
export async function setUp(
  server: TestServer,
  organization: { id: string; name: string },
): Promise<Record<string, string>> {
  const response = await server.fetch("/v1/setup", {
    method: "POST",
    headers: { "content-type": "application/json", "sec-fetch-site": "same-origin" },
    body: JSON.stringify({ token: await server.setupToken(), organization, owner: OWNER }),
  });
  if (response.status !== 201) throw new Error(`set-up answered ${response.status}: ${await response.text()}`);
  return { cookie: cookieOf(response), "sec-fetch-site": "same-origin" };
}

/** The cookie that an answer sets, as a request carries it. */
export function cookieOf(response: Response): string {
  return response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

/** Creates a key as the owner does in the console; quicker than by the command line. `daybook` creates one of the platform. */
export async function makeKey(
  server: TestServer,
  session: Record<string, string>,
  organization: string,
  ...scopes: Scope[]
): Promise<{ id: string; key: string }> {
  const response = await server.fetch("/v1/keys", {
    method: "POST",
    headers: { ...session, "content-type": "application/json" },
    body: JSON.stringify({ organization, name: "test", scopes }),
  });
  if (response.status !== 201) throw new Error(`creating a key answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as { id: string; key: string };
}

/** A new person, named after their role, joins by invitation with the owner's password. @returns their session. */
export async function join(
  server: TestServer,
  inviter: Record<string, string>,
  organization: string,
  role: Role,
): Promise<Record<string, string>> {
  const invitation = { email: emailOf(role), role };
  const { link } = (await ask(
    server,
    inviter,
    "POST",
    `/v1/organizations/${organization}/invitations`,
    invitation,
  )) as {
    link: string;
  };
  const token = new URL(link).hash.replace("#token=", "");
  const response = await server.fetch("/v1/invitations/accept", {
    method: "POST",
    headers: { "content-type": "application/json", "sec-fetch-site": "same-origin" },
    body: JSON.stringify({ token, name: role, password: OWNER.password }),
  });
  if (response.status !== 201) throw new Error(`accepting answered ${response.status}: ${await response.text()}`);
  return { cookie: cookieOf(response), "sec-fetch-site": "same-origin" };
}

/** Gives who joined in one role another. */
export async function changeRole(
  server: TestServer,
  by: Record<string, string>,
  organization: string,
  joinedAs: Role,
  role: Role,
): Promise<void> {
  const members = `/v1/organizations/${organization}/members`;
  const { data } = (await ask(server, by, "GET", members)) as { data: { user_id: string; email: string }[] };
  const member = data.find(({ email }) => email === emailOf(joinedAs));
  await ask(server, by, "PATCH", `${members}/${member?.user_id}`, { role });
}

function emailOf(role: Role): string {
  return `${role}@acme.example`;
}

async function ask(
  server: TestServer,
  session: Record<string, string>,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const init: RequestInit = { method, headers: { ...session, "content-type": "application/json" } };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await server.fetch(path, init);
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
