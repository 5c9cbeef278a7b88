import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { makeKey, OWNER, setUp } from "../support/console-session.ts";
import { anEvent, type Problem } from "../support/events.ts";
import { sameLog } from "../support/positions.ts";
import type { TestServer } from "../support/server.ts";

let server: TestServer;
let session: Record<string, string>;
let key: string;
const VIEWS = "/v1/organizations/acme/views";

beforeAll(async () => {
  server = await AppServer.start();
  session = await setUp(server, { id: "acme", name: "Acme" });
  key = (await makeKey(server, session, "acme", "events:write", "events:read")).key;
});
afterAll(() => server.remove());

async function call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T & Problem }> {
  const init: RequestInit = { method, headers: { ...session, "content-type": "application/json" } };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await server.fetch(path, init);
  const text = await response.text();
  return { status: response.status, body: (text === "" ? undefined : JSON.parse(text)) as T & Problem };
}

async function recorded(query: string): Promise<Event[]> {
  await server.caughtUp(key);
  const response = await server.fetch(`/v1/events?limit=1000&start=2020-01-01&${query}`, {}, key);
  return ((await response.json()) as { data: Event[] }).data.reverse();
}

interface View {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly shared: boolean;
  readonly editable: boolean;
  readonly author: { readonly name: string };
}

describe("saved views", () => {
  it("are kept, listed by name, changed and deleted", async () => {
    const made = await call<View>("POST", VIEWS, { name: "Zeta", query: "action=auth.*&range=7d" });
    expect(made).toMatchObject({
      status: 201,
      body: {
        name: "Zeta",
        query: "action=auth.*&range=7d",
        shared: false,
        editable: true,
        author: { name: OWNER.name },
      },
    });
    await call("POST", VIEWS, { name: "alpha 10", query: "" });
    await call("POST", VIEWS, { name: "Alpha 9", query: "" });
    const names = async () => (await call<{ data: View[] }>("GET", VIEWS)).body.data.map(({ name }) => name);
    expect(await names()).toEqual(["Alpha 9", "alpha 10", "Zeta"]);
    const { id } = made.body;
    expect((await call<View>("PATCH", `${VIEWS}/${id}`, { name: "Beta" })).body).toMatchObject({
      name: "Beta",
      query: "action=auth.*&range=7d",
    });
    expect(await names()).toEqual(["Alpha 9", "alpha 10", "Beta"]);
    expect((await call("DELETE", `${VIEWS}/${id}`)).status).toBe(204);
    expect((await call("DELETE", `${VIEWS}/${id}`)).status).toBe(404);
    expect(await names()).toEqual(["Alpha 9", "alpha 10"]);
  });

  it("are events once others see them, and not before", async () => {
    const { body } = await call<View>("POST", VIEWS, { name: "Mine", query: "q=a" });
    expect(await recorded("action=saved_view.*")).toEqual([]);
    await call("PATCH", `${VIEWS}/${body.id}`, { shared: true });
    await call("PATCH", `${VIEWS}/${body.id}`, { query: "q=b" });
    await call("PATCH", `${VIEWS}/${body.id}`, { query: "q=b" });
    await call("DELETE", `${VIEWS}/${body.id}`);
    expect((await recorded("action=saved_view.*")).map(({ action, changes }) => [action, changes])).toEqual([
      ["saved_view.update", [{ path: "shared", before: false, after: true }]],
      ["saved_view.update", [{ path: "query", before: "q=a", after: "q=b" }]],
      ["saved_view.delete", undefined],
    ]);
  });

  it.each([
    [{ query: "" }, "/name"],
    [{ name: " ", query: "" }, "/name"],
    [{ name: "n" }, "/query"],
    [{ name: "n", query: "x".repeat(4097) }, "/query"],
    [{ name: "n", query: "", shared: "yes" }, "/shared"],
    [{ name: "n", query: "", owner: "me" }, "/owner"],
  ])("%# names what is wrong", async (input, pointer) => {
    const { status, body } = await call("POST", VIEWS, input);
    expect([status, body.errors?.[0]?.pointer]).toEqual([422, pointer]);
  });

  it("are as many as there may be, and no more", async () => {
    const { body } = await call<{ data: View[] }>("GET", VIEWS);
    for (let i = body.data.length; i < 200; i++) {
      expect((await call("POST", VIEWS, { name: `v${i}`, query: "" })).status).toBe(201);
    }
    expect(await call("POST", VIEWS, { name: "one more", query: "" })).toMatchObject({
      status: 409,
      body: { code: "too_many_views" },
    });
  });
});

