import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SENSITIVE_ACTIONS } from "../../src/identity/sensitive-actions.ts";
import { AppServer } from "../support/app-server.ts";
import { makeKey, setUp } from "../support/console-session.ts";
import { anEvent, type Problem } from "../support/events.ts";
import { registeredRoutes } from "../support/routes.ts";
import type { TestServer } from "../support/server.ts";

const EMBEDDER = "https://app.example.com";
const READING = [
  "GET /v1/addresses",
  "GET /v1/events",
  "GET /v1/events/:id",
  "GET /v1/events/:id/entry",
  "GET /v1/events/export",
  "GET /v1/events/facets",
  "GET /v1/events/histogram",
  "GET /v1/events/live",
  "GET /v1/exports/:id",
  "GET /v1/groups",
  "GET /v1/viewer",
];
/** What these answer a token with the scope, of a stream that is not there. */
const STREAMING: Record<string, number> = {
  "GET /v1/organizations/:id/streams": 200,
  "POST /v1/organizations/:id/streams": 422,
  "GET /v1/organizations/:id/streams/:stream_id": 404,
  "PATCH /v1/organizations/:id/streams/:stream_id": 404,
  "DELETE /v1/organizations/:id/streams/:stream_id": 404,
  "POST /v1/organizations/:id/streams/:stream_id/test": 404,
  "POST /v1/organizations/:id/streams/:stream_id/replay": 404,
  "POST /v1/organizations/:id/streams/:stream_id/rotate-secret": 404,
};
const EVE = { id: "cust-9", name: "Eve", email: "eve@example.com" };
const STREAMS = { viewer: EVE, scopes: ["streams:manage"] };

let server: TestServer;
let session: Record<string, string>;
let platform: { id: string; key: string };
let own: string;

beforeAll(async () => {
  server = await AppServer.start({ args: ["--embed-origins", `${EMBEDDER}, https://other.example.com`] });
  session = await setUp(server, { id: "acme", name: "Acme" });
  platform = await makeKey(
    server,
    session,
    "daybook",
    "events:read",
    "events:write",
    "organizations:write",
    "streams:manage",
  );
  own = (await makeKey(server, session, "acme", "events:read", "events:write")).key;
  const put = { method: "PUT", body: '{"name":"Globex"}', headers: { "content-type": "application/json" } };
  await server.fetch("/v1/organizations/globex", put, platform.key);
  const events = ["acme", "globex"].flatMap((tenant_id) =>
    ["ada", "bob"].map((id) =>
      anEvent({ id: `${tenant_id}-${id}`, tenant_id, actor: { type: "user", id }, context: { ip: "192.0.2.1" } }),
    ),
  );
  expect((await server.post(platform.key, events)).status).toBe(201);
  await server.caughtUp(own);
});
afterAll(() => server.remove());

async function issue(body: unknown, key = platform.key) {
  const response = await server.fetch(
    "/v1/viewer-tokens",
    { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } },
    key,
  );
  return { status: response.status, body: (await response.json()) as { token: string; url: string } & Problem };
}

async function viewer(body: Record<string, unknown> = {}): Promise<string> {
  const issued = await issue({ organization: "acme", ...body });
  expect(issued.status).toBe(201);
  return issued.body.token;
}

async function get(path: string, token: string) {
  const response = await server.fetch(path, {}, token);
  const text = await response.text();
  return { status: response.status, text, ids: () => (JSON.parse(text) as { data: Event[] }).data.map(({ id }) => id) };
}

