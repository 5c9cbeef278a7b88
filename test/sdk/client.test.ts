import type { EventInput } from "@daybook/sdk";
import { describe, expect, test } from "vitest";
import {
  connect,
  descriptions,
  event,
  KEY,
  numbered,
  problems,
  reasons,
  server,
  withContractServer,
} from "./clients.ts";
import { breakAfterStoring, neverAnswer, problem, refuseSome, warn } from "./contract-server.ts";

withContractServer();

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

  test("gives its own time where the caller's is undefined", async () => {
    const client = connect();
    const before = Date.now();
    client.record({ ...event(), occurred_at: undefined, timestamp: undefined } as unknown as EventInput);
    const after = Date.now();
    await client.flush();
    const at = Date.parse(server.stored[0]?.timestamp ?? "");
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(after);
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
  const throwing = () => {
    throw new Error("from toJSON");
  };
  test.each<[string, unknown, string]>([
    ["nothing", null, "invalid_event"],
    ["a text", "login", "invalid_event"],
    ["a list", [event()], "invalid_event"],
    ["a cycle", { ...event(), metadata: cyclic }, "invalid_event"],
    ["a BigInt", { ...event(), metadata: { n: 1n } }, "invalid_event"],
    ["an invalid date", { ...event(), timestamp: new Date(Number.NaN) }, "invalid_event"],
    [
      "a toJSON that throws",
      { ...event(), metadata: { d: Object.assign(Object.create(hostile), { toJSON: throwing }) } },
      "invalid_event",
    ],
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

  test("what cannot be written is reported with the id that the caller gave it", () => {
    const client = connect();
    client.record({ ...event(), id: "mine", metadata: { n: Number.NaN } } as EventInput);
    expect(problems).toEqual([expect.objectContaining({ reason: "invalid", id: "mine" })]);
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

  test.each([
    [401, "unauthenticated"],
    [403, "forbidden"],
  ])(
    "a key that is refused with %i pauses the delivery, and keeps the queue for a key that is right",
    async (status, code) => {
      let key = "dbk_old";
      const client = connect({ key: () => key });
      server.failNext(problem(status, code), problem(status, code));
      client.record({ ...event(), id: "a" });
      client.record({ ...event(), id: "b" });
      const flushed = client.flush();
      await server.requested(2);
      key = "dbk_new";
      await flushed;
      expect(reasons()).toEqual([`paused ${code}`, `paused ${code}`]);
      expect(problems[0]?.error).toMatchObject({ status, requestId: "req_1", retryable: false });
      expect(server.stored.map(({ id }) => id)).toEqual(["a", "b"]);
      expect(server.authorizations.at(-1)).toBe("Bearer dbk_new");
    },
  );

  test("a function that gives no key pauses the delivery, and its error does not quote what it gave", async () => {
    let key = `${KEY}\n`;
    const client = connect({ key: () => key });
    client.record(event());
    const flushed = client.flush();
    await expect.poll(() => problems.length).toBeGreaterThan(0);
    key = KEY;
    await flushed;
    expect(reasons()[0]).toBe("paused unauthenticated");
    expect(String(problems[0]?.error.stack)).not.toContain("secret");
    expect(server.stored).toHaveLength(1);
  });

  test("a refusal of Daybook's is reported once for each event, and they are not sent again", async () => {
    const client = connect();
    server.failNext(problem(400, "invalid_json"));
    client.record({ ...event(), id: "a" });
    client.record({ ...event(), id: "b" });
    await client.flush();
    client.record(event("after"));
    await client.flush();
    expect(server.requests).toHaveLength(2);
    expect(descriptions()).toEqual(["after"]);
    expect(problems.map(({ reason, id }) => `${reason} ${id}`)).toEqual(["rejected a", "rejected b"]);
    expect(problems[0]?.error).toMatchObject({ code: "invalid_json", status: 400, requestId: "req_1" });
    expect(JSON.parse(problems[0]?.json ?? "")).toMatchObject({ id: "a", action: "db.update" });
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
