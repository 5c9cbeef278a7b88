import type { Receipt } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { anEvent, type Problem, type Results } from "../support/events.ts";
import type { TestServer } from "../support/server.ts";

let server: TestServer;
let key: string;
let other: string;

beforeAll(async () => {
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  other = await server.key(["--org", "globex", "--create", "--scopes", "events:write,events:read"]);
});
afterAll(() => server.remove());

async function post(body: unknown, as = key) {
  const response = await server.post(as, body);
  return { ...((await response.json()) as Results & Problem), status: response.status };
}

/** How many events of an organization there are. */
async function count(as = key): Promise<number> {
  await server.caughtUp(as);
  const response = await server.fetch("/v1/events?limit=1", {}, as);
  return ((await response.json()) as { total: { value: number } }).total.value;
}

const FULL = {
  timestamp: "2026-11-20T10:00:00.123456Z",
  tenant_id: "acme",
  action: "knowledge.update",
  outcome: "failure",
  actor: { type: "user", id: "u1", name: "Ada", email: "ada@acme.example", role: "admin" },
  resource: { type: "knowledge", id: "k1", name: "Refunds" },
  targets: [{ type: "channel", id: "c1" }],
  description: "Changed it",
  context: { ip: "192.0.2.1", user_agent: "ua", request_id: "r", session_id: "s", trace_id: "t" },
  changes: [{ path: "a", before: 1, after: 2 }],
  metadata: { a: 1, b: [null, 2] },
};

describe("a retry", () => {
  it("with the same content gets the first receipt, however often", async () => {
    const first = (await post({ id: "same", ...FULL })).results[0] as Receipt;
    for (let i = 0; i < 3; i++) {
      const { status, results } = await post({ id: "same", ...FULL });
      expect({ status, results }).toEqual({ status: 201, results: [{ ...first, duplicate: true }] });
    }
  });

  it("may leave out what it said before, and what the server filled in", async () => {
    const first = (await post({ id: "fewer", ...FULL })).results[0] as Receipt;
    const { actor, resource, action } = FULL;
    const same = { status: 201, results: [{ ...first, duplicate: true }] };
    expect(await post({ id: "fewer", action, actor: { type: actor.type }, resource: { type: resource.type } })).toEqual(
      same,
    );
    expect(await post({ id: "fewer", action, user_id: "u1", resource, context: { ip: "192.0.2.1" } })).toEqual(same);
    expect(await post({ id: "fewer", ...FULL, metadata: { b: [null, 2], a: 1.0 } })).toEqual(same);
    expect(await post({ id: "fewer", ...FULL, timestamp: "2026-11-20T12:00:00.1239+02:00" })).toEqual(same);
  });

  it("may say what the server filled in", async () => {
    const bare = anEvent({ id: "filled" });
    const first = (await post(bare)).results[0] as Receipt;
    const said = { ...bare, tenant_id: "acme", outcome: "success", timestamp: first.recorded_at };
    expect(await post(said)).toEqual({ status: 201, results: [{ ...first, duplicate: true }] });
  });

  const OTHER: [what: string, fields: Record<string, unknown>][] = [
    ["action", { action: "knowledge.delete" }],
    ["outcome", { outcome: "success" }],
    ["timestamp", { timestamp: "2026-11-20T10:00:00.124Z" }],
    ["actor", { actor: { ...FULL.actor, name: "Eve" } }],
    ["resource", { resource: { ...FULL.resource, id: "k2" } }],
    ["targets", { targets: [] }],
    ["description", { description: "Changed it." }],
    ["context", { context: { ...FULL.context, session_id: "s2" } }],
    ["changes", { changes: [{ path: "a", before: 1, after: 3 }] }],
    ["metadata", { metadata: { a: 1, b: [2, null] } }],
    ["metadata, by one key more", { metadata: { ...FULL.metadata, c: null } }],
  ];

  it.each(OTHER)("with another %s is refused, and the first one stays as it is", async (what, fields) => {
    const id = `other-${what.replaceAll(/\W/g, "-")}`;
    expect((await post({ id, ...FULL })).status).toBe(201);
    const before = await (await server.fetch(`/v1/events/${id}`, {}, key)).text();
    expect(await post({ id, ...FULL, ...fields })).toMatchObject({
      status: 409,
      code: "id_conflict",
      errors: [{ pointer: "/id" }],
    });
    expect(await post([{ id, ...FULL, ...fields }])).toMatchObject({
      status: 207,
      results: [{ id, error: { code: "id_conflict", pointer: "/id" } }],
    });
    expect(await (await server.fetch(`/v1/events/${id}`, {}, key)).text()).toBe(before);
  });

  it("that says what the first one did not is refused", async () => {
    await post(anEvent({ id: "more" }));
    expect(await post(anEvent({ id: "more", description: "now I know" }))).toMatchObject({ status: 409 });
  });

  it("is told apart by its organization", async () => {
    const acme = (await post(anEvent({ id: "shared" }))).results[0];
    const globex = (await post(anEvent({ id: "shared", action: "auth.login" }), other)).results[0];
    expect(globex).toMatchObject({ id: "shared", duplicate: false });
    expect(globex?.leaf_hash).not.toBe(acme?.leaf_hash);
    const platform = await server.key(["--platform", "--scopes", "events:write"]);
    expect(await post(anEvent({ id: "shared", tenant_id: "acme" }), platform)).toMatchObject({
      status: 201,
      results: [{ ...acme, duplicate: true }],
    });
  });

  it("of what was refused is a first try", async () => {
    expect(await post(anEvent({ id: "second", action: "" }))).toMatchObject({ status: 422 });
    expect(await post(anEvent({ id: "second", description: "d".repeat(300_000) }))).toMatchObject({ status: 413 });
    expect(await post(anEvent({ id: "second" }))).toMatchObject({ status: 201, results: [{ duplicate: false }] });
  });
});

