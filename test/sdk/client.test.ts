import { type Client, type ClientOptions, createClient, type EventInput, type Problem } from "@daybook/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  breakAfterStoring,
  type ContractServer,
  neverAnswer,
  problem,
  refuseSome,
  startContractServer,
  warn,
} from "./contract-server.ts";

const KEY = "dbk_test_secret";
let server: ContractServer;
let problems: Problem[];
const clients: Client[] = [];

beforeEach(async () => {
  server = await startContractServer();
  problems = [];
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close({ timeoutMs: 0 })));
  await server.close();
});

/** A client that only sends when it is told to, unless options say otherwise. */
function connect(options: Partial<ClientOptions> = {}): Client {
  const client = createClient({
    url: server.url,
    key: KEY,
    flushIntervalMs: 3_600_000,
    onProblem: (found) => problems.push(found),
    ...options,
  });
  clients.push(client);
  return client;
}

function event(description = "Changed the plan."): EventInput {
  return { action: "db.update", actor: { type: "user", id: "u1" }, resource: { type: "plan", id: "p1" }, description };
}

const descriptions = () => server.stored.map(({ description }) => description);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `event ${index}`);
const reasons = () => problems.map(({ reason, error }) => `${reason} ${error.code}`);

describe("recording", () => {
  test("delivers events in batches, in order, with the key, an id and a time", async () => {
    const client = connect({ batchEventsMax: 4 });
    const before = Date.now();
    for (const description of numbered(10)) client.record(event(description));
    await client.flush();
    expect(descriptions()).toEqual(numbered(10));
    expect(server.requests.map(({ length }) => length)).toEqual([4, 4, 2]);
    expect(new Set(server.authorizations)).toEqual(new Set([`Bearer ${KEY}`]));
    for (const { id, timestamp } of server.stored) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
      expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(timestamp)).toBeLessThanOrEqual(Date.now());
    }
    expect(problems).toEqual([]);
  });

  test("sends by itself when a batch is full, and when the interval is over", async () => {
    const full = connect({ batchEventsMax: 2 });
    full.record(event("a"));
    full.record(event("b"));
    await server.requested(1);
    const timed = connect({ flushIntervalMs: 5 });
    timed.record(event("c"));
    await server.requested(2);
    expect(server.requests.map((events) => events.map(({ description }) => description))).toEqual([["a", "b"], ["c"]]);
  });

  test("keeps to one megabyte a request", async () => {
    const client = connect();
    for (let count = 0; count < 6; count++) client.record({ ...event(), metadata: { text: "x".repeat(240_000) } });
    await client.flush();
    expect(server.requests.map(({ length }) => length)).toEqual([4, 2]);
  });

  test("takes the event as it was, whatever the caller does to it later", async () => {
    const client = connect();
    const mutable = { ...event(), metadata: { before: { seats: 1 } } };
    client.record(mutable);
    mutable.metadata.before.seats = 99;
    mutable.action = "changed.later";
    await client.flush();
    expect(server.stored[0]).toMatchObject({ action: "db.update", metadata: { before: { seats: 1 } } });
  });

  test("keeps the caller's own id and times", async () => {
    const client = connect();
    client.record({ ...event(), id: "order-1", timestamp: "2026-01-02T03:04:05Z" });
    client.record({ ...event(), id: "order-2", occurred_at: "2026-01-02T03:04:05Z" } as EventInput);
    await client.flush();
    expect(server.stored[0]).toMatchObject({ id: "order-1", timestamp: "2026-01-02T03:04:05Z" });
    expect(server.stored[1]).not.toHaveProperty("timestamp");
  });
});

describe("what cannot be sent", () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const hostile = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error("no keys");
      },
      get: () => {
        throw new Error("no");
      },
    },
  );
  test.each<[string, unknown, string]>([
    ["nothing", null, "invalid_event"],
    ["a text", "login", "invalid_event"],
    ["a list", [event()], "invalid_event"],
    ["a cycle", { ...event(), metadata: cyclic }, "invalid_event"],
    ["a BigInt", { ...event(), metadata: { n: 1n } }, "invalid_event"],
    ["not a number", { ...event(), metadata: { n: Number.NaN } }, "invalid_event"],
    ["an object that throws", hostile, "invalid_event"],
    ["256 KiB and more", { ...event(), metadata: { text: "ä".repeat(140_000) } }, "event_too_large"],
  ])("%s is reported, and never throws", async (_, bad, code) => {
    const client = connect();
    client.record(bad as EventInput);
    client.record(event("good"));
    await client.flush();
    expect(reasons()).toEqual([`invalid ${code}`]);
    expect(descriptions()).toEqual(["good"]);
  });

  test("a callback that throws does not reach the caller either", async () => {
    const client = connect({
      onProblem: () => {
        throw new Error("from the callback");
      },
    });
    client.record(null as unknown as EventInput);
    client.record(event());
    await client.flush();
    expect(server.stored).toHaveLength(1);
  });
});

