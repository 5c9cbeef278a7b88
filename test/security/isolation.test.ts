import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "../../src/identity/vocabulary.ts";
import { AppServer } from "../support/app-server.ts";
import { join, makeKey, setUp } from "../support/console-session.ts";
import { anEvent, type Problem, type Results } from "../support/events.ts";
import type { TestServer } from "../support/server.ts";

/** Is in everything that globex has, so that it is found wherever it leaks. */
const SECRET = "globex-secret";
const ALL = "start=2026-03-01&end=2026-03-31";

let server: TestServer;
/** Every scope an organization's key can have. */
let acme: string;
let globex: string;
let platform: string;
let session: Record<string, string>;
let foreignKeyId: string;
let foreignCursor: string;
let foreignMemberId: string;
let foreignInvitationId: string;

beforeAll(async () => {
  server = await AppServer.start();
  const owner = await setUp(server, { id: "acme", name: "Acme" });
  // Whoever sets up owns the platform, and reads every organization: this is about who does not.
  session = await join(server, owner, "acme", "owner");
  const all: Scope[] = ["events:write", "events:read", "keys:manage", "streams:manage", "alerts:manage"];
  acme = (await makeKey(server, session, "acme", ...all)).key;
  platform = (await makeKey(server, owner, "daybook", ...all, "organizations:write")).key;
  const headers = { authorization: `Bearer ${platform}` };
  const put = { ...json("PUT", { name: "Globex" }) };
  await server.fetch("/v1/organizations/globex", { ...put, headers: { ...put.headers, ...headers } });
  const theirs = await makeKey(server, headers, "globex", ...all);
  [globex, foreignKeyId] = [theirs.key, theirs.id];
  const stranger = await join(server, owner, "globex", "admin");
  const members = await server.fetch("/v1/organizations/globex/members", { headers: stranger });
  foreignMemberId = ((await members.json()) as { data: { user_id: string }[] }).data[0]?.user_id ?? "";
  const invitation = json("POST", { email: "pending@globex.example", role: "auditor" });
  const invitations = "/v1/organizations/globex/invitations";
  const made = await server.fetch(invitations, { ...invitation, headers: { ...invitation.headers, ...stranger } });
  foreignInvitationId = ((await made.json()) as { id: string }).id;
  expect([foreignMemberId, foreignInvitationId]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  const secret = (n: number) =>
    anEvent({
      id: `${SECRET}-${n}`,
      timestamp: `2026-03-0${n}T00:00:00Z`,
      action: `${SECRET}.action`,
      actor: { type: "user", id: SECRET, role: SECRET, name: SECRET, email: SECRET },
      resource: { type: SECRET, id: SECRET, name: SECRET },
      description: SECRET,
      context: { ip: "192.0.2.66" },
      metadata: { [SECRET]: SECRET },
    });
  expect((await server.post(globex, [1, 2, 3].map(secret))).status).toBe(201);
  expect(
    (
      await server.post(
        acme,
        [1, 2].map((n) => anEvent({ id: `own-${n}`, timestamp: `2026-03-0${n}T00:00:00Z` })),
      )
    ).status,
  ).toBe(201);
  await server.caughtUp(globex);
  const page = await server.fetch(`/v1/events?${ALL}&limit=1`, {}, globex);
  foreignCursor = ((await page.json()) as { next_cursor: string }).next_cursor;
  expect(foreignCursor).toEqual(expect.any(String));
});
afterAll(() => server.remove());

/** All of an answer but what names this very request and moment. */
async function answerOf(path: string, init: RequestInit & { as?: string } = {}) {
  const response = await server.fetch(path, init, init.as);
  const { "x-request-id": _id, date: _date, ...headers } = Object.fromEntries(response.headers);
  const text = await response.text();
  expect(text).not.toContain(SECRET);
  return { status: response.status, headers, text: text.replaceAll(/"request_id":"[^"]+"/g, "") };
}

const json = (method: string, body: unknown) => ({
  method,
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" },
});

/** Each call twice: with what is globex's, and with what nobody has, of the same length. */
const NOWHERE = "nowher";
const CALLS: [
  what: string,
  call: (organization: string, event: string, key: string) => [path: string, init?: RequestInit],
  status: number,
][] = [
  ["the list", (organization) => [`/v1/events?tenant_id=${organization}`], 404],
  ["facets", (organization) => [`/v1/events/facets?field=action&tenant_id=${organization}`], 404],
  ["groups", (organization) => [`/v1/groups?by=actor_id&tenant_id=${organization}`], 404],
  ["the histogram", (organization) => [`/v1/events/histogram?tenant_id=${organization}`], 404],
  ["a CSV export", (organization) => [`/v1/events/export?format=csv&tenant_id=${organization}`], 404],
  ["an NDJSON export", (organization) => [`/v1/events/export?format=ndjson&tenant_id=${organization}`], 404],
  ["one event by its id", (_, event) => [`/v1/events/${event}`], 404],
  ["one event of theirs", (organization, event) => [`/v1/events/${event}?tenant_id=${organization}`], 404],
  ["an entry by its id", (_, event) => [`/v1/events/${event}/entry`], 404],
  ["an entry of theirs", (organization, event) => [`/v1/events/${event}/entry?tenant_id=${organization}`], 404],
  ["its checkpoint", (organization) => [`/v1/checkpoint?tenant_id=${organization}`], 404],
  ["the state of its log", (organization) => [`/v1/integrity?tenant_id=${organization}`], 404],
  ["its signing keys", (organization) => [`/v1/checkpoint/keys?tenant_id=${organization}`], 404],
  ["a bundle", (organization) => [`/v1/events/export?format=ndjson&proof=1&tenant_id=${organization}`], 404],
  ["the proof of an export", (organization, event) => [`/v1/exports/${event}?tenant_id=${organization}`], 404],
  ["a proof of an event by its id", (_, event) => [`/v1/proofs/inclusion?id=${event}`], 404],
  ["a proof of an event of theirs", (o, event) => [`/v1/proofs/inclusion?id=${event}&tenant_id=${o}`], 404],
  ["a proof of consistency", (organization) => [`/v1/proofs/consistency?from=1&tenant_id=${organization}`], 404],
  ["its tree's checkpoint", (organization) => [`/v1/tlog/checkpoint?tenant_id=${organization}`], 404],
  ["a tile of its tree", (organization) => [`/v1/tlog/tile/0/000.p/1?tenant_id=${organization}`], 404],
  ["its entries", (organization) => [`/v1/tlog/tile/entries/000.p/1?tenant_id=${organization}`], 404],
  ["the organization", (organization) => [`/v1/organizations/${organization}`], 404],
  ["its streams", (organization) => [`/v1/organizations/${organization}/streams`], 404],
  [
    "a stream of it",
    (organization) => [
      `/v1/organizations/${organization}/streams`,
      json("POST", { name: "s", type: "webhook", config: { url: "https://spy.example.com" } }),
    ],
    404,
  ],
  ["its alerts", (organization) => [`/v1/organizations/${organization}/alerts`], 404],
  ["what they fired for", (organization) => [`/v1/organizations/${organization}/firings`], 404],
  [
    "a preview of its events",
    (organization) => [
      `/v1/organizations/${organization}/alert-preview`,
      json("POST", { condition: { type: "match" } }),
    ],
    404,
  ],
  [
    "an alert of it",
    (organization) => [
      `/v1/organizations/${organization}/alerts`,
      json("POST", {
        name: "a",
        condition: { type: "match" },
        deliver: { webhook: { url: "https://spy.example.com" } },
      }),
    ],
    404,
  ],
  ["its keys", (organization) => [`/v1/keys?organization=${organization}`], 404],
  ["revoking its key", (_o, _e, key) => [`/v1/keys/${key}`, { method: "DELETE" }], 404],
  [
    "a key for it",
    (organization) => ["/v1/keys", json("POST", { organization, name: "n", scopes: ["events:read"] })],
    404,
  ],
];

const FOREIGN = ["globex", `${SECRET}-1`, ""] as const;
const MISSING = [NOWHERE, "nothing-there-1", "01a20000-0000-7000-8000-000000000000"] as const;

describe("to an organization's key, what belongs to another is as if it did not exist:", () => {
  it.each(CALLS)("%s", async (_what, call, status) => {
    const [path, init] = call(FOREIGN[0], FOREIGN[1], foreignKeyId);
    const [nowhere, same] = call(...MISSING);
    const foreign = await answerOf(path, { ...init, as: acme });
    expect(foreign.status).toBe(status);
    expect(foreign).toEqual(await answerOf(nowhere, { ...same, as: acme }));
  });

  it("renaming it", async () => {
    const rename = (id: string) => answerOf(`/v1/organizations/${id}`, { ...json("PUT", { name: "Mine" }), as: acme });
    const foreign = await rename("globex");
    expect(foreign.status).toBe(403);
    expect(foreign).toEqual(await rename(NOWHERE));
  });

  it("writing for it", async () => {
    const write = (tenant_id: string) =>
      answerOf("/v1/events", { ...json("POST", anEvent({ id: "w", tenant_id })), as: acme });
    const foreign = await write("globex");
    expect(foreign.status).toBe(422);
    expect(foreign).toEqual(await write(NOWHERE));
    expect(foreign).toEqual(await write("daybook"));
  });

  it("its cursor", async () => {
    const page = (cursor: string) => answerOf(`/v1/events?${ALL}&cursor=${cursor}`, { as: acme });
    const foreign = await page(foreignCursor);
    expect(foreign.status).toBe(400);
    expect(foreign).toEqual(await page("x".repeat(foreignCursor.length)));
  });
});

describe("to a session, what belongs to another organization is as if it did not exist:", () => {
  it.each(CALLS)("%s", async (_what, call, status) => {
    const by = (init: RequestInit = {}) => ({ ...init, headers: { ...init.headers, ...session } });
    const [path, init] = call(FOREIGN[0], FOREIGN[1], foreignKeyId);
    const [nowhere, same] = call(...MISSING);
    const foreign = await answerOf(path, by(init));
    expect(foreign.status).toBe(status);
    expect(foreign).toEqual(await answerOf(nowhere, by(same)));
  });

  it("renaming it", async () => {
    const rename = (id: string) => {
      const init = json("PUT", { name: "Mine" });
      return answerOf(`/v1/organizations/${id}`, { ...init, headers: { ...init.headers, ...session } });
    };
    const foreign = await rename("globex");
    expect(foreign.status).toBe(404);
    expect(foreign).toEqual(await rename(NOWHERE));
  });
});

/** As above, of people: a key cannot manage them anywhere, and learns nothing by being refused. */
const PEOPLE_CALLS: [
  what: string,
  call: (organization: string, member: string, invitation: string) => [path: string, init?: RequestInit],
][] = [
  ["its members", (organization) => [`/v1/organizations/${organization}/members`]],
  ["its member's role", (...ids) => [memberPath(...ids), json("PATCH", { role: "member" })]],
  ["removing its member", (...ids) => [memberPath(...ids), { method: "DELETE" }]],
  ["its member as one of one's own", (_, member) => [memberPath("acme", member), { method: "DELETE" }]],
  ["its invitations", (organization) => [`/v1/organizations/${organization}/invitations`]],
  [
    "an invitation to it",
    (organization) => [
      `/v1/organizations/${organization}/invitations`,
      json("POST", { email: "spy@acme.example", role: "auditor" }),
    ],
  ],
  ["withdrawing its invitation", (...ids) => [invitationPath(...ids), { method: "DELETE" }]],
  ["its invitation as one's own", (_, ...ids) => [invitationPath("acme", ...ids), { method: "DELETE" }]],
  ["its settings", (organization) => [`/v1/organizations/${organization}`, json("PATCH", { name: "Mine" })]],
];
const memberPath = (organization: string, member: string, _invitation?: string) =>
  `/v1/organizations/${organization}/members/${member}`;
const invitationPath = (organization: string, _member: string, invitation: string) =>
  `/v1/organizations/${organization}/invitations/${invitation}`;

describe("the people of another organization are as if they did not exist:", () => {
  it.each(PEOPLE_CALLS)("%s", async (_what, call) => {
    const nobody = "01a20000-0000-7000-8000-000000000000";
    for (const [headers, status] of [
      [session, 404],
      [{ authorization: `Bearer ${acme}` }, 403],
    ] as const) {
      const by = ([path, init]: [string, RequestInit?]) =>
        answerOf(path, { ...init, headers: { ...init?.headers, ...headers } });
      const foreign = await by(call("globex", foreignMemberId, foreignInvitationId));
      expect(foreign.status).toBe(status);
      expect(foreign).toEqual(await by(call(NOWHERE, nobody, nobody)));
    }
  });
});

describe("an organization sees nothing of another", () => {
  it.each([
    `/v1/events?${ALL}&limit=1000`,
    `/v1/events?${ALL}&q=${SECRET}`,
    `/v1/events?${ALL}&ip=0.0.0.0/0`,
    `/v1/events?${ALL}&resource_type=${SECRET}`,
    ...["action", "resource_type", "actor_id", "role", "ip", "outcome"].map(
      (field) => `/v1/events/facets?${ALL}&field=${field}`,
    ),
    ...["actor_id", "resource", "ip", "network"].map((by) => `/v1/groups?${ALL}&by=${by}`),
    `/v1/events/histogram?${ALL}`,
    `/v1/events/export?${ALL}&format=csv&raw=true`,
    `/v1/events/export?${ALL}&format=ndjson`,
    "/v1/keys",
  ])("%s", async (path) => {
    // answerOf looks for the secret; that it is found where it may be shows that it would be.
    expect((await answerOf(path, { as: acme })).status).toBe(200);
    if (path === "/v1/keys") return;
    const own = await (await server.fetch(path, {}, globex)).text();
    if (!/field=outcome|field=ip|by=ip|by=network|ip=/.test(path)) expect(own).toContain(SECRET);
  });

  it("in totals and counts", async () => {
    const total = async (as: string) => {
      const response = await server.fetch(`/v1/events?${ALL}&limit=1`, {}, as);
      return ((await response.json()) as { total: { value: number } }).total.value;
    };
    expect([await total(acme), await total(globex)]).toEqual([2, 3]);
  });

  it("though it has an event of the same id", async () => {
    expect((await server.post(acme, anEvent({ id: `${SECRET}-2`, description: "our own" }))).status).toBe(201);
    const own = (await (await server.fetch(`/v1/events/${SECRET}-2`, {}, acme)).json()) as Event;
    expect(own).toMatchObject({ tenant_id: "acme", description: "our own" });
    const theirs = (await (await server.fetch(`/v1/events/${SECRET}-2`, {}, globex)).json()) as Event;
    expect(theirs).toMatchObject({ tenant_id: "globex", description: SECRET });
  });

  it("and counts its own sequence from 0", async () => {
    const oldest = async (as: string) => {
      const response = await server.fetch("/v1/events?limit=1000", {}, as);
      return ((await response.json()) as { data: Event[] }).data
        .map(({ sequence }) => sequence)
        .sort((a, b) => a - b)[0];
    };
    expect([await oldest(acme), await oldest(globex)]).toEqual([0, 0]);
  });
});

describe("tenant_id in an event", () => {
  const write = async (event: unknown, as: string) => {
    const response = await server.post(as, event);
    return { ...((await response.json()) as Results & Problem), status: response.status };
  };

  it("of an organization's key is never obeyed", async () => {
    const { results, status } = await write(
      [anEvent({ id: "t-1", tenant_id: "globex" }), anEvent({ id: "t-2", tenant_id: "acme" })],
      acme,
    );
    expect(status).toBe(207);
    expect(results).toMatchObject([
      { id: "t-1", error: { code: "invalid_event", pointer: "/tenant_id" } },
      { id: "t-2" },
    ]);
    for (const as of [acme, globex]) expect((await server.fetch("/v1/events/t-1", {}, as)).status).toBe(404);
  });

  it("of a platform key must name an organization that exists, each event its own", async () => {
    expect(await write(anEvent(), platform)).toMatchObject({
      status: 422,
      errors: [{ pointer: "/tenant_id", message: "is required" }],
    });
    expect(await write({}, platform)).toMatchObject({
      errors: [{ pointer: "/tenant_id" }, { pointer: "/action" }, {}, {}],
    });
    expect(await write(anEvent({ tenant_id: "nowhere" }), platform)).toMatchObject({
      status: 422,
      code: "unknown_organization",
    });
    const events = ["acme", "globex", "nowhere", "acme"].map((tenant_id, i) => anEvent({ id: `p-${i}`, tenant_id }));
    const { status, results } = await write(events, platform);
    expect(status).toBe(207);
    expect(results).toMatchObject([
      { id: "p-0" },
      { id: "p-1" },
      { id: "p-2", error: { code: "unknown_organization" } },
      { id: "p-3" },
    ]);
    const where = async (id: string) =>
      Promise.all([acme, globex].map(async (as) => (await server.fetch(`/v1/events/${id}`, {}, as)).status));
    expect(await where("p-0")).toEqual([200, 404]);
    expect(await where("p-1")).toEqual([404, 200]);
  });
});

describe("a platform key reads", () => {
  it.each([
    "/v1/events?",
    "/v1/events/facets?field=action&",
    "/v1/groups?by=resource&",
    "/v1/events/histogram?",
    "/v1/events/export?format=csv&",
    `/v1/events/${SECRET}-1?`,
  ])("%s of the organization it names, and must name one", async (path) => {
    const unnamed = await server.fetch(path, {}, platform);
    expect(await unnamed.json()).toMatchObject({
      status: 400,
      code: "invalid_parameter",
      errors: [{ pointer: "tenant_id" }],
    });
    expect((await server.fetch(`${path}tenant_id=nowhere`, {}, platform)).status).toBe(404);
    expect((await server.fetch(`${path}tenant_id=globex`, {}, platform)).status).toBe(200);
  });

  it("one organization at a time", async () => {
    const read = async (tenant: string) =>
      (await server.fetch(`/v1/events?${ALL}&tenant_id=${tenant}`, {}, platform)).text();
    expect(await read("globex")).toContain(SECRET);
    expect(await read("acme")).not.toContain(SECRET);
  });
});
