import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk, ORIGIN, OWNER, sqlite } from "./fixture.ts";
import { Front } from "./http-fixture.ts";

const CONSOLE = { origin: "https://audit.example.com" };
const BROWSER = { "sec-fetch-site": "same-origin" };
const engine = sqlite();
let desk: Desk;
let front: Front;
let cookie: Record<string, string>;

beforeAll(async () => {
  desk = await Desk.open(await engine.location());
  front = await Front.open(desk.identity, [CONSOLE.origin], ["127.0.0.1", "::1"]);
  const token = await desk.identity.issueSetupToken();
  const organization = { id: "acme-sohne", name: "Ācme & Söhne" };
  const answer = await front.call("POST", "/v1/setup", { token, organization, owner: OWNER }, BROWSER);
  cookie = { cookie: answer.headers.getSetCookie()[0]?.split(";")[0] ?? "", ...BROWSER };
});
afterAll(async () => {
  await front.close();
  await desk.identity.close();
  await engine.stop();
});

async function keyOf(
  organization: string | undefined,
  ...scopes: Parameters<Desk["identity"]["createKey"]>[0]["scopes"]
) {
  const created = await desk.identity.createKey({ organization, name: "test", scopes }, { type: "system" }, ORIGIN);
  return { id: created.id, headers: { authorization: `Bearer ${created.key}` } };
}