describe("a viewer token", () => {
  it("reads its organization, and says what it can read", async () => {
    const { body } = await issue({ organization: "acme", viewer: { id: "u1", name: "Eve" } });
    expect(body.url).toBe(`${server.url}/embed#token=${body.token}`);
    expect((await get("/v1/events?resource_type=channel", body.token)).ids().sort()).toEqual(["acme-ada", "acme-bob"]);
    expect(JSON.parse((await get("/v1/viewer", body.token)).text)).toEqual({
      organization: { id: "acme", name: "Acme", time_zone: null, sensitive_actions: SENSITIVE_ACTIONS },
      filter: {},
      permissions: ["audit_log.read", "audit_log.export"],
      expires_at: expect.any(String),
    });
  });

  it.each([
    ["nothing but reading", {}, {}],
    ["the streams of its organization with their scope, and nothing else", STREAMS, STREAMING],
  ])("reaches %s", async (_, carries, reached: Record<string, number>) => {
    const token = await viewer(carries);
    for (const route of registeredRoutes()) {
      if (READING.includes(route)) continue;
      const [method = "", path = ""] = route.split(" ");
      const open =
        /^GET \/(\*|healthz|readyz|docs\/style.css|v1\/session)$|^DELETE \/v1\/session$|\/operator$|\/v1\/(session|setup|invitations)/;
      if (open.test(route)) continue;
      const body = route.endsWith("/replay") ? '{"start":"now"}' : "{}";
      const init = method === "GET" ? { method } : { method, body, headers: { "content-type": "application/json" } };
      const address = path.replace(/:id|:key/, "acme").replaceAll(/:\w+/g, "x");
      const response = await server.fetch(address, init, token);
      await response.arrayBuffer();
      expect([route, response.status]).toEqual([route, reached[route] ?? 403]);
    }
  });

  it("exports with proof what it can see, and nothing beside it; and proves its own exports alone", async () => {
    const [token, other] = [
      await viewer({ filter: { actor_id: "ada" } }),
      await viewer({ filter: { actor_id: "bob" } }),
    ];
    const { text } = await get("/v1/events/export?format=ndjson&proof=1", token);
    expect(JSON.parse(text.slice(0, text.indexOf("\n")))).toMatchObject({ contents: "selection", entries: 1 });
    expect(text).toContain("acme-ada");
    expect(text).not.toContain("acme-bob");
    const csv = await server.fetch("/v1/events/export?format=csv&proof=1", {}, own);
    await csv.text();
    const path = `/v1/exports/${csv.headers.get("x-daybook-export")}`;
    expect((await get(path, own)).status).toBe(200);
    expect((await get(path, token)).status).toBe(404);
    expect((await get(path, other)).status).toBe(404);
  });

  it("of one organization finds nothing of another, nor its own elsewhere", async () => {
    const token = await viewer();
    for (const path of [
      "/v1/events/globex-ada",
      "/v1/events?tenant_id=globex",
      "/v1/events/globex-ada/entry",
      "/v1/events/export?format=csv&tenant_id=globex",
    ]) {
      expect((await get(path, token)).status).toBe(404);
    }
    expect((await get("/v1/events?tenant_id=acme", token)).status).toBe(200);
  });

  it("with a fixed filter shows nothing beyond it, by whatever way", async () => {
    const token = await viewer({ filter: { actor_id: "ada" } });
    expect((await get("/v1/events", token)).ids()).toEqual(["acme-ada"]);
    expect((await get("/v1/events?actor_id=bob", token)).ids()).toEqual([]);
    expect((await get("/v1/events/acme-ada", token)).status).toBe(200);
    expect((await get("/v1/events/acme-ada/entry", token)).status).toBe(200);
    expect((await get("/v1/events/acme-bob", token)).status).toBe(404);
    expect((await get("/v1/events/acme-bob/entry", token)).status).toBe(404);
    const facets = JSON.parse((await get("/v1/events/facets?field=actor_id", token)).text);
    expect(facets.values).toEqual([{ value: "ada", count: 1 }]);
    const shown = await get("/v1/events?recorded_through=true", token);
    expect(JSON.parse(shown.text).recorded_through).toBe(JSON.parse(shown.text).data[0].recorded_at);
    const exported = (await get("/v1/events/export?format=ndjson", token)).text.trimEnd().split("\n");
    expect(exported.map((line) => JSON.parse(line).id)).toEqual(["acme-ada"]);
  });

  it("with something left out for good still leaves out what is asked for, and brings nothing back", async () => {
    const token = await viewer({ filter: { not_actor_id: ["bob"] } });
    const ids = async (query: string) => (await get(`/v1/events?resource_type=channel${query}`, token)).ids();
    expect(await ids("")).toEqual(["acme-ada"]);
    expect(await ids("&actor_id=bob")).toEqual([]);
    expect(await ids("&not_actor_id=nobody")).toEqual(["acme-ada"]);
    expect(await ids("&not_actor_id=ada")).toEqual([]);
    expect((await get("/v1/events/acme-bob", token)).status).toBe(404);
    const facets = JSON.parse((await get("/v1/events/facets?field=actor_id&resource_type=channel", token)).text);
    expect(facets.values).toEqual([{ value: "ada", count: 1 }]);
    const { text } = await get("/v1/events/export?format=ndjson&proof=1&resource_type=channel", token);
    expect(text).toContain("acme-ada");
    expect(text).not.toContain("acme-bob");
  });

  it("does not take the cursor of another filter", async () => {
    const all = await viewer();
    const page = JSON.parse((await get("/v1/events?limit=1", all)).text) as { next_cursor: string };
    const narrow = await viewer({ filter: { actor_id: "ada" } });
    expect((await get(`/v1/events?limit=1&cursor=${page.next_cursor}`, narrow)).status).toBe(400);
    expect((await get(`/v1/events?limit=1&cursor=${page.next_cursor}`, all)).status).toBe(200);
  });

  it("that is changed in any place is refused", async () => {
    const token = await viewer({ filter: { actor_id: "ada" } });
    for (let i = 0; i < token.length; i++) {
      for (const other of ["A", "x", "."]) {
        if (token[i] === other) continue;
        const changed = token.slice(0, i) + other + token.slice(i + 1);
        expect([i, (await get("/v1/viewer", changed)).status]).toEqual([i, 401]);
      }
      if (i > 12 && i < token.length - 50) i += 7;
    }
    const [claims = "", mac = ""] = token.slice(4).split(".");
    const forged = { ...JSON.parse(Buffer.from(claims, "base64url").toString()), organization: "globex" };
    const text = `dbv_${Buffer.from(JSON.stringify(forged)).toString("base64url")}`;
    for (const end of [`.${mac}`, ".", "", `.${"A".repeat(43)}`]) {
      expect((await get("/v1/viewer", text + end)).status).toBe(401);
    }
  });

  it("ends with its time", async () => {
    const token = await viewer({ expires_in: 1 });
    const { expires_at } = JSON.parse((await get("/v1/viewer", token)).text) as { expires_at: string };
    while (Date.now() <= Date.parse(expires_at)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await get("/v1/events", token)).status).toBe(401);
  });

  it("ends with the key that issued it", async () => {
    const key = await makeKey(server, session, "daybook", "events:read");
    const { body } = await issue({ organization: "acme" }, key.key);
    expect((await get("/v1/events", body.token)).status).toBe(200);
    await server.fetch(`/v1/keys/${key.id}`, { method: "DELETE", headers: session });
    expect((await get("/v1/events", body.token)).status).toBe(401);
  });

  it("makes its look an event of the organization, by whom the application names", async () => {
    await get("/v1/events", await viewer({ viewer: { id: "cust-7", name: "Carla", email: "carla@example.com" } }));
    await server.caughtUp(own);
    const { data } = (await (await server.fetch("/v1/events?actor_id=cust-7", {}, own)).json()) as { data: Event[] };
    expect(data).toMatchObject([
      {
        action: "audit_log.view",
        source: { type: "daybook" },
        actor: { type: "user", id: "cust-7", name: "Carla", email: "carla@example.com" },
        metadata: { viewer_token_of: platform.id },
      },
    ]);
  });
});

