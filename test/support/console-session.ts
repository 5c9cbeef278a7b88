import Sqlite from "libsql";
import type { Role, Scope } from "../../src/identity/contract.ts";
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

/** Makes a key as the owner does in the console; quicker than by the command line. `daybook` makes one of the platform. */
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
  if (response.status !== 201) throw new Error(`making a key answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as { id: string; key: string };
}

/** Gives the one person there is another role in an organization, under the server's hands: there is no call for it. */
export function changeRole(server: TestServer, organization: string, role: Role): void {
  const database = new Sqlite(`${server.dataDir}/identity.db`);
  try {
    database.exec("PRAGMA busy_timeout = 5000");
    const { changes } = database.prepare("UPDATE member SET role = ? WHERE organizationId = ?").run(role, organization);
    if (changes !== 1) throw new Error(`${organization} has ${changes} members`);
  } finally {
    database.close();
  }
}
