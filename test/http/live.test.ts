import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mmdb } from "../../src/addresses/mmdb.fixture.ts";
import { AppServer } from "../support/app-server.ts";
import { makeKey, setUp } from "../support/console-session.ts";
import { anEvent, type Problem } from "../support/events.ts";
import { ServerProcess, type TestServer, temporaryDirectory } from "../support/server.ts";

let server: TestServer;
let session: Record<string, string>;
let key: string;

beforeAll(async () => {
  const dataDir = temporaryDirectory();
  const [countries, missing] = ["countries.mmdb", "missing.mmdb"].map((name) => join(dataDir, name)) as [
    string,
    string,
  ];
  const records = { "203.0.113.0/24": { country: { iso_code: "NL" }, asn: "AS64496", as_name: "Example Hosting" } };
  writeFileSync(countries, mmdb({ type: "Test", builtAt: new Date("2026-11-01T00:00:00Z"), records }));
  server = await AppServer.start({ dataDir, args: ["--address-database", `${countries},${missing}`] });
  session = await setUp(server, { id: "acme", name: "Acme" });
  key = (await makeKey(server, session, "acme", "events:write", "events:read")).key;
});
afterAll(() => server.remove());

interface Message {
  readonly id: string;
  readonly event: Event;
}

/** A stream that is open, read message by message. */
class Live {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly abort: AbortController;
  /** What the stream named so far. */
  readonly newAddresses: string[] = [];
  readonly firstSeen: Record<string, string> = {};
  private text = "";

  private constructor(reader: ReadableStreamDefaultReader<Uint8Array>, leave: AbortController) {
    this.reader = reader;
    this.abort = leave;
  }

  static async open(query: string, headers: Record<string, string> = {}, by = key): Promise<Live> {
    const leave = new AbortController();
    const authorization = by === "" ? {} : { authorization: `Bearer ${by}` };
    const init = { headers: { ...authorization, ...headers }, signal: leave.signal };
    const response = await server.fetch(`/v1/events/live${query}`, init);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("cache-control")).toBe("no-store");
    if (response.body === null) throw new Error("there is no stream");
    return new Live(response.body.getReader(), leave);
  }

  /** The next message of an event, or undefined when the stream has ended. */
  async next(): Promise<Message | undefined> {
    for (;;) {
      const end = this.text.indexOf("\n\n");
      if (end < 0) {
        const { done, value } = await this.reader.read();
        if (done) return undefined;
        this.text += Buffer.from(value).toString("utf8");
        continue;
      }
      const lines = this.text.slice(0, end).split("\n");
      this.text = this.text.slice(end + 2);
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field("data");
      if (data === undefined) continue;
      if (field("event") === "first_seen") {
        Object.assign(this.firstSeen, JSON.parse(data));
        continue;
      }
      if (field("event") === "new_ip") {
        expect(field("id")).toBeUndefined();
        for (const id of JSON.parse(data) as string[]) this.newAddresses.push(id);
        continue;
      }
      expect(field("event")).toBe("event");
      return { id: field("id") ?? "", event: JSON.parse(data) as Event };
    }
  }

  async take(count: number): Promise<Message[]> {
    const messages: Message[] = [];
    while (messages.length < count) {
      const message = await this.next();
      if (message === undefined) throw new Error("the stream has ended");
      messages.push(message);
    }
    return messages;
  }

  leave(): void {
    this.abort.abort();
  }
}

async function send(...ids: string[]): Promise<void> {
  const events = ids.map((id) => anEvent({ id }));
  expect((await server.post(key, events)).status).toBe(201);
}