describe("a session over HTTP", () => {
  it("begins with the password, and the answer does not tell an unknown address from a wrong password", async () => {
    const wrong = await front.call(
      "POST",
      "/v1/session",
      { email: OWNER.email, password: "not the password" },
      BROWSER,
    );
    const unknown = await front.call(
      "POST",
      "/v1/session",
      { email: "eve@example.com", password: "not the password" },
      BROWSER,
    );
    expect(wrong).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
    const right = await front.call("POST", "/v1/session", { email: OWNER.email, password: OWNER.password }, BROWSER);
    expect(right.status).toBe(201);
    expect(right.headers.getSetCookie()[0]).toMatch(/^__Host-daybook_session=.+; Secure; HttpOnly; SameSite=Strict/);
  });

  it("begins with a link's token once", async () => {
    const token = await desk.identity.issueSignInToken(OWNER.email, 60_000);
    expect(await front.call("POST", "/v1/session", { token }, BROWSER)).toMatchObject({ status: 201 });
    const again = await front.call("POST", "/v1/session", { token }, BROWSER);
    expect(again).toMatchObject({ status: 401, body: { code: "invalid_token" } });
  });

  it("answers a throttled attempt with the seconds to wait", async () => {
    const guess = () => front.call("POST", "/v1/session", { email: "mallory@example.com", password: "guess" }, BROWSER);
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await guess());
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(Number(answers.at(-1)?.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("records the address that its proxy saw, not the one a visitor claims", async () => {
    const headers = { ...BROWSER, "x-forwarded-for": "1.1.1.1, 203.0.113.77" };
    await front.call("POST", "/v1/session", { email: "eve@example.com", password: "guess again" }, headers);
    expect(desk.log.at(-1)?.context?.ip).toBe("203.0.113.77");
  });

  it("ends, with its cookie", async () => {
    const signedIn = await front.call("POST", "/v1/session", { email: OWNER.email, password: OWNER.password }, BROWSER);
    const own = { cookie: signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "", ...BROWSER };
    const answer = await front.call("DELETE", "/v1/session", undefined, own);
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-daybook_session=;.*Max-Age=0/);
    expect((await front.call("GET", "/v1/session", undefined, own)).body).toMatchObject({ user: null, set_up: true });
  });
});

describe("a change by cookie", () => {
  const put = (headers: Record<string, string>) =>
    front.call("PUT", "/v1/organizations/acme-sohne", { name: "Acme" }, headers);
  const bare = () => ({ cookie: cookie.cookie ?? "" });

  it.each([
    ["from another site", { "sec-fetch-site": "cross-site" }],
    ["from a sibling host", { "sec-fetch-site": "same-site" }],
    ["from another site that forges the origin", { "sec-fetch-site": "cross-site", ...CONSOLE }],
    ["from an address typed in", { "sec-fetch-site": "none" }],
    ["from another origin", { origin: "https://evil.example" }],
    ["from the same host on another port", { origin: `${CONSOLE.origin}:8443` }],
    ["from a page without an origin", { origin: "null" }],
    ["from who knows where", {}],
  ])("is refused %s", async (_where, headers: Record<string, string>) => {
    expect(await put({ ...bare(), ...headers })).toMatchObject({ status: 403, body: { code: "origin_mismatch" } });
  });

  it.each([
    ["by Sec-Fetch-Site", BROWSER],
    ["by the exact origin", CONSOLE],
  ])("is taken from the console's own pages, %s", async (_how, headers: Record<string, string>) => {
    expect(await put({ ...bare(), ...headers })).toMatchObject({
      status: 200,
      body: { id: "acme-sohne", name: "Acme" },
    });
  });

  it("is not needed to sign in from a program, but refused to another site's page", async () => {
    const credentials = { email: OWNER.email, password: OWNER.password };
    expect(await front.call("POST", "/v1/session", credentials)).toMatchObject({ status: 201 });
    const foreign = await front.call("POST", "/v1/session", credentials, { "sec-fetch-site": "cross-site" });
    expect(foreign).toMatchObject({ status: 403, body: { code: "origin_mismatch" } });
  });

  it("leaves a key alone, whose request no other site can make", async () => {
    const { headers } = await keyOf(undefined, "organizations:write");
    const answer = await front.call(
      "PUT",
      "/v1/organizations/beta",
      { name: "Beta" },
      { ...headers, "sec-fetch-site": "cross-site" },
    );
    expect(answer).toMatchObject({ status: 201, body: { id: "beta", name: "Beta" } });
  });
});

describe("organizations over HTTP", () => {
  it("are made and renamed by platform keys with the scope, and by nobody else", async () => {
    const own = await keyOf("beta", "events:write", "keys:manage");
    const weak = await keyOf(undefined, "events:write");
    const strong = await keyOf(undefined, "organizations:write");
    const put = (id: string, headers: Record<string, string>) =>
      front.call("PUT", `/v1/organizations/${id}`, { name: "N" }, headers);
    expect(await put("beta", own.headers)).toMatchObject({ status: 403 });
    expect(await put("gamma", weak.headers)).toMatchObject({ status: 403 });
    expect(await put("gamma", {})).toMatchObject({ status: 401 });
    expect(await put("gamma", strong.headers)).toMatchObject({ status: 201 });
    expect(await put("gamma", strong.headers)).toMatchObject({ status: 200 });
    expect(await put("a%20b", strong.headers)).toMatchObject({ status: 422, body: { errors: [{ pointer: "/id" }] } });
    expect(await put("daybook", strong.headers)).toMatchObject({ status: 422 });
    const unknown = await front.call("PUT", "/v1/organizations/beta", { name: 1, "a/b": 1, c: 1 }, strong.headers);
    expect(unknown.body).toMatchObject({ errors: [{ pointer: "/name" }, { pointer: "/a~1b" }, { pointer: "/c" }] });
  });

  it("of others answer like none", async () => {
    const own = await keyOf("beta", "events:read");
    const get = (id: string, headers: Record<string, string>) =>
      front.call("GET", `/v1/organizations/${id}`, undefined, headers);
    expect(await get("beta", own.headers)).toMatchObject({ status: 200, body: { id: "beta" } });
    const foreign = await get("acme-sohne", own.headers);
    const missing = await get("nowhere", own.headers);
    expect([foreign.status, foreign.body]).toEqual([404, missing.body]);
    expect(await get("a%00b", (await keyOf(undefined, "events:read")).headers)).toMatchObject({ status: 404 });
  });
});

describe("keys over HTTP", () => {
  const KEY = { name: "ingest", scopes: ["events:write"] };

  it("are made by the owner's session, listed without the key itself, and revoked", async () => {
    const expires_at = new Date(desk.nowMs + 3_600_000).toISOString();
    const made = await front.call("POST", "/v1/keys", { ...KEY, expires_at }, cookie);
    const { key, ...rest } = made.body as { key: string; id: string };
    expect(made.status).toBe(201);
    expect(rest).toMatchObject({
      organization: "acme-sohne",
      ...KEY,
      expires_at,
      created_by: { email: OWNER.email, role: "owner" },
    });
    expect(key).toMatch(/^dbk_/);
    const listed = await front.call("GET", "/v1/keys", undefined, cookie);
    expect(listed.body).toEqual({ data: [rest] });
    expect(await front.call("DELETE", `/v1/keys/${rest.id}`, undefined, cookie)).toMatchObject({ status: 204 });
    expect(await front.call("DELETE", `/v1/keys/${rest.id}`, undefined, cookie)).toMatchObject({ status: 204 });
    const refused = await front.call("GET", "/v1/keys", undefined, { authorization: `Bearer ${key}` });
    expect(refused).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    const concerned = desk.log.filter((event) => event.resource.id === rest.id);
    expect(concerned.map((event) => event.action)).toEqual(["api_key.create", "api_key.delete"]);
    expect(concerned[1]).toMatchObject({ tenant_id: "acme-sohne", actor: { email: OWNER.email, role: "owner" } });
  });

  it("are made by a key for its own organization alone, with scopes it has", async () => {
    const manager = await keyOf("beta", "keys:manage", "events:write");
    const make = (body: unknown, by = manager) => front.call("POST", "/v1/keys", body, by.headers);
    expect(await make(KEY)).toMatchObject({
      status: 201,
      body: { organization: "beta", created_by: { id: manager.id } },
    });
    expect(await make({ ...KEY, scopes: ["events:read"] })).toMatchObject({ status: 403 });
    const foreign = await make({ ...KEY, organization: "acme-sohne" });
    const missing = await make({ ...KEY, organization: "nowhere" });
    expect([foreign.status, foreign.body]).toEqual([404, missing.body]);
    expect(await make({ ...KEY, organization: "daybook" })).toMatchObject({ status: 404 });
    expect(await make(KEY, await keyOf("beta", "events:write"))).toMatchObject({ status: 403 });
    expect(await make({ ...KEY, scopes: ["everything"], name: undefined, expires_at: "tomorrow" })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/name" }, { pointer: "/scopes/0" }, { pointer: "/expires_at" }] },
    });
  });

  it("of the platform are made and revoked by platform keys and the platform owner", async () => {
    const platform = await keyOf(undefined, "keys:manage", "events:write", "organizations:write");
    const made = await front.call("POST", "/v1/keys", { ...KEY, scopes: ["organizations:write"] }, platform.headers);
    expect(made).toMatchObject({ status: 201, body: { organization: "daybook" } });
    const forBeta = await front.call("POST", "/v1/keys", { ...KEY, organization: "beta" }, platform.headers);
    expect(forBeta).toMatchObject({ status: 201, body: { organization: "beta" } });
    expect(await front.call("POST", "/v1/keys", { ...KEY, organization: "nowhere" }, platform.headers)).toMatchObject({
      status: 404,
    });
    const listed = await front.call("GET", "/v1/keys?organization=daybook", undefined, cookie);
    const { data } = listed.body as { data: { id: string }[] };
    expect(data[0]?.id).toBe((made.body as { id: string }).id);
    expect(await front.call("DELETE", `/v1/keys/${data[0]?.id}`, undefined, cookie)).toMatchObject({ status: 204 });
  });

  it("of others answer like none", async () => {
    const manager = await keyOf("beta", "keys:manage");
    const foreign = await keyOf("acme-sohne", "events:write");
    const platform = await keyOf(undefined, "events:write");
    const revoke = (id: string, headers: Record<string, string>) =>
      front.call("DELETE", `/v1/keys/${id}`, undefined, headers);
    const missing = await revoke("nothing", manager.headers);
    expect(missing.status).toBe(404);
    for (const { id } of [foreign, platform]) {
      expect((await revoke(id, manager.headers)).body).toEqual(missing.body);
    }
    expect((await revoke(manager.id, cookie)).body).toEqual(missing.body);
    expect(await front.call("GET", "/v1/keys?organization=beta", undefined, cookie)).toMatchObject({ status: 404 });
    expect(await revoke((await keyOf("beta", "events:write")).id, foreign.headers)).toMatchObject({ status: 404 });
    const other = await keyOf("beta", "events:write");
    expect(await revoke(manager.id, other.headers)).toMatchObject({ status: 403 });
    expect(await front.call("GET", "/v1/keys?org=beta", undefined, manager.headers)).toMatchObject({
      status: 400,
      body: { code: "invalid_parameter" },
    });
  });
});

it("describes its routes from the schemas that validate", () => {
  const document = front.app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "test", version: "0" } });
  const described = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const registered = front.app.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  expect(described.sort()).toEqual([...new Set(registered)].sort());
  expect(JSON.stringify(document.components?.schemas?.SetUp)).toContain('"format":"password"');
});
