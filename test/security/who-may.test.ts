import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROLES, type Role, type Scope } from "../../src/identity/vocabulary.ts";
import { AppServer } from "../support/app-server.ts";
import { changeRole, join, makeKey, OWNER, setUp } from "../support/console-session.ts";
import { anEvent } from "../support/events.ts";
import { registeredRoutes } from "../support/routes.ts";
import type { TestServer } from "../support/server.ts";

/**
 * Every route × everyone who may come. A route that is registered and not listed here fails a test, so that none is added without
 * deciding who can use it.
 */

let server: TestServer;
let logId: string;
const headers: Partial<Record<Who, Record<string, string>>> = {};

/** Keys are of acme, but for the platform's; people are of acme, each in their role, but for the platform owner, who is not a member. */
type Who =
  | (
      | "nobody"
      | "stranger"
      | "writer"
      | "reader"
      | "manager"
      | "streamer"
      | "alerter"
      | "platform"
      | "platform organizations"
    )
  | ("platform owner" | Role);

const KEYS: Partial<Record<Who, Scope>> = {
  writer: "events:write",
  reader: "events:read",
  manager: "keys:manage",
  streamer: "streams:manage",
  alerter: "alerts:manage",
};

const JSON_TYPE = { "content-type": "application/json" };

const EVERYONE: Who[] = [
  ...([
    "nobody",
    "stranger",
    "writer",
    "reader",
    "manager",
    "streamer",
    "alerter",
    "platform",
    "platform organizations",
  ] as const),
  "platform owner",
  ...(["owner", "admin", "auditor", "member"] as const),
];

beforeAll(async () => {
  server = await AppServer.start();
  const session = await setUp(server, { id: "acme", name: "Acme" });
  for (const role of ROLES) headers[role] = await join(server, session, "acme", role);
  const bearer = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });
  const key = (organization: string, ...scopes: Scope[]) => makeKey(server, session, organization, ...scopes);
  for (const [who, scope] of Object.entries(KEYS)) headers[who as Who] = bearer(await key("acme", scope));
  headers.platform = bearer(
    await key("daybook", "events:write", "events:read", "keys:manage", "streams:manage", "alerts:manage"),
  );
  headers["platform organizations"] = bearer(await key("daybook", "organizations:write"));
  // Of the right form, with the right checksum, but not valid: revoked.
  const revoked = await key("acme", "events:read");
  await server.fetch(`/v1/keys/${revoked.id}`, { method: "DELETE", headers: session });
  headers.stranger = bearer(revoked);
  headers.nobody = {};
  headers["platform owner"] = session;
  const { user } = (await (await server.fetch("/v1/session", { headers: session })).json()) as { user: { id: string } };
  const left = `/v1/organizations/acme/members/${user.id}`;
  expect((await server.fetch(left, { method: "DELETE", headers: headers.owner ?? {} })).status).toBe(204);
  const event = { method: "POST", body: JSON.stringify(anEvent({ id: "e" })) };
  const sent = await server.fetch("/v1/events", { ...event, headers: { ...headers.writer, ...JSON_TYPE } });
  expect(sent.status).toBe(201);
  const { results } = (await sent.json()) as { results: [{ log_id: string }] };
  logId = results[0].log_id;
});
afterAll(() => server.remove());

interface Route {
  /** What is sent; a function where only the running server's log has it. */
  body?: unknown;
  /** What a call with everything right answers. */
  good: number;
  /** Who gets that. */
  may: Who[];
  /** Who is known, but answered otherwise than by 403. */
  but?: Partial<Record<Who, number>>;
  /** For a platform key, which must name the organization. */
  named?: string;
  /** The query that a call must have. */
  query?: string;
}

const READERS: Who[] = ["reader", "platform", "platform owner", "owner", "admin", "auditor"];
/** By session: a key has no account of its own. */
const PEOPLE: Who[] = ["platform owner", "owner", "admin", "auditor", "member"];
const MANAGERS: Who[] = ["owner", "admin"];
const STREAMERS: Who[] = ["streamer", "platform", ...MANAGERS];
/** Of a stream that is not there. */
const stream = (body?: unknown): Route => ({ body, good: 404, may: STREAMERS });
const ALERTERS: Who[] = ["alerter", "platform", ...MANAGERS];
/** Of an alert that is not there. */
const alert = (body?: unknown): Route => ({ body, good: 404, may: ALERTERS });
const KNOWN = EVERYONE.filter((who) => who !== "nobody" && who !== "stranger");
const read = (query = ""): Route => ({ good: 200, may: READERS, query, named: "tenant_id=acme" });

