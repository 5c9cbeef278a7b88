import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { makeKey, OWNER, setUp } from "../support/console-session.ts";
import { anEvent } from "../support/events.ts";
import type { TestServer } from "../support/server.ts";

/** Reading the log is an event of the organization whose log is read. */

const AGENT = "Mozilla/5.0 (the auditor's browser)";

let server: TestServer;
let session: Record<string, string>;
let own: string;
let platform: { id: string; key: string };

beforeAll(async () => {
  server = await AppServer.start({ args: ["--trusted-proxies", "127.0.0.1"] });
  session = { ...(await setUp(server, { id: "acme", name: "Acme" })), "user-agent": AGENT };
  own = (await makeKey(server, session, "acme", "events:write", "events:read")).key;
  platform = await makeKey(server, session, "daybook", "events:read", "organizations:write");
  const events = [1, 2, 3].map((n) => anEvent({ id: `e${n}`, action: n === 3 ? "db.update" : "channel.create" }));
  expect((await server.post(own, events)).status).toBe(201);
  await server.caughtUp(own);
});
afterAll(() => server.remove());

/** The organization's events of an action, oldest first, as its own key finds them: such a reading is not an event. */
async function recorded(action: string): Promise<Event[]> {
  await server.caughtUp(own);
  const response = await server.fetch(`/v1/events?action=${action}&limit=1000`, {}, own);
  return ((await response.json()) as { data: Event[] }).data.reverse();
}

const read = async (path: string, headers: Record<string, string>) => {
  const response = await server.fetch(path, { headers });
  return { status: response.status, text: await response.text() };
};

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe("looking at the log", () => {
  it("is one event a person, whatever they look at within ten minutes", async () => {
    const forwarded = { ...session, "x-forwarded-for": "198.51.100.9, 203.0.113.5" };
    await read("/v1/events?q=invoice%20secret&action=-db.*&not_role=-&not_ip=::1", forwarded);
    for (const path of ["/v1/events", "/v1/events/facets?field=action", "/v1/events/histogram", "/v1/events/e1"]) {
      expect((await read(path, session)).status).toBe(200);
    }
    const [view, ...more] = await recorded("audit_log.view");
    expect(more).toEqual([]);
    expect(view).toMatchObject({
      tenant_id: "acme",
      outcome: "success",
      source: { type: "daybook" },
      actor: { type: "user", name: OWNER.name, email: OWNER.email, role: "owner" },
      resource: { type: "audit_log", id: "acme" },
      description: "Viewed the audit logs",
      context: { ip: "203.0.113.5", user_agent: AGENT, session_id: expect.any(String), request_id: expect.any(String) },
      metadata: { filters: { q: "invoice secret", action: ["-db.*"], not_role: ["-"], not_ip: ["::1"] } },
    });
  });

  it("is one event for several requests at once", async () => {
    const { key } = await makeKey(server, session, "daybook", "events:read");
    const before = (await recorded("audit_log.view")).length;
    const paths = ["/v1/events", "/v1/events/histogram", "/v1/events/facets?field=ip", "/v1/events"];
    await Promise.all(paths.map((path) => read(`${path}${path.includes("?") ? "&" : "?"}tenant_id=acme`, bearer(key))));
    expect(await recorded("audit_log.view")).toHaveLength(before + 1);
  });

  it("by a key of the platform is an event of the organization that it looks at", async () => {
    await read("/v1/events?tenant_id=acme", bearer(platform.key));
    const view = (await recorded("audit_log.view")).at(-1);
    expect(view).toMatchObject({ tenant_id: "acme", actor: { type: "api_key", id: platform.id } });
  });

  it("by the organization's own key is not an event", async () => {
    const before = await recorded("audit_log.view");
    for (const path of ["/v1/events", "/v1/events/e1", "/v1/events/histogram"]) await read(path, bearer(own));
    expect(await recorded("audit_log.view")).toEqual(before);
  });

  it("that is refused is not an event", async () => {
    const before = await recorded("audit_log.view");
    expect((await read("/v1/events?tenant_id=nowhere", bearer(platform.key))).status).toBe(404);
    expect((await read("/v1/events?limit=0", session)).status).toBe(400);
    expect((await read("/v1/events", {})).status).toBe(401);
    expect(await recorded("audit_log.view")).toEqual(before);
  });
});

it("what a person changes carries the session they did it in", async () => {
  const [view] = await recorded("audit_log.view");
  const [made] = await recorded("api_key.create");
  expect(made?.context?.session_id).toEqual(expect.any(String));
  expect(made?.context?.session_id).toBe(view?.context?.session_id);
});

describe("an export", () => {
  it("is an event with its filters, its place in the log and its exact count, and is not in itself", async () => {
    const path = "/v1/events/export?format=ndjson&action=channel.*&not_actor_id=nobody&start=2026-01-01";
    const { status, text } = await read(path, session);
    expect(status).toBe(200);
    const lines = text.trimEnd().split("\n");
    const [event, ...more] = await recorded("audit_log.export");
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      outcome: "success",
      actor: { type: "user", email: OWNER.email, role: "owner" },
      description: "Exported audit logs",
      metadata: {
        state: "started",
        format: "ndjson",
        count: lines.length,
        as_of: expect.stringMatching(/^[0-9a-f-]{36}:\d+$/),
        start: "2026-01-01T00:00:00.000Z",
        filters: { action: ["channel.*"], not_actor_id: ["nobody"], start: "2026-01-01" },
      },
    });
    const again = await read(`${path}&as_of=${event?.metadata?.as_of}`, session);
    expect(again.text).toBe(text);
  });

  it("by any key is an event too", async () => {
    const before = (await recorded("audit_log.export")).length;
    await read("/v1/events/export?format=csv", bearer(own));
    await read("/v1/events/export?format=csv&tenant_id=acme", bearer(platform.key));
    const after = await recorded("audit_log.export");
    expect(after.slice(before).map((event) => event.actor.type)).toEqual(["api_key", "api_key"]);
  });

  it("that is only asked about, by HEAD, is not an event", async () => {
    const before = (await recorded("audit_log.export")).length;
    const answer = await server.fetch("/v1/events/export?format=csv", { method: "HEAD", headers: bearer(own) });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
    expect(await recorded("audit_log.export")).toHaveLength(before);
  });

  it("whose reader leaves is followed by how much was sent", async () => {
    const many = Array.from({ length: 1000 }, (_, i) =>
      anEvent({ action: "db.update", metadata: { i, filler: "x".repeat(2000) } }),
    );
    for (let i = 0; i < 8; i++) expect((await server.post(own, many)).status).toBe(201);
    await server.caughtUp(own);
    const before = (await recorded("audit_log.export")).length;
    const leave = new AbortController();
    const response = await server.fetch("/v1/events/export?format=ndjson", { headers: session, signal: leave.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    leave.abort();
    let after: Event[] = [];
    while (after.length < before + 2) after = await recorded("audit_log.export");
    const [begun, broken] = after.slice(before);
    expect(begun).toMatchObject({ outcome: "success", metadata: { count: expect.any(Number) } });
    expect(broken).toMatchObject({
      outcome: "failure",
      metadata: { state: "broken_off", export: begun?.id, reason: "aborted", rows: expect.any(Number) },
    });
    expect(broken?.metadata?.rows).toBeLessThan(Number(begun?.metadata?.count));
  });
});
