import type { ClientOptions } from "@daybook/sdk";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { verdictOf } from "../../sdk/src/verdict.ts";
import { ERRORS } from "../../src/errors.ts";
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
import { breakAfterStoring, neverAnswer, problem, refuseSome } from "./contract-server.ts";

withContractServer();

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

  test("a checkpoint that comes with an answer is given to the program, whatever becomes of it there", async () => {
    const kept: string[] = [];
    const onCheckpoint = (note: string) => {
      kept.push(note);
      throw new Error("the program's own");
    };
    const client = connect({ onCheckpoint });
    server.failNext(({ response }) => {
      const answer = { results: [{ id: "now", leaf_hash: "" }], checkpoint: "origin\n7\nroot\n" };
      response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
    for (const id of ["now", "later"]) expect(await client.recordNow({ ...event(), id })).toMatchObject({ id });
    expect(kept).toEqual(["origin\n7\nroot\n"]);
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
    "too_many_streams",
    "too_many_alerts",
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
  ["an address that is not valid", { url: "daybook" }],
  ["another protocol", { url: "ftp://daybook.example" }],
  ["credentials in the address", { url: "https://a:b@daybook.example" }],
  ["a key with a line break", { key: `${KEY}\n` }],
  ["no key", { key: "" }],
  ["an empty queue", { queueEventsMax: 0 }],
])("%s is refused when the client is made, without the key in the message", (_, options) => {
  expect(() => connect(options)).toThrow(/^Daybook: (?!.*secret)/);
});