describe("a review", () => {
  it("is an event that says what was reviewed, and the next begins where it ended", async () => {
    const send = async (...ids: string[]) =>
      expect(
        (
          await server.post(
            key,
            ids.map((id) => anEvent({ id, action: "db.update" })),
          )
        ).status,
      ).toBe(201);
    const position = async () => {
      await server.caughtUp(key);
      const page = await (await server.fetch("/v1/events?limit=1", {}, key)).json();
      return (page as { indexed_through: string }).indexed_through;
    };
    await send("r1", "r2");
    const first = await position();
    await send("r3");
    await server.caughtUp(key);
    const filters = { action: ["db.*"], not_actor_id: ["nobody", "-"], start: "2026-01-01" };
    const review = { as_of: first, filters, note: "Nothing unusual", view: "Weekly" };
    const { status, body } = await call<{ id: string; count: number }>(
      "POST",
      "/v1/organizations/acme/reviews",
      review,
    );
    expect([status, body.count]).toEqual([201, 2]);
    const [event] = await recorded("action=audit_log.review");
    expect(event).toMatchObject({
      id: body.id,
      outcome: "success",
      source: { type: "daybook" },
      actor: { type: "user", email: OWNER.email, role: "owner" },
      metadata: { as_of: first, count: 2, filters, note: "Nothing unusual", view: "Weekly" },
    });
    const fresh = await recorded(`action=db.*&since=${event?.metadata?.as_of}`);
    expect(fresh.map(({ id }) => id)).toEqual(["r3"]);
    const next = { as_of: await position(), since: first, filters };
    expect((await call<{ count: number }>("POST", "/v1/organizations/acme/reviews", next)).body.count).toBe(1);
  });

  it.each<[(at: (number: number) => string) => object, string]>([
    [() => ({}), "/as_of"],
    [() => ({ as_of: 1 }), "/as_of"],
    [() => ({ as_of: "1" }), "/as_of"],
    [(at) => ({ as_of: at(1e9) }), "/as_of"],
    [(at) => ({ as_of: at(1), since: at(1e9) }), "/since"],
    [() => ({ as_of: "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21:1" }), "/as_of"],
    [(at) => ({ as_of: at(1), filters: { ip: "nowhere" } }), "/filters/ip"],
    [(at) => ({ as_of: at(1), filters: { start: "2026-02-01", end: "2026-01-01" } }), "/filters/start"],
    [(at) => ({ as_of: at(1), filters: { not_role: ["x", ""] } }), "/filters/not_role/1"],
    [(at) => ({ as_of: at(1), filters: { cursor: "x" } }), "/filters/cursor"],
    [(at) => ({ as_of: at(1), filters: { q: "\ud800" } }), "/filters/q"],
    [(at) => ({ as_of: at(1), note: "x".repeat(4001) }), "/note"],
    [(at) => ({ as_of: at(1), view: " " }), "/view"],
  ])("%# names what is wrong", async (input, pointer) => {
    const page = await (await server.fetch("/v1/events?limit=1", {}, key)).json();
    const { indexed_through } = page as { indexed_through: string };
    const sent = input((number) => sameLog(indexed_through, number));
    const { status, body } = await call("POST", "/v1/organizations/acme/reviews", sent);
    expect([status, body.errors?.[0]?.pointer]).toEqual([422, pointer]);
  });
});