describe("a viewer token for streams", () => {
  const call = (token: string, method: string, path: string, body?: unknown) => {
    const init = { method, headers: { "content-type": "application/json" } };
    return server.fetch(path, body === undefined ? init : { ...init, body: JSON.stringify(body) }, token);
  };

  it("says what it can do, and where", async () => {
    const { body } = await issue({ organization: "acme", ...STREAMS });
    expect(body).toMatchObject({ streams_url: `${server.url}/embed/streams#token=${body.token}` });
    expect((await issue({ organization: "acme" })).body).toMatchObject({ streams_url: null });
    expect(JSON.parse((await get("/v1/viewer", body.token)).text).permissions).toEqual([
      ...["audit_log.read", "audit_log.export", "stream.read", "stream.manage"],
    ]);
  });

  it("changes the streams of its own organization alone, and each change is an event by its viewer", async () => {
    const token = await viewer(STREAMS);
    const path = "/v1/organizations/acme/streams";
    const stream = { name: "SIEM", type: "webhook", config: { url: "https://siem.example.com/" }, enabled: false };
    const created = (await (await call(token, "POST", path, stream)).json()) as { id: string };
    expect((await call(token, "PATCH", `${path}/${created.id}`, { name: "Theirs" })).status).toBe(200);
    const listed = (await (await call(own, "GET", path)).json()) as { status: number };
    expect(listed.status).toBe(403);
    const other = await viewer({ ...STREAMS, organization: "globex" });
    for (const method of ["GET", "DELETE"]) {
      expect((await call(other, method, `${path}/${created.id}`)).status).toBe(404);
      const elsewhere = `/v1/organizations/globex/streams/${created.id}`;
      expect((await call(other, method, elsewhere)).status).toBe(404);
    }
    expect((await call(token, "POST", path, { ...stream, organizations: "all" })).status).toBe(422);
    expect((await call(token, "DELETE", `${path}/${created.id}`)).status).toBe(204);
    await server.caughtUp(own);
    const { data } = JSON.parse((await get("/v1/events?action=stream.*&order=asc", own)).text) as { data: Event[] };
    const by = { source: { type: "daybook" }, actor: { type: "user", ...EVE } };
    expect(data).toMatchObject(
      ["stream.create", "stream.update", "stream.delete"].map((action) => ({
        action,
        ...by,
        metadata: { viewer_token_of: platform.id },
      })),
    );
  });

  it("creates none for an organization that is not there, and neither does the key", async () => {
    const stream = { name: "SIEM", type: "webhook", config: { url: "https://siem.example.com/" } };
    for (const token of [await viewer(STREAMS), platform.key]) {
      expect((await call(token, "POST", "/v1/organizations/nowhere/streams", stream)).status).toBe(404);
    }
  });

  it("is issued by a key that can manage streams itself", async () => {
    const reader = await makeKey(server, session, "daybook", "events:read");
    expect((await issue({ organization: "acme", ...STREAMS }, reader.key)).status).toBe(403);
  });
});