const ROUTES: Record<string, Route> = {
  // A session cannot write events: what it does is recorded by what it calls. A platform key names the organization in the event.
  "POST /v1/events": { body: anEvent(), good: 201, may: ["writer"], but: { platform: 422 } },
  "GET /v1/events": read(),
  "GET /v1/events/facets": read("?field=action"),
  "GET /v1/events/histogram": read(),
  "GET /v1/addresses": read("?ip=203.0.113.9"),
  "GET /v1/groups": read("?by=network"),
  "GET /v1/events/export": read("?format=csv"),
  "GET /v1/events/live": read(),
  // Of an export that nobody made.
  "GET /v1/exports/:id": { ...read(), good: 404 },
  "GET /v1/events/:id": read(),
  "GET /v1/events/:id/entry": read(),
  // It has that name already: the platform owner can create an organization, not rename one.
  "PUT /v1/organizations/:id": {
    body: { name: "Acme" },
    good: 200,
    may: ["platform organizations", "platform owner", ...MANAGERS],
  },
  "GET /v1/organizations/:id": { good: 200, may: KNOWN },
  "PATCH /v1/organizations/:id": { body: { time_zone: "Europe/Paris" }, good: 200, may: MANAGERS },
  "GET /v1/organizations": { good: 200, may: ["platform", "platform organizations", "platform owner"] },
  "GET /v1/organizations/:id/members": { good: 200, may: [...MANAGERS, "auditor"] },
  // Of a person who is not a member.
  "PATCH /v1/organizations/:id/members/:user_id": { body: { role: "member" }, good: 404, may: MANAGERS },
  "DELETE /v1/organizations/:id/members/:user_id": { good: 404, may: MANAGERS },
  "GET /v1/organizations/:id/invitations": { good: 200, may: [...MANAGERS, "auditor"] },
  "POST /v1/organizations/:id/invitations": {
    body: { email: "new@acme.example", role: "admin" },
    good: 201,
    may: MANAGERS,
  },
  "DELETE /v1/organizations/:id/invitations/:invitation_id": { good: 404, may: MANAGERS },
  "POST /v1/keys": {
    body: { name: "n", scopes: ["keys:manage"], organization: "acme" },
    good: 201,
    may: ["manager", "platform", ...MANAGERS],
    but: { "platform owner": 404 },
  },
  "GET /v1/keys": {
    good: 200,
    may: ["manager", "platform", ...MANAGERS, "auditor"],
    but: { "platform owner": 404 },
    query: "?organization=acme",
  },
  // Of a key that nobody has: who can revoke keys learns that, who cannot learns it too.
  "DELETE /v1/keys/:id": { good: 404, may: KNOWN },
  "GET /v1/organizations/:id/views": { good: 200, may: ["platform owner", ...MANAGERS, "auditor"] },
  "POST /v1/organizations/:id/views": {
    body: { name: "v", query: "" },
    good: 201,
    may: ["platform owner", ...MANAGERS, "auditor"],
  },
  "PATCH /v1/organizations/:id/views/:view_id": {
    body: {},
    good: 404,
    may: ["platform owner", ...MANAGERS, "auditor"],
  },
  "DELETE /v1/organizations/:id/views/:view_id": { good: 404, may: ["platform owner", ...MANAGERS, "auditor"] },
  "GET /v1/organizations/:id/streams": { good: 200, may: STREAMERS },
  "POST /v1/organizations/:id/streams": {
    body: { name: "s", type: "webhook", config: { url: "https://siem.example.com/" }, enabled: false },
    good: 201,
    may: STREAMERS,
  },
  "GET /v1/organizations/:id/streams/:stream_id": stream(),
  "PATCH /v1/organizations/:id/streams/:stream_id": stream({}),
  "DELETE /v1/organizations/:id/streams/:stream_id": stream(),
  "POST /v1/organizations/:id/streams/:stream_id/test": stream(),
  "POST /v1/organizations/:id/streams/:stream_id/replay": stream({ start: "beginning" }),
  "POST /v1/organizations/:id/streams/:stream_id/rotate-secret": stream(),
  "GET /v1/organizations/:id/alerts": { good: 200, may: ALERTERS },
  "POST /v1/organizations/:id/alerts": {
    body: { name: "a", condition: { type: "match" }, enabled: false },
    good: 201,
    may: ALERTERS,
  },
  "GET /v1/organizations/:id/ready-alerts": { good: 200, may: ALERTERS },
  "POST /v1/organizations/:id/alert-preview": { body: { condition: { type: "match" } }, good: 200, may: ALERTERS },
  "GET /v1/organizations/:id/firings": { good: 200, may: ALERTERS },
  "POST /v1/organizations/:id/firings/:firing_id/acknowledge": alert(),
  "GET /v1/organizations/:id/alerts/:alert_id": alert(),
  "PATCH /v1/organizations/:id/alerts/:alert_id": alert({}),
  "DELETE /v1/organizations/:id/alerts/:alert_id": alert(),
  "POST /v1/organizations/:id/alerts/:alert_id/test": alert(),
  "POST /v1/organizations/:id/alerts/:alert_id/rotate-secret": alert(),
  "POST /v1/organizations/:id/reviews": {
    body: () => ({ as_of: `${logId}:0` }),
    good: 201,
    may: [...MANAGERS, "auditor"],
  },
  "POST /v1/viewer-tokens": { body: { organization: "acme" }, good: 201, may: ["platform"] },
  // For whoever holds such a token, and nobody else.
  "GET /v1/viewer": { good: 200, may: [] },
  "PATCH /v1/profile": { body: { name: OWNER.name }, good: 200, may: PEOPLE },
  "POST /v1/profile/password": {
    body: { current_password: OWNER.password, new_password: OWNER.password },
    good: 204,
    may: PEOPLE,
  },
  "GET /v1/profile/sessions": { good: 200, may: PEOPLE },
  "DELETE /v1/profile/sessions/:id": { good: 404, may: PEOPLE },
  "POST /v1/profile/two-factor": { body: { password: OWNER.password }, good: 201, may: PEOPLE },
  "POST /v1/profile/two-factor/confirm": { body: { code: "no code" }, good: 422, may: PEOPLE },
  "PUT /v1/profile/columns": { body: { shown: ["time"], widths: {} }, good: 204, may: PEOPLE },
  "DELETE /v1/profile/columns": { good: 204, may: PEOPLE },
  "DELETE /v1/profile/password-guessing": { good: 204, may: PEOPLE },
  "DELETE /v1/profile/two-factor": { body: { password: OWNER.password }, good: 204, may: PEOPLE },
  "GET /v1/checkpoint": read(),
  "GET /v1/checkpoint/keys": read(),
  "GET /v1/proofs/inclusion": read("?id=e"),
  "GET /v1/proofs/consistency": read("?from=1"),
  "GET /v1/integrity": read(),
  "POST /v1/integrity/verification": { good: 202, may: ["platform owner"] },
  "GET /v1/tlog/checkpoint": read(),
  "GET /v1/tlog/tile/entries/:tile": read(),
  "GET /v1/tlog/tile/:level/:tile": read(),
  "GET /metrics": { good: 200, may: ["platform", "platform organizations"] },
  "GET /openapi.json": { good: 200, may: KNOWN },
  "GET /docs": { good: 200, may: KNOWN },
};