describe("an id that is there twice", () => {
  it("within one request is stored once", async () => {
    const before = await count();
    const { status, results } = await post([
      anEvent({ id: "twice" }),
      anEvent({ id: "between" }),
      anEvent({ id: "twice" }),
      anEvent({ id: "twice", action: "other.action" }),
    ]);
    expect(status).toBe(207);
    const [first] = results as Receipt[];
    expect(results).toMatchObject([
      { id: "twice", duplicate: false },
      { id: "between", duplicate: false },
      { ...first, duplicate: true },
      { id: "twice", error: { code: "id_conflict" } },
    ]);
    expect(await count()).toBe(before + 2);
  });

  it("after one that was too large is the first", async () => {
    const large = anEvent({ id: "large", description: "d".repeat(300_000) });
    expect(await post([large, anEvent({ id: "large" })])).toMatchObject({
      status: 207,
      results: [{ error: { code: "event_too_large" } }, { id: "large", duplicate: false }],
    });
  });

  it("in requests at the same time is stored once, and all of them get its receipt", async () => {
    const before = await count();
    const batch = Array.from({ length: 50 }, (_, i) => anEvent({ id: `race-${i}` }));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => post(i % 2 === 0 ? batch : [...batch].reverse())),
    );
    const receipts = new Map<string, Receipt[]>();
    for (const { status, results } of answers) {
      expect(status).toBe(201);
      for (const receipt of results as Receipt[])
        receipts.set(receipt.id, [...(receipts.get(receipt.id) ?? []), receipt]);
    }
    expect(receipts.size).toBe(50);
    for (const all of receipts.values()) {
      expect(all).toHaveLength(20);
      expect(all.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
      expect(new Set(all.map(({ sequence, leaf_hash }) => `${sequence} ${leaf_hash}`)).size).toBe(1);
    }
    expect(await count()).toBe(before + 50);
  });
});