describe("failures", () => {
  test.each([
    ["an error of the server", problem(500, "internal")],
    ["a server that cannot write", problem(503, "log_unavailable")],
    ["a proxy without a server", problem(502, "bad_gateway")],
    ["back-pressure", problem(429, "rate_limited")],
    [
      "an answer that is not Daybook's",
      ({ response }: { response: import("node:http").ServerResponse }) => void response.end("<html>"),
    ],
    ["a connection that breaks after the events were stored", breakAfterStoring],
  ])("%s: the same events are sent again under the same ids, and stored once", async (_, fault) => {
    const client = connect();
    server.failNext(fault);
    for (const description of numbered(3)) client.record(event(description));
    await client.flush();
    expect(server.requests[1]).toEqual(server.requests[0]);
    expect(descriptions()).toEqual(numbered(3));
    expect(problems.map(({ reason }) => reason)).toEqual(["retrying"]);
  });

  test("a server that does not answer in time is asked again", async () => {
    const client = connect({ requestTimeoutMs: 30 });
    server.failNext(neverAnswer);
    client.record(event());
    await client.flush();
    expect(reasons()).toEqual(["retrying timeout"]);
    expect(server.stored).toHaveLength(1);
  });

  test("Retry-After is waited for", async () => {
    const client = connect();
    server.failNext(problem(503, "log_unavailable", { "retry-after": "1" }));
    client.record(event());
    const start = performance.now();
    await client.flush();
    // Not a limit on speed: coming back earlier than asked would be the fault.
    expect(performance.now() - start).toBeGreaterThanOrEqual(990);
  });

  test("what cannot succeed is reported once for each event and not sent again", async () => {
    const client = connect();
    server.failNext(problem(401, "unauthenticated"));
    client.record({ ...event(), id: "a" });
    client.record({ ...event(), id: "b" });
    await client.flush();
    client.record(event("after"));
    await client.flush();
    expect(server.requests).toHaveLength(2);
    expect(descriptions()).toEqual(["after"]);
    expect(problems.map(({ reason, id }) => `${reason} ${id}`)).toEqual(["rejected a", "rejected b"]);
    expect(problems[0]?.error).toMatchObject({ code: "unauthenticated", status: 401, requestId: "req_1" });
    expect(JSON.parse(problems[0]?.json ?? "")).toMatchObject({ id: "a", action: "db.update" });
  });

  test("a redirect is not followed", async () => {
    const client = connect();
    server.failNext(({ response }) => void response.writeHead(302, { location: `${server.url}/elsewhere` }).end());
    client.record(event());
    await client.flush();
    expect(server.requests).toHaveLength(1);
    expect(problems.map(({ reason, error }) => [reason, error.status])).toEqual([["rejected", 302]]);
  });

  test("of a batch only what may still succeed is sent again, with those that came meanwhile", async () => {
    const client = connect();
    const refuse = refuseSome({ 0: "invalid_event", 1: "id_undecided", 3: "id_conflict", 4: "log_unavailable" });
    server.failNext((exchange) => {
      client.record(event("meanwhile"));
      return refuse(exchange);
    });
    for (const description of numbered(6)) client.record({ ...event(description), id: description.replace(" ", "-") });
    await client.flush();
    expect(server.requests[1]?.map(({ description }) => description)).toEqual(["event 1", "event 4", "meanwhile"]);
    expect(descriptions()).toEqual(["event 2", "event 5", "event 1", "event 4", "meanwhile"]);
    expect(reasons()).toEqual(["rejected invalid_event", "rejected id_conflict", "retrying log_unavailable"]);
    expect(problems.map(({ id }) => id)).toEqual(["event-0", "event-3", undefined]);
  });

  test("the server's warnings are reported, and the events are stored all the same", async () => {
    server.failNext(warn, warn);
    const client = connect();
    client.record({ ...event(), id: "a" });
    client.record({ ...event(), id: "b" });
    await client.flush();
    expect(descriptions()).toHaveLength(2);
    expect(problems.map(({ reason, id, json, error }) => [reason, id, json, error.code, error.message])).toEqual([
      ["warned", "a", undefined, "personal_id", "/actor/id looks like an e-mail address"],
      ["warned", "b", undefined, "personal_id", "/actor/id looks like an e-mail address"],
    ]);
    // A receipt carries them to who waits for it.
    problems.length = 0;
    const { warnings } = await client.recordNow({ ...event(), id: "c" });
    expect(warnings).toMatchObject([{ pointer: "/actor/id", code: "personal_id" }]);
    expect(problems).toEqual([]);
  });

  test("a batch that is too large for something on the way is sent in halves", async () => {
    const client = connect();
    server.failNext(problem(413, "too_large"), problem(413, "too_large"));
    for (const description of numbered(8)) client.record(event(description));
    await client.flush();
    expect(server.requests.map(({ length }) => length)).toEqual([8, 4, 2, 2, 2, 2]);
    expect(descriptions()).toEqual(numbered(8));
    expect(problems).toEqual([]);
  });

  test("a full queue does not take the newest, and says which", async () => {
    const client = connect({ queueEventsMax: 3 });
    for (const description of numbered(5)) client.record({ ...event(description), id: description.replace(" ", "-") });
    expect(problems.map(({ reason, id }) => `${reason} ${id}`)).toEqual(["queue_full event-3", "queue_full event-4"]);
    await client.flush();
    expect(descriptions()).toEqual(numbered(3));
  });

  test("the queue is bounded in bytes too", async () => {
    const client = connect({ queueBytesMax: 1200 });
    client.record({ ...event(), metadata: { text: "x".repeat(600) } });
    client.record({ ...event(), metadata: { text: "x".repeat(600) } });
    client.record(event("small"));
    expect(reasons()).toEqual(["queue_full queue_full"]);
    await client.flush();
    expect(server.stored).toHaveLength(2);
  });
});

