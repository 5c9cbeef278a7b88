import { type Client, type ClientOptions, createClient, type EventInput, type Problem } from "@daybook/sdk";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { verdictOf } from "../../sdk/src/verdict.ts";
import { ERRORS } from "../../src/errors.ts";
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

/** A client that only sends when asked to, unless options say otherwise. */
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

describe("what is not an answer of Daybook's ends no event's retries", () => {
  // Back-off takes a random share of its time: none here, since how long it waits is not what these are about.
  beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
  afterEach(() => void vi.restoreAllMocks());

  const HTML = "<html><body>Not Found</body></html>";
  const someoneElses = JSON.stringify({ type: "about:blank", title: "Bad Request", status: 400, code: "invalid_json" });
  const answers: [what: string, status: number, headers: Record<string, string>, body: string][] = [
    ...[
      200, 400, 401, 403, 404, 405, 406, 407, 408, 409, 410, 415, 422, 425, 429, 431, 451, 499, 500, 502, 503, 504,
    ].map(
      (status) =>
        [`a proxy's ${status}`, status, { "content-type": "text/html" }, HTML] as [
          string,
          number,
          Record<string, string>,
          string,
        ],
    ),
    ...[301, 302, 303, 307, 308].map(
      (status) =>
        [`a ${status} to another address`, status, { location: "/elsewhere" }, ""] as [
          string,
          number,
          Record<string, string>,
          string,
        ],
    ),
    ["a 201 with HTML", 201, { "content-type": "text/html" }, HTML],
    ["a 201 with no results", 201, { "content-type": "application/json" }, '{"results":[]}'],
    [
      "a receipt of another event",
      201,
      { "content-type": "application/json" },
      '{"results":[{"id":"other","leaf_hash":"00"}]}',
    ],
    ["a 204", 204, {}, ""],
    ["a gateway's own problem", 400, { "content-type": "application/problem+json" }, someoneElses],
    [
      "JSON of a gateway with a code",
      422,
      { "content-type": "application/json" },
      '{"code":"invalid_event","detail":"x","request_id":"y"}',
    ],
    [
      "a problem of Daybook's for an address that is not right",
      404,
      { "content-type": "application/problem+json" },
      '{"code":"not_found","detail":"x","request_id":"y"}',
    ],
    [
      "a code that this version does not know",
      418,
      { "content-type": "application/problem+json" },
      '{"code":"resting","detail":"x","request_id":"y"}',
    ],
  ];

  test.each(answers)("%s", async (_, status, headers, body) => {
    const client = connect();
    server.failNext(({ response }) => void response.writeHead(status, headers).end(body));
    client.record({ ...event(), id: "kept" });
    await client.flush();
    expect(server.stored.map(({ id }) => id)).toEqual(["kept"]);
    expect(problems.map(({ reason }) => reason)).toEqual(["retrying"]);
    // Nor does one that somebody waits for give up.
    server.failNext(({ response }) => void response.writeHead(status, headers).end(body));
    expect(await client.recordNow({ ...event(), id: "now" })).toMatchObject({ id: "now", duplicate: false });
  });

  test("a deploy in the middle of a stream of events loses none of them", async () => {
    const client = connect({ flushIntervalMs: 1, batchEventsMax: 3 });
    for (const status of [404, 302, 503, 308, 400, 401, 403, 405, 425, 499, 200]) {
      server.failNext(({ response }) => void response.writeHead(status, { "content-type": "text/html" }).end(HTML));
    }
    for (const description of numbered(30)) client.record(event(description));
    await client.flush();
    expect(descriptions()).toEqual(numbered(30));
    expect(new Set(problems.map(({ reason }) => reason))).toEqual(new Set(["retrying"]));
  });

  test("what is too large for something on the way, alone, is reported with its text", async () => {
    const client = connect();
    server.failNext(({ response }) => void response.writeHead(413, { "content-type": "text/html" }).end(HTML));
    client.record({ ...event(), id: "large" });
    client.record({ ...event(), id: "small" });
    server.failNext(({ response }) => void response.writeHead(413, { "content-type": "text/html" }).end(HTML));
    await client.flush();
    expect(problems.map(({ reason, id, error }) => [reason, id, error.status])).toEqual([["rejected", "large", 413]]);
    expect(server.stored.map(({ id }) => id)).toEqual(["small"]);
  });
});

test("every code that the server can answer with is one that the client knows what to do with", () => {
  const verdicts = Object.entries(ERRORS).map(([code, { retryable }]) => [code, retryable, verdictOf(code)] as const);
  // A refusal is never of what may succeed later.
  for (const [code, retryable, verdict] of verdicts) if (retryable) expect([code, verdict]).toEqual([code, "later"]);
  const kept = verdicts.filter(([, retryable, verdict]) => !retryable && verdict === "later").map(([code]) => code);
  // None of these is said of an event: requests that something on the way spoiled or sent elsewhere, and what the console's pages ask for.
  expect(kept).toEqual([
    "invalid_request",
    "invalid_encoding",
    "invalid_parameter",
    "invalid_cursor",
    "invalid_credentials",
    "two_factor_required",
    "invalid_token",
    "origin_mismatch",
    "not_found",
    "method_not_allowed",
    "too_many_views",
    "already_set_up",
    "two_factor_enabled",
    "last_owner",
    "own_membership",
    "already_member",
    "unsupported_media_type",
    "expectation_failed",
    "invalid_input",
    "headers_too_large",
  ]);
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