describe("issuing", () => {
  it("is for keys of the platform that can read", async () => {
    const writer = await makeKey(server, session, "daybook", "events:write");
    expect((await issue({ organization: "acme" }, writer.key)).status).toBe(403);
    expect((await issue({ organization: "acme" }, own)).status).toBe(403);
    expect((await issue({ organization: "acme" }, await viewer())).status).toBe(403);
    const body = JSON.stringify({ organization: "acme" });
    const asOwner = { method: "POST", body, headers: { ...session, "content-type": "application/json" } };
    expect((await server.fetch("/v1/viewer-tokens", asOwner)).status).toBe(403);
  });

  it.each([
    [{}, ["/organization"]],
    [{ organization: "acme", expires_in: 601 }, ["/expires_in"]],
    [{ organization: "acme", expires_in: 0 }, ["/expires_in"]],
    [{ organization: "acme", expires_in: 1.5 }, ["/expires_in"]],
    [{ organization: "acme", filter: { start: "2026-01-01" } }, ["/filter/start"]],
    [{ organization: "acme", filter: { ip: "nowhere", role: 7 } }, ["/filter/role", "/filter/ip"]],
    [{ organization: "acme", filter: { action: ["auth.*", "not an action"] } }, ["/filter/action/1"]],
    [
      { organization: "acme", filter: { not_ip: ["::1", "nowhere"], not_role: [""] } },
      ["/filter/not_role/0", "/filter/not_ip/1"],
    ],
    // What looks like "nothing of these" would be no filter at all.
    [{ organization: "acme", filter: { action: [], outcome: [] } }, ["/filter/action", "/filter/outcome"]],
    [{ organization: "acme", filter: [] }, ["/filter"]],
    [{ organization: "acme", viewer: { name: "x" } }, ["/viewer/id"]],
    [{ organization: "acme", scope: "all" }, ["/scope"]],
    [{ organization: "acme", viewer: EVE, scopes: ["keys:manage"] }, ["/scopes/0"]],
    // What a stream delivers is limited by no token's filter.
    [{ organization: "acme", scopes: ["streams:manage"], filter: { actor_id: "ada" } }, ["/viewer", "/filter"]],
    [{ organization: "acme", ...STREAMS, filter: {} }, ["/filter"]],
  ])("%j names what is wrong", async (input, pointers) => {
    const { status, body } = await issue(input);
    expect(status).toBe(422);
    expect(body.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it("refuses a filter of 15,000 levels like any filter that is not valid", async () => {
    const body = `{"organization":"acme","filter":{"q":${"[".repeat(15_000)}${"]".repeat(15_000)}}}`;
    const headers = { "content-type": "application/json" };
    const answer = await server.fetch("/v1/viewer-tokens", { method: "POST", body, headers }, platform.key);
    expect(await answer.json()).toMatchObject({ status: 422, errors: [{ pointer: "/filter/q" }] });
  });

  it("refuses a filter that is too long for a request's headers", async () => {
    const { status, body } = await issue({
      organization: "acme",
      filter: { resource_id: Array.from({ length: 6 }, (_, i) => `${i}`.repeat(1000)) },
    });
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ pointer: "/filter", message: "is too long for a token" }]);
  });

  it("answers for an organization there is not as for the platform itself", async () => {
    for (const organization of ["nowhere", "daybook"]) expect((await issue({ organization })).status).toBe(404);
  });
});

describe("what may be shown in a frame", () => {
  it("is /embed and its streams, by the origins that are configured, and nothing else", async () => {
    const policy = async (path: string) => {
      const { headers } = await server.fetch(path);
      return { csp: headers.get("content-security-policy") ?? "", frame: headers.get("x-frame-options") };
    };
    for (const path of ["/embed", "/embed/streams"]) {
      const embed = await policy(path);
      expect(embed.csp).toContain(`frame-ancestors ${EMBEDDER} https://other.example.com`);
      expect(embed.frame).toBeNull();
      expect(embed.csp).toContain("script-src 'self'");
    }
    for (const path of [
      "/",
      "/embed/",
      "/embed/x",
      "/Embed",
      "/settings",
      "/sign-in",
      "/v1/session",
      "/assets/none",
      "/docs",
    ]) {
      expect(await policy(path)).toEqual({ csp: expect.stringContaining("frame-ancestors 'none'"), frame: "DENY" });
    }
  });
});