/** Open to everyone; what a call needs, it carries: a one-time token, a password, the operator's own token. */
const OPEN: Record<string, { body?: unknown; good: number }> = {
  "GET /healthz": { good: 200 },
  "GET /readyz": { good: 200 },
  "GET /docs/style.css": { good: 200 },
  "GET /v1/session": { good: 200 },
  "POST /v1/session": { body: { token: "nothing" }, good: 401 },
  "POST /v1/setup": {
    body: {
      token: "nothing",
      organization: { name: "N" },
      owner: { name: "n", email: "n@n.example", password: "a long password" },
    },
    good: 409,
  },
  "POST /v1/invitations/look-up": { body: { token: "nothing" }, good: 401 },
  "POST /v1/invitations/accept": { body: { token: "nothing" }, good: 401 },
  "POST /operator": { body: { command: "keys.list", organization: null }, good: 404 },
  "GET /*": { good: 200 },
};

/** End sessions: tried in their own place. */
const ENDING = ["DELETE /v1/session", "DELETE /v1/profile/sessions"];

async function call(
  route: string,
  who: Who,
  { body, query = "", named }: Pick<Route, "body" | "query" | "named"> = {},
) {
  const [method = "", path = ""] = route.split(" ");
  const id = path.startsWith("/v1/organizations") ? "acme" : path.startsWith("/v1/keys") ? "nothing" : "e";
  const search = named && who.startsWith("platform") ? `${query === "" ? "?" : `${query}&`}${named}` : query;
  const init: RequestInit = { method, headers: { ...headers[who], ...JSON_TYPE } };
  if (body !== undefined) init.body = JSON.stringify(typeof body === "function" ? body() : body);
  const response = await server.fetch(
    path
      .replace(":id", id)
      .replace(/:\w+_id/, "nothing")
      .replace(":level", "0")
      .replace(":tile", "000.p/1")
      .replace("/*", "/settings/organization/audit-logs") + search,
    init,
  );
  // Not read to its end: a live stream has none.
  await response.body?.cancel();
  return response.status;
}