describe("the live stream", () => {
  it("gives new matches, each with its position, as the API returns them", async () => {
    const live = await Live.open("?action=db.*&not_resource_type=Channel&not_ip=10.0.0.0/8");
    const resource = { type: "table" };
    const sent = [
      anEvent({ id: "db-1", action: "db.update", resource }),
      anEvent({ id: "other-1", action: "channel.create", resource }),
      anEvent({ id: "other-2", action: "db.update" }),
      anEvent({ id: "other-3", action: "db.update", resource, context: { ip: "10.9.9.9" } }),
      anEvent({ id: "db-2", action: "db.update", resource, context: { ip: "11.0.0.1" } }),
    ];
    expect((await server.post(key, sent)).status).toBe(201);
    const messages = await live.take(2);
    expect(messages.map(({ event }) => event.id)).toEqual(["db-1", "db-2"]);
    const [first] = messages;
    expect(first?.event).toEqual(await (await server.fetch("/v1/events/db-1", {}, key)).json());
    live.leave();
  });

  it("goes on where its reader was", async () => {
    const live = await Live.open("");
    await send("r1", "r2");
    const [first] = await live.take(1);
    live.leave();
    await send("r3");
    const again = await Live.open("", { "last-event-id": String(first?.id) });
    await send("r4");
    expect((await again.take(3)).map(({ event }) => event.id)).toEqual(["r2", "r3", "r4"]);
    again.leave();
  });

  it("takes up from a page without a gap", async () => {
    await send("p1");
    await server.caughtUp(key);
    const page = (await (await server.fetch("/v1/events?limit=1", {}, key)).json()) as {
      indexed_through: string;
    };
    await send("p2", "p3");
    const live = await Live.open("", { "last-event-id": page.indexed_through });
    expect((await live.take(2)).map(({ event }) => event.id)).toEqual(["p2", "p3"]);
    live.leave();
  });

  it.each(["x", "-1", "7", "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21:1"])("refuses the id %j", async (id) => {
    const response = await server.fetch("/v1/events/live", { headers: { "last-event-id": id } }, key);
    const problem = (await response.json()) as Problem;
    expect([response.status, problem.errors?.[0]?.pointer]).toEqual([400, "Last-Event-ID"]);
  });

  it.each(["as_of=1", "since=1", "cursor=x", "limit=5", "ip=nowhere"])("refuses the parameter %s", async (query) => {
    const response = await server.fetch(`/v1/events/live?${query}`, {}, key);
    expect(response.status).toBe(400);
    await response.arrayBuffer();
  });

  it("closes when its key is revoked", async () => {
    const made = await makeKey(server, session, "acme", "events:read");
    const live = await Live.open("?action=nothing", {}, made.key);
    await server.fetch(`/v1/keys/${made.id}`, { method: "DELETE", headers: session });
    expect(await live.next()).toBeUndefined();
  });

  it("closes when its session ends", async () => {
    const live = await Live.open("?action=nothing", session, "");
    await server.fetch("/v1/session", { method: "DELETE", headers: session });
    expect(await live.next()).toBeUndefined();
  });

  it("does not keep the server from stopping", async () => {
    const other = await ServerProcess.start();
    const own = await other.key(["--org", "acme", "--create", "--scopes", "events:read"]);
    const response = await other.fetch("/v1/events/live", {}, own);
    const reader = response.body?.getReader();
    await reader?.read();
    expect(await other.stop()).toBe(0);
    expect(other.output()).not.toContain('"level":"error"');
    await other.remove();
  });
});

describe("what is known of addresses", () => {
  const ask = async (query: string) => server.fetch(`/v1/addresses${query}`, {}, key);

  it("is what the operator's databases say, the others aside", async () => {
    const nl = { country: { code: "NL", name: "Netherlands" }, network: { number: 64_496, name: "Example Hosting" } };
    const answer = await (await ask("?ip=203.0.113.7&ip=::ffff:203.0.113.8&ip=2001:db8::1")).json();
    expect(answer).toMatchObject({
      data: [{ ip: "203.0.113.7", ...nl }, { ip: "::ffff:203.0.113.8", ...nl }, { ip: "2001:db8::1" }],
      databases: [{ type: "Test", built_at: "2026-11-01T00:00:00.000Z" }],
    });
    expect(await (await ask("")).json()).toMatchObject({ data: [], databases: [{ type: "Test" }] });
    expect((server as AppServer).output()).toContain("address database: cannot be used; the server runs without it");
  });

  it.each(["?ip=203.0.113.0/24", "?ip=", "?ip=nowhere", "?address=203.0.113.7"])("is refused for %s", async (query) => {
    const response = await ask(query);
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([400, "invalid_parameter"]);
  });
});