describe("recordNow", () => {
  test("gives the receipt", async () => {
    const receipt = await connect().recordNow({ ...event(), id: "now-1" });
    expect(receipt).toMatchObject({ id: "now-1", sequence: 0, duplicate: false });
  });

  test("tries again under the same id until it is stored", async () => {
    server.failNext(problem(503, "log_unavailable"), breakAfterStoring, refuseSome({ 0: "id_undecided" }));
    const receipt = await connect().recordNow(event());
    expect(receipt.duplicate).toBe(true);
    expect(new Set(server.requests.map(([sent]) => sent?.id)).size).toBe(1);
    expect(server.stored).toHaveLength(1);
  });

  test("rejects with the reason what the server refuses", async () => {
    server.failNext(refuseSome({ 0: "id_conflict" }));
    await expect(connect().recordNow(event())).rejects.toMatchObject({
      name: "DaybookClientError",
      code: "id_conflict",
      retryable: false,
    });
  });

  test("gives up at its time-out and says that it may be tried again", async () => {
    server.failNext(neverAnswer);
    const outcome = connect().recordNow(event(), { timeoutMs: 40 });
    await expect(outcome).rejects.toMatchObject({ code: "timeout", retryable: true });
  });
});

describe("closing", () => {
  test("delivers what waits, also what is being delivered at once, and takes nothing more", async () => {
    const client = connect();
    server.failNext(problem(500, "internal"));
    const now = client.recordNow(event("now"));
    for (const description of numbered(3)) client.record(event(description));
    await client.close();
    expect((await now).sequence).toBeGreaterThanOrEqual(0);
    expect([...descriptions()].sort()).toEqual([...numbered(3), "now"].sort());
    client.record(event("late"));
    await expect(client.recordNow(event("late"))).rejects.toMatchObject({ code: "closed" });
    expect(reasons()).toContain("closed closed");
    expect(server.stored).toHaveLength(4);
  });

  test("reports each event that an outage kept from being delivered, at the deadline", async () => {
    const client = connect();
    await server.close();
    for (const description of numbered(3)) client.record({ ...event(description), id: description.replace(" ", "-") });
    const now = expect(client.recordNow(event())).rejects.toMatchObject({ code: "closed", retryable: true });
    await client.close({ timeoutMs: 60 });
    await now;
    const lost = problems.filter(({ reason }) => reason === "undelivered");
    expect(lost.map(({ id }) => id)).toEqual(["event-0", "event-1", "event-2"]);
  });

  test("ends a request that is under way at the deadline, and may be asked for twice", async () => {
    const client = connect();
    server.failNext(neverAnswer);
    client.record(event());
    await Promise.all([client.close({ timeoutMs: 30 }), client.close()]);
    expect(reasons()).toEqual(["undelivered closed"]);
  });
});

test.each<[string, Partial<ClientOptions>]>([
  ["an address that is none", { url: "daybook" }],
  ["another protocol", { url: "ftp://daybook.example" }],
  ["credentials in the address", { url: "https://a:b@daybook.example" }],
  ["a key with a line break", { key: `${KEY}\n` }],
  ["no key", { key: "" }],
  ["an empty queue", { queueEventsMax: 0 }],
])("%s is refused when the client is made, without the key in the message", (_, options) => {
  expect(() => connect(options)).toThrow(/^Daybook: (?!.*secret)/);
});
