import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { cookieOf, makeKey, OWNER, setUp } from "../support/console-session.ts";
import { anEvent, type Problem } from "../support/events.ts";
import { beginJson } from "../support/raw-http.ts";
import type { TestServer } from "../support/server.ts";

const SAME_ORIGIN = { "sec-fetch-site": "same-origin" };

let server: TestServer;
let session: Record<string, string>;
let key: string;
let setupToken: string;

async function start(...args: string[]): Promise<void> {
  server = await AppServer.start({ args });
  setupToken = await server.setupToken();
  session = await setUp(server, { id: "acme", name: "Acme" });
  key = (await makeKey(server, session, "acme", "events:read", "keys:manage")).key;
}

function signIn(headers: Record<string, string> = SAME_ORIGIN, input: unknown = credentials()): Promise<Response> {
  return server.fetch("/v1/session", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(input),
  });
}

const credentials = () => ({ email: OWNER.email, password: OWNER.password });
const wrong = () => ({ email: OWNER.email, password: "not the password" });

/** The newest event of an action, with an outcome. */
async function latest(action: string, outcome: string): Promise<Event | undefined> {
  await server.caughtUp(key);
  const response = await server.fetch(`/v1/events?action=${action}&outcome=${outcome}&limit=1`, {}, key);
  return ((await response.json()) as { data: Event[] }).data[0];
}