describe("addresses that are new for an actor", () => {
  it("are named when asked for, and only then", async () => {
    const seen = (id: string, ip: string, timestamp: string) =>
      anEvent({ id, timestamp, actor: { type: "user", id: "ada" }, action: "auth.login", context: { ip } });
    const events = [
      seen("n1", "192.0.2.1", "2026-03-01T00:00:00Z"),
      seen("n2", "192.0.2.2", "2026-03-02T00:00:00Z"),
      seen("n3", "192.0.2.1", "2026-03-03T00:00:00Z"),
      seen("n4", "192.0.2.1", "2026-06-05T00:00:00Z"),
      seen("n5", "192.0.2.2", "2026-03-02T23:59:59.5Z"),
    ];
    const response = await server.post(key, events);
    expect(response.status).toBe(201);
    await server.caughtUp(key);
    const page = async (query: string) =>
      (await (await server.fetch(`/v1/events?start=2026-01-01&actor_id=ada${query}`, {}, key)).json()) as {
        new_ip?: string[];
        first_seen?: Record<string, string>;
      };
    expect((await page("&new_ip=true")).new_ip?.sort()).toEqual(["n1", "n2", "n4"]);
    expect((await page("&new_ip=true&limit=2")).new_ip).toEqual(["n4"]);
    for (const name of ["new_ip", "first_seen"]) expect(await page("")).not.toHaveProperty(name);
  });
});

describe("when an actor was first at an address", () => {
  const HOUR_MS = 3_600_000;
  const seen = (id: string, ip: string, hoursAgo: number) =>
    anEvent({
      id,
      timestamp: new Date(Date.now() - hoursAgo * HOUR_MS).toISOString(),
      actor: { type: "user", id: "lin" },
      action: "auth.login",
      context: { ip },
    });

  it("is said of its first day there, but not where an import shows that it was there before", async () => {
    const response = await server.post(key, [
      seen("s1", "192.0.2.11", 23),
      seen("s2", "192.0.2.11", 1),
      // Weeks of use, recorded only now, and what follows.
      seen("s3", "192.0.2.12", 24 * 20),
      seen("s4", "192.0.2.12", 2),
      // The first record of an address is of today, and an older one comes after it.
      seen("s5", "192.0.2.13", 3),
      seen("s6", "192.0.2.13", 24 * 20),
    ]);
    const { results } = (await response.json()) as { results: { id: string; recorded_at: string }[] };
    await server.caughtUp(key);
    const page = async (query: string) =>
      (await (await server.fetch(`/v1/events?start=2026-01-01&actor_id=lin&new_ip=true${query}`, {}, key)).json()) as {
        data: { id: string }[];
        first_seen: Record<string, string>;
      };
    const recorded = new Map(results.map(({ id, recorded_at }) => [id, recorded_at]));
    const said = { s1: recorded.get("s1"), s2: recorded.get("s1"), s5: recorded.get("s5") };
    expect((await page("")).first_seen).toEqual(said);
    // The filter goes by the time of recording alone, and finds all of them.
    const found = await page("&first_seen=true");
    expect(found.data.map(({ id }) => id).sort()).toEqual(["s1", "s2", "s3", "s4", "s5", "s6"]);
    expect(found.first_seen).toEqual(said);
  });
});

describe("addresses that are new for an actor, live", () => {
  const seen = (id: string, ip: string) =>
    anEvent({ id, actor: { type: "user", id: "eve" }, action: "auth.login", context: { ip } });

  it("are named before their events come, when asked for, and only then", async () => {
    const [asking, plain] = [await Live.open("?actor_id=eve&new_ip=true"), await Live.open("?actor_id=eve")];
    await server.post(key, [seen("l1", "192.0.2.1"), seen("l2", "192.0.2.2"), seen("l3", "192.0.2.1")]);
    await server.caughtUp(key);
    await server.post(key, [seen("l4", "192.0.2.2"), seen("l5", "192.0.2.3")]);
    const messages = await asking.take(5);
    expect(asking.newAddresses.sort()).toEqual(["l1", "l2", "l5"]);
    expect(await plain.take(5)).toEqual(messages);
    expect([plain.newAddresses, plain.firstSeen]).toEqual([[], {}]);
    const timeOf = (id: string) => messages.find(({ event }) => event.id === id)?.event.timestamp;
    const firsts = { l1: "l1", l2: "l2", l3: "l1", l4: "l2", l5: "l5" };
    expect(asking.firstSeen).toEqual(Object.fromEntries(Object.entries(firsts).map(([id, of]) => [id, timeOf(of)])));
    // Whoever was cut off hears again what is said of the rest.
    const again = await Live.open("?actor_id=eve&new_ip=true", { "last-event-id": String(messages[1]?.id) });
    await again.take(1);
    expect(again.newAddresses).not.toContain("l1");
    await again.take(2);
    expect(again.newAddresses).toEqual(["l5"]);
    for (const live of [asking, plain, again]) live.leave();
  });
});
