import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { totpCode, totpStep } from "../../src/identity/totp.ts";
import { ACME, bearer, cookieHeaders, Desk, ORIGIN, OWNER, sqlite } from "./fixture.ts";
import { Front } from "./http-fixture.ts";
import { addBen, BEN } from "./second-person.ts";

const BROWSER = { "sec-fetch-site": "same-origin", "user-agent": "Mozilla/5.0 (profile)" };
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const engine = sqlite();
let desk: Desk;
let front: Front;
let owner: Record<string, string>;
let ben: Record<string, string>;

beforeAll(async () => {
  desk = await Desk.open(await engine.location());
  front = await Front.open(desk.identity, ["https://audit.example.com"]);
  owner = browser(await desk.setUp());
  await addBen(desk.location, { acme: "member" });
  ben = await signedIn(BEN);
});
afterAll(async () => {
  await front.close();
  await desk.identity.close();
  await engine.stop();
});

const browser = (headers: Headers) => ({ cookie: headers.get("cookie") ?? "", ...BROWSER });

async function signedIn({ email, password }: { email: string; password: string }): Promise<Record<string, string>> {
  const answer = await front.call("POST", "/v1/session", { email, password }, BROWSER);
  return browser(cookieHeaders(answer.headers.getSetCookie()));
}

async function sessionsOf(headers: Record<string, string>) {
  const { status, body } = await front.call("GET", "/v1/profile/sessions", undefined, headers);
  expect(status).toBe(200);
  return (body as { data: { id: string; current: boolean }[] }).data;
}

describe("a profile over HTTP", () => {
  it("takes a new name and answers the session with it", async () => {
    const renamed = await front.call("PATCH", "/v1/profile", { name: "Ben M." }, ben);
    expect(renamed).toMatchObject({
      status: 200,
      body: {
        user: { id: BEN.id, name: "Ben M.", email: BEN.email, two_factor: false },
        organizations: [{ id: ACME.id, role: "member" }],
        set_up: true,
      },
    });
    expect((await front.call("GET", "/v1/session", undefined, ben)).body).toEqual(renamed.body);
    expect(await front.call("PATCH", "/v1/profile", { name: "", email: "x@example.com" }, ben)).toMatchObject({
      status: 422,
      body: { code: "invalid_input" },
    });
  });

  it("keeps how somebody wants the table of audit logs, and refuses what is not a layout", async () => {
    const put = (body: object) => front.call("PUT", "/v1/profile/columns", body, ben);
    const columns = { shown: ["user", "action"], widths: { user: 12.5 } };
    expect(await put(columns)).toMatchObject({ status: 204 });
    expect((await front.call("GET", "/v1/session", undefined, ben)).body).toMatchObject({ user: { columns } });
    for (const refused of [
      { shown: ["user", "user"], widths: {} },
      { shown: ["User name"], widths: {} },
      { shown: ["user"], widths: { user: 1 } },
      { shown: ["user"] },
    ]) {
      expect(await put(refused)).toMatchObject({ status: 422, body: { code: "invalid_input" } });
    }
    expect(await front.call("DELETE", "/v1/profile/columns", undefined, ben)).toMatchObject({ status: 204 });
    expect((await front.call("GET", "/v1/session", undefined, ben)).body).toMatchObject({ user: { columns: null } });
  });

  it("is nothing to a key, to nobody, or to another site", async () => {
    const { key } = await desk.identity.createKey(
      { organization: undefined, name: "all", scopes: ["events:read", "keys:manage"] },
      { type: "system" },
      ORIGIN,
    );
    const keyed = { authorization: bearer(key).get("authorization") ?? "" };
    for (const [method, path, body] of CALLS) {
      expect(await front.call(method, path, body, keyed), path).toMatchObject({
        status: 403,
        body: { code: "forbidden" },
      });
      expect(await front.call(method, path, body), path).toMatchObject({
        status: 401,
        body: { code: "unauthenticated" },
      });
      if (method === "GET") continue;
      const foreign = await front.call(method, path, body, { ...ben, "sec-fetch-site": "cross-site" });
      expect(foreign, path).toMatchObject({ status: 403, body: { code: "origin_mismatch" } });
    }
  });

  it("names the fields at fault, all at once", async () => {
    const answer = await front.call("POST", "/v1/profile/password", { new_password: "short" }, ben);
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/current_password" }, { pointer: "/new_password" }] },
    });
  });

  it("lists sessions, and another person's id answers like none", async () => {
    const second = await signedIn(BEN);
    const list = await sessionsOf(second);
    expect(list[0]).toEqual({
      id: expect.any(String),
      current: true,
      created_at: TIME,
      last_used_at: TIME,
      expires_at: TIME,
      ip: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
      user_agent: BROWSER["user-agent"],
    });
    expect(list).toHaveLength(2);
    const [ofOwner] = await sessionsOf(owner);
    const end = (id: string, headers = second) =>
      front.call("DELETE", `/v1/profile/sessions/${id}`, undefined, headers);
    const foreign = await end(ofOwner?.id ?? "");
    const missing = await end("nothing");
    expect([foreign.status, foreign.body]).toEqual([404, missing.body]);
    const ended = await end(list[0]?.id ?? "");
    expect([ended.status, ended.headers.getSetCookie()[0]]).toEqual([204, expect.stringMatching(/=;.*Max-Age=0$/)]);
    expect((await end(ofOwner?.id ?? "", owner)).status).toBe(204);
    owner = await signedIn(OWNER);
    expect(await front.call("GET", "/v1/profile/sessions", undefined, second)).toMatchObject({ status: 401 });
    expect(await sessionsOf(ben)).toHaveLength(1);
    expect((await end((await sessionsOf(ben))[0]?.id ?? "", ben)).headers.getSetCookie()).toHaveLength(1);
    ben = await signedIn(BEN);
  });

  it("signs out everywhere, here too", async () => {
    const other = await signedIn(BEN);
    const answer = await front.call("DELETE", "/v1/profile/sessions", undefined, ben);
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-daybook_session=;.*Max-Age=0$/);
    for (const headers of [ben, other]) {
      expect((await front.call("GET", "/v1/session", undefined, headers)).body).toMatchObject({ user: null });
    }
    ben = await signedIn(BEN);
  });

  it("changes the password, which ends every other session", async () => {
    const other = await signedIn(BEN);
    const change = (current_password: string) =>
      front.call("POST", "/v1/profile/password", { current_password, new_password: "another horse battery" }, ben);
    expect(await change("not the password")).toMatchObject({
      status: 422,
      body: { code: "invalid_input", errors: [{ pointer: "/current_password" }] },
    });
    expect(await change(BEN.password)).toMatchObject({ status: 204, body: undefined });
    expect(await sessionsOf(ben)).toHaveLength(1);
    expect(await front.call("GET", "/v1/profile/sessions", undefined, other)).toMatchObject({ status: 401 });
    ben = await signedIn({ ...BEN, password: "another horse battery" });
  });
});

