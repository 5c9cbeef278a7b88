import type { Browser, BrowserContext, Page } from "playwright-core";
import { cookieOf, makeKey, OWNER, setUp } from "../support/console-session.ts";
import type { TestServer } from "../support/server.ts";
import { openPage } from "./browser.ts";

export const PASSWORD = "correct horse battery";

/** Signed in, as a person's browser or as headers of the console's own requests. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly headers: Record<string, string>;
}

/** Sets Daybook up with the organization `acme`. @returns its owner. */
export async function foundAcme(server: TestServer): Promise<Person> {
  const headers = await setUp(server, { id: "acme", name: "Acme" });
  return { name: OWNER.name, email: OWNER.email, headers };
}

/** A call of the console. @throws unless it is answered with success. */
export async function call(
  server: TestServer,
  by: Pick<Person, "headers"> | undefined,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  const response = await server.fetch(path, {
    method,
    headers: { "sec-fetch-site": "same-origin", ...by?.headers, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return response;
}

/** An invitation's link. */
export async function invitationLink(
  server: TestServer,
  by: Person,
  email: string,
  role: string,
  organization = "acme",
): Promise<string> {
  const made = await call(server, by, "POST", `/v1/organizations/${organization}/invitations`, { email, role });
  return ((await made.json()) as { link: string }).link;
}

/** A new person of the organization, in this role. */
export async function join(server: TestServer, by: Person, name: string, role: string): Promise<Person> {
  const email = `${name.toLowerCase().replace(/\W+/g, ".")}@acme.example`;
  const token = new URL(await invitationLink(server, by, email, role)).hash.replace("#token=", "");
  const accepted = await call(server, undefined, "POST", "/v1/invitations/accept", { token, name, password: PASSWORD });
  return { name, email, headers: { cookie: cookieOf(accepted), "sec-fetch-site": "same-origin" } };
}

/** A key of the organization, or with `daybook` of the platform. */
export async function keyOf(server: TestServer, by: Person, organization: string, ...scopes: Scopes): Promise<string> {
  return (await makeKey(server, by.headers, organization, ...scopes)).key;
}
type Scopes = Parameters<typeof makeKey> extends [unknown, unknown, unknown, ...infer Rest] ? Rest : never;

async function takeOn(context: BrowserContext, server: TestServer, person: Person): Promise<void> {
  const [name = "", value = ""] = person.headers.cookie?.split(/=(.*)/s) ?? [];
  // A __Host- cookie is set on an address with https; the browser sends it to localhost all the same.
  const url = server.url.replace("http:", "https:");
  await context.addCookies([{ name, value, url, secure: true, httpOnly: true, sameSite: "Lax" }]);
}

/** Sets Daybook up with the organization `acme`, whose owner is signed in on this page. By the API: company.test.ts walks through it. */
export async function openAcme(page: Page, server: TestServer): Promise<Person> {
  const owner = await foundAcme(server);
  await takeOn(page.context(), server, owner);
  return owner;
}

/** A browser of their own for somebody, already signed in; undefined for nobody. */
export async function openAs(
  browser: Browser,
  server: TestServer,
  person: Person | undefined,
  options: Parameters<typeof openPage>[1] = {},
): Promise<{ page: Page; faults: string[] }> {
  const opened = await openPage(browser, options);
  if (person !== undefined) await takeOn(opened.page.context(), server, person);
  return opened;
}