describe("with no proxy to believe", () => {
  beforeAll(() => start());
  afterAll(() => server.remove());

  describe("set-up", () => {
    it("is done once, by who holds the token", async () => {
      const again = await server.fetch("/v1/setup", {
        method: "POST",
        headers: { "content-type": "application/json", ...SAME_ORIGIN },
        body: JSON.stringify({
          token: setupToken,
          organization: { name: "Evil" },
          owner: { ...OWNER, email: "eve@evil.example" },
        }),
      });
      expect(await again.json()).toMatchObject({ status: 409, code: "already_set_up" });
    });

    it("has left no account that nobody made", async () => {
      for (const email of ["admin", "admin@daybook", "owner@acme"]) {
        expect((await signIn(SAME_ORIGIN, { email, password: "admin" })).status).toBe(401);
      }
    });
  });

  describe("a session's cookie", () => {
    it("is for this host alone, out of reach of scripts and other sites", async () => {
      const cookies = (await signIn()).headers.getSetCookie();
      expect(cookies.map((cookie) => cookie.split("; ", 1)[0])).toEqual([
        expect.stringMatching(/^__Host-daybook_session=[A-Za-z0-9_-]{43,}$/),
        expect.stringMatching(/^__Host-daybook_browser=[A-Za-z0-9_-]{22}\.\d+\.[A-Za-z0-9_-]{43}$/),
      ]);
      for (const cookie of cookies) {
        const [, ...attributes] = cookie.split("; ");
        expect(attributes.sort()).toEqual([
          "HttpOnly",
          expect.stringMatching(/^Max-Age=\d+$/),
          "Path=/",
          "SameSite=Strict",
          "Secure",
        ]);
      }
    });

    it("is another one after every sign-in, and the one before no longer holds", async () => {
      const first = cookieOf(await signIn());
      const second = cookieOf(await signIn({ ...SAME_ORIGIN, cookie: first }));
      expect(second).not.toBe(first);
      const status = async (cookie: string) => (await server.fetch("/v1/events", { headers: { cookie } })).status;
      expect([await status(first), await status(second)]).toEqual([401, 200]);
    });

    it("no longer holds after signing out", async () => {
      const cookie = cookieOf(await signIn());
      const out = await server.fetch("/v1/session", { method: "DELETE", headers: { cookie, ...SAME_ORIGIN } });
      expect([out.status, cookieOf(out)]).toEqual([204, "__Host-daybook_session="]);
      expect((await server.fetch("/v1/events", { headers: { cookie } })).status).toBe(401);
    });

    it("is not looked at beside an Authorization header, nor is either taken for the other", async () => {
      const { cookie = "" } = session;
      const token = cookie.split("=")[1] ?? "";
      const status = async (headers: Record<string, string>) => (await server.fetch("/v1/events", { headers })).status;
      expect(await status({ cookie, authorization: "Bearer dbk_nothing" })).toBe(401);
      expect(await status({ authorization: `Bearer ${token}` })).toBe(401);
      expect(await status({ cookie: `__Host-daybook_session=${key}` })).toBe(401);
      expect(await status({ cookie: `daybook_session=${token}` })).toBe(401);
    });
  });

  describe("a change by cookie", () => {
    const rename = (headers: Record<string, string>) =>
      server.fetch("/v1/organizations/acme", {
        method: "PUT",
        headers: { cookie: session.cookie ?? "", "content-type": "application/json", ...headers },
        body: JSON.stringify({ name: "Renamed" }),
      });

    it.each([
      ["another site", { "sec-fetch-site": "cross-site" }],
      ["a sibling of this host", { "sec-fetch-site": "same-site" }],
      ["the address line", { "sec-fetch-site": "none" }],
      ["another origin", { origin: "https://evil.example" }],
      ["another port", { origin: "http://localhost:1" }],
      ["a sandboxed page", { origin: "null" }],
      ["another site, beside an Authorization header", { "sec-fetch-site": "cross-site", authorization: "Basic eDp4" }],
      ["who does not say", {}],
    ])("is refused from %s", async (_where, headers: Record<string, string>) => {
      const answer = await rename(headers);
      expect(await answer.json()).toMatchObject({ status: 403, code: "origin_mismatch" });
    });

    it("is taken from the console's own pages", async () => {
      expect((await rename(SAME_ORIGIN)).status).toBe(200);
      expect((await rename({ origin: server.url })).status).toBe(200);
    });

    it("is refused to other sites also where it would sign somebody in", async () => {
      expect((await signIn({ "sec-fetch-site": "cross-site" })).status).toBe(403);
      expect((await signIn({ origin: "https://evil.example" })).status).toBe(403);
    });
  });

  describe("a change whose body comes late", () => {
    const begin = (method: string, path: string, headers: Record<string, string>, body: unknown) =>
      beginJson(new URL(path, server.url), { method, headers, body });

    it("is refused when its key was revoked meanwhile", async () => {
      const revoked = await makeKey(server, session, "acme", "events:write", "keys:manage");
      const headers = { authorization: `Bearer ${revoked.key}` };
      const requests = [
        await begin("POST", "/v1/keys", headers, { name: "back door", scopes: ["keys:manage"] }),
        await begin("POST", "/v1/events", headers, anEvent()),
      ];
      const revoke = await server.fetch(`/v1/keys/${revoked.id}`, { method: "DELETE", headers: session });
      expect(revoke.status).toBe(204);
      for (const finish of requests) expect((await finish()).status).toBe(401);
    });

    it("is refused when its session was ended meanwhile", async () => {
      const headers = { cookie: cookieOf(await signIn()), ...SAME_ORIGIN };
      const requests = [
        await begin("POST", "/v1/keys", headers, { name: "back door", scopes: ["keys:manage"] }),
        await begin("POST", "/v1/organizations/acme/invitations", headers, {
          email: "eve@evil.example",
          role: "owner",
        }),
        await begin("PUT", "/v1/organizations/acme", headers, { name: "Evil" }),
        await begin("PATCH", "/v1/profile", headers, { name: "Eve" }),
      ];
      expect((await server.fetch("/v1/session", { method: "DELETE", headers })).status).toBe(204);
      for (const finish of requests) expect((await finish()).status).toBe(401);
    });
  });

  describe("GET", () => {
    it.each([
      ["a method in the address", "/v1/organizations/acme?_method=PUT&name=Stolen", {}],
      [
        "a method in a header",
        "/v1/organizations/acme",
        { "x-http-method-override": "PUT", "x-method-override": "DELETE" },
      ],
      ["signing out", "/v1/session?_method=DELETE", { "x-http-method-override": "DELETE" }],
      ["a link that signs in", "/v1/session?token=x", {}],
      ["revoking a key", "/v1/keys/x?_method=DELETE", { "x-http-method-override": "DELETE" }],
    ])("changes nothing, whatever it says: %s", async (_what, path, headers) => {
      const state = async () => {
        const [organization, keys, who] = await Promise.all(
          ["/v1/organizations/acme", "/v1/keys?organization=acme", "/v1/session"].map(async (one) =>
            (await server.fetch(one, { headers: session })).text(),
          ),
        );
        return [organization, keys?.replaceAll(/"last_used_at":[^,}]+/g, ""), who];
      };
      const before = await state();
      for (const method of ["GET", "HEAD"]) await server.fetch(path, { method, headers: { ...session, ...headers } });
      expect(await state()).toEqual(before);
    });
  });

  describe("a failed sign-in", () => {
    it("is recorded where its sender really is, whatever address they claim", async () => {
      for (const claim of [
        { "x-forwarded-for": "203.0.113.9" },
        { forwarded: "for=203.0.113.9" },
        { "x-real-ip": "203.0.113.9" },
      ]) {
        expect((await signIn({ ...SAME_ORIGIN, ...claim }, wrong())).status).toBe(401);
        const event = await latest("auth.login", "failure");
        expect(event?.context?.ip).toMatch(/^(127\.0\.0\.1|::1)$/);
      }
    });

    it("is recorded with what its browser calls itself, which forges no line of the server's log", async () => {
      const agent = 'x","level":"error","message":"forged \x9b[31m';
      expect((await signIn({ ...SAME_ORIGIN, "user-agent": agent }, wrong())).status).toBe(401);
      const event = await latest("auth.login", "failure");
      expect(event).toMatchObject({ actor: { email: OWNER.email }, context: { user_agent: agent } });
      expect(server.output()).not.toContain("forged");
    });

    it("is slowed down after a few, before anything else is done", async () => {
      const answers: Response[] = [];
      for (let i = 0; i < 4; i++) answers.push(await signIn(SAME_ORIGIN, wrong()));
      const last = answers.at(-1);
      const problem = (await last?.json()) as Problem;
      expect(problem).toMatchObject({ status: 429, code: "rate_limited" });
      expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
      // The right password waits as well: otherwise its answer would tell that it is right.
      expect((await signIn()).status).toBe(429);
    });
  });
});