it("every route that there is has been decided on", () => {
  expect([...Object.keys(ROUTES), ...Object.keys(OPEN), ...ENDING].sort()).toEqual(registeredRoutes());
});

describe.each(Object.entries(ROUTES))("%s", (route, { good, may, but = {}, ...rest }) => {
  it.each(EVERYONE)("by %s", async (who) => {
    const known = who !== "nobody" && who !== "stranger";
    const expected = may.includes(who) ? good : (but[who] ?? (known ? 403 : 401));
    expect(await call(route, who, rest)).toBe(expected);
  });
});

describe.each(Object.entries(OPEN))("%s", (route, { good, body }) => {
  it("answers whoever comes the same", async () => {
    for (const who of ["nobody", "reader", "owner"] as const) expect(await call(route, who, { body })).toBe(good);
  });
});

describe("what is not there", () => {
  it.each(EVERYONE)("is not there for %s either", async (who) => {
    for (const [route, status] of [
      ["GET /v1/users", 404],
      ["POST /v1/events/export", 405],
      ["DELETE /v1/events/e", 405],
      ["PUT /v1/events/e", 405],
      ["PATCH /v1/keys/x", 405],
      ["GET /operator", 405],
      ["GET /v1/operator", 404],
      ["POST /api/auth/sign-in/email", 404],
      ["POST /api/auth/sign-up/email", 404],
    ] as const) {
      expect(await call(route, who), route).toBe(status);
    }
  });
});

describe("a role that is taken away", () => {
  it("no longer holds in the next request", async () => {
    const owner = headers.owner ?? {};
    expect(await call("GET /v1/events", "auditor")).toBe(200);
    await changeRole(server, owner, "acme", "auditor", "member");
    expect(await call("GET /v1/events", "auditor")).toBe(403);
    await changeRole(server, owner, "acme", "auditor", "auditor");
    expect(await call("GET /v1/events", "auditor")).toBe(200);
  });
});

describe("a look by the platform owner", () => {
  it("is an event of the organization they looked at, which tells their role", async () => {
    expect(await call("GET /v1/events", "platform owner", { named: "tenant_id=acme" })).toBe(200);
    const looks = async () => {
      const response = await server.fetch("/v1/events?action=audit_log.view&role=platform_owner", {
        headers: headers.auditor ?? {},
      });
      return ((await response.json()) as { data: { tenant_id: string; actor: object }[] }).data;
    };
    // The look is recorded beside the answer, and search follows.
    await expect
      .poll(async () => (await looks())[0], { timeout: 10_000 })
      .toMatchObject({
        tenant_id: "acme",
        actor: { type: "user", email: OWNER.email, role: "platform_owner" },
      });
  });
});

describe("DELETE /v1/session", () => {
  it("ends the session there is, and no other's", async () => {
    expect(await call("DELETE /v1/session", "nobody")).toBe(204);
    expect(await call("DELETE /v1/session", "reader")).toBe(204);
    expect(await call("GET /v1/events", "owner")).toBe(200);
    // It would end them all: a key and nobody have none.
    expect(await call("DELETE /v1/profile/sessions", "nobody")).toBe(401);
    expect(await call("DELETE /v1/profile/sessions", "platform")).toBe(403);
    expect(await call("GET /v1/events", "owner")).toBe(200);
    expect(await call("DELETE /v1/session", "owner")).toBe(204);
    expect(await call("GET /v1/events", "owner")).toBe(401);
  });
});