it("two-factor sign-in over HTTP: begun, confirmed, asked for, turned off", async () => {
  const call = (method: string, path: string, body?: unknown) => front.call(method, path, body, owner);
  const path = "/v1/profile/two-factor";
  expect(await call("POST", `${path}/confirm`, { code: "123456" })).toMatchObject({ status: 404 });
  expect(await call("POST", path, { password: "wrong" })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: "/password" }] },
  });
  const begun = await call("POST", path, { password: OWNER.password });
  const { secret, uri, recovery_codes } = begun.body as { secret: string; uri: string; recovery_codes: string[] };
  expect(begun.status).toBe(201);
  expect(begun.headers.get("set-cookie")).toBeNull();
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(new URL(uri).searchParams.get("secret")).toBe(secret);
  expect(recovery_codes).toHaveLength(10);
  const code = () => totpCode(bytesOf(secret), totpStep(desk.nowMs));
  expect(await call("POST", `${path}/confirm`, { code: "12345" })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: "/code" }] },
  });
  expect((await call("POST", `${path}/confirm`, { code: code() })).status).toBe(204);
  expect((await call("GET", "/v1/session")).body).toMatchObject({ user: { two_factor: true } });
  expect(await call("POST", path, { password: OWNER.password })).toMatchObject({
    status: 409,
    body: { code: "two_factor_enabled" },
  });

  desk.nowMs += 30_000;
  const credentials = { email: OWNER.email, password: OWNER.password };
  const signIn = (input: unknown) => front.call("POST", "/v1/session", input, BROWSER);
  const asked = await signIn(credentials);
  expect(asked).toMatchObject({ status: 401, body: { code: "two_factor_required" } });
  expect(asked.headers.getSetCookie()).toEqual([]);
  const wrong = { status: 401, body: { code: "invalid_credentials" } };
  expect(await signIn({ ...credentials, code: "no code" })).toMatchObject(wrong);
  expect(await signIn({ ...credentials, password: "wrong", code: code() })).toMatchObject(wrong);
  expect(await signIn({ ...credentials, code: code() })).toMatchObject({
    status: 201,
    body: { user: { two_factor: true } },
  });
  expect(await signIn({ ...credentials, code: recovery_codes[3] })).toMatchObject({ status: 201 });
  expect(await call("DELETE", path, { password: OWNER.password })).toMatchObject({ status: 204 });
  expect(await signIn(credentials)).toMatchObject({ status: 201, body: { user: { two_factor: false } } });
});

/** RFC 4648 base32. */
function bytesOf(base32: string): Buffer {
  const bits = [...base32].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"));
  return Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

const CALLS: [method: string, path: string, body?: unknown][] = [
  ["PATCH", "/v1/profile", { name: "N" }],
  ["POST", "/v1/profile/password", { current_password: BEN.password, new_password: "a long password" }],
  ["GET", "/v1/profile/sessions"],
  ["DELETE", "/v1/profile/sessions"],
  ["DELETE", "/v1/profile/sessions/nothing"],
  ["POST", "/v1/profile/two-factor", { password: BEN.password }],
  ["POST", "/v1/profile/two-factor/confirm", { code: "123456" }],
  ["DELETE", "/v1/profile/two-factor", { password: BEN.password }],
];