describe("behind a proxy that is believed", () => {
  beforeAll(() => start("--trusted-proxies", "127.0.0.0/8,::1,198.51.100.0/24"));
  afterAll(() => server.remove());

  it.each([
    ["the address it saw", "203.0.113.9", "203.0.113.9"],
    ["the last that no proxy wrote", "1.1.1.1, 203.0.113.9, 198.51.100.7", "203.0.113.9"],
    ["an IPv6 address", "2001:db8::9", "2001:db8::9"],
  ])("a sign-in is recorded with %s", async (_what, forwarded, ip) => {
    await signIn({ ...SAME_ORIGIN, "x-forwarded-for": forwarded }, wrong());
    expect((await latest("auth.login", "failure"))?.context?.ip).toBe(ip);
  });

  it("a guesser is slowed down by where they are, and nobody else is", async () => {
    const from = (address: string) => ({ ...SAME_ORIGIN, "x-forwarded-for": address });
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await signIn(from("192.0.2.50"), wrong())).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await signIn(from(`1.2.3.4, 192.0.2.50`))).status).toBe(429);
    expect((await signIn(from("192.0.2.51"))).status).toBe(429);
    expect((await signIn(from("192.0.3.50"))).status).toBe(201);
  });

  it("an owner gets in from a flooded network with a browser they used before, and with no forged proof of it", async () => {
    const inNetwork = (address: number, cookie = "") => ({
      ...SAME_ORIGIN,
      "x-forwarded-for": `198.18.0.${address}`,
      cookie,
    });
    const [, proof = ""] = (await signIn({ ...SAME_ORIGIN, "x-forwarded-for": "203.0.114.1" })).headers
      .getSetCookie()
      .map((cookie) => cookie.split(";", 1)[0] ?? "");
    const guesses = Array.from({ length: 60 }, (_, i) => signIn(inNetwork(i), wrong()));
    expect((await Promise.all(guesses)).map(({ status }) => status).filter((status) => status === 401)).toHaveLength(5);
    const own = await signIn(inNetwork(99, proof));
    expect(own.status).toBe(201);

    const [name = "", value = ""] = proof.split("=");
    const [id = "", when = "", signature = ""] = value.split(".");
    const earlier = `${name}=${id}.${Number(when) - 1}.${signature}`;
    const renamed = `${name}=${"A".repeat(22)}.${when}.${signature}`;
    for (const cookie of ["", `${name}=x`, earlier, renamed]) {
      expect((await signIn(inNetwork(99, cookie))).status).toBe(429);
    }
    const other = { email: "admin@acme.example", password: OWNER.password };
    expect((await signIn(inNetwork(99, proof), other)).status).toBe(429);
    expect((await signIn(inNetwork(99, proof))).status).toBe(201);
  });
});
