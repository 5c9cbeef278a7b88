import type { Event, Receipt } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { anEvent, MINIMAL, type Problem, type Results } from "../support/events.ts";
import type { TestServer } from "../support/server.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
});
afterAll(() => server.remove());

async function post(body: unknown, type?: string) {
  const response = await server.post(key, body, type);
  const answer = (await response.json()) as Results & Problem;
  return { ...answer, status: response.status, type: response.headers.get("content-type") };
}

async function stored(id: string | undefined): Promise<Event> {
  const response = await server.fetch(`/v1/events/${id}`, {}, key);
  expect(response.status).toBe(200);
  return (await response.json()) as Event;
}

const ndjson = (body: string | Uint8Array<ArrayBuffer>) =>
  server
    .fetch(
      "/v1/events",
      { method: "POST", body, headers: { "content-type": "application/x-ndjson; charset=utf-8" } },
      key,
    )
    .then(async (response) => ({ ...((await response.json()) as Results & Problem), status: response.status }));

describe("one event", () => {
  it("is answered by its receipt", async () => {
    const { status, type, results } = await post(anEvent({ id: "one-1" }));
    expect({ status, type }).toEqual({ status: 201, type: "application/json" });
    expect(results).toEqual([
      {
        id: "one-1",
        log_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        sequence: expect.any(Number),
        leaf_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        recorded_at: expect.stringMatching(TIME),
        duplicate: false,
      },
    ]);
  });

  it("gets from the server what its caller left out", async () => {
    const before = new Date().toISOString();
    const { results } = await post(MINIMAL);
    const [receipt] = results as Receipt[];
    const event = await stored(receipt?.id);
    expect(event).toEqual({
      ...MINIMAL,
      id: expect.stringMatching(UUID_V7),
      tenant_id: "acme",
      outcome: "success",
      timestamp: receipt?.recorded_at,
      recorded_at: receipt?.recorded_at,
      sequence: receipt?.sequence,
      leaf_hash: receipt?.leaf_hash,
      source: { type: "api_key", id: expect.stringMatching(UUID_V7) },
      schema_version: 2,
    });
    expect(event.recorded_at >= before).toBe(true);
    expect(event.context).toBeUndefined();
  });

  it("comes back with every field it was sent with", async () => {
    const event = {
      id: "full:1._-",
      timestamp: "2026-11-01T10:20:30.456Z",
      tenant_id: "acme",
      action: "knowledge.update",
      outcome: "denied",
      actor: {
        type: "agent",
        id: "a1",
        name: "Ada 🦉",
        email: "ada@acme.example",
        role: "editor",
        on_behalf_of: { type: "user", id: "u9", name: "Bo", email: "bo@acme.example", role: "owner" },
      },
      resource: { type: "knowledge", id: "kb/1 ü", name: "Größe" },
      targets: [{ type: "channel", id: "c1", name: "One" }, { type: "channel" }],
      description: "Changed “refunds”\n\tand\u0000 more\u2028",
      context: { ip: "2001:db8::1", user_agent: "curl/8", request_id: "r", session_id: "s", trace_id: "t" },
      changes: [{ path: "visibility", before: null, after: { a: [1, "x", null, false] } }, { path: "empty" }],
      metadata: { nested: { deep: [[]] }, text: "", zero: 0, none: null },
    };
    expect((await post(event)).status).toBe(201);
    expect(await stored(event.id)).toMatchObject(event);
  });

  it("may fill nested fields by their flat names", async () => {
    const flat = {
      id: "flat-1",
      action: "db.update",
      user_id: "u1",
      user_role: "admin",
      resource_type: "table",
      resource_id: "t1",
      ip: "192.0.2.7",
      user_agent: "psql",
      occurred_at: "2026-11-20T00:00:00+02:00",
    };
    expect((await post(flat)).status).toBe(201);
    expect(await stored("flat-1")).toMatchObject({
      action: "db.update",
      actor: { type: "user", id: "u1", role: "admin" },
      resource: { type: "table", id: "t1" },
      context: { ip: "192.0.2.7", user_agent: "psql" },
      timestamp: "2026-11-19T22:00:00.000Z",
    });
    const both = { ...flat, id: "flat-2", actor: { type: "service", id: "other" } };
    expect(await post(both)).toMatchObject({
      status: 422,
      code: "invalid_event",
      errors: [{ pointer: "/user_id", message: expect.stringContaining("differs from actor.id") }],
    });
  });

  it("keeps its time to the millisecond, in UTC, finer digits cut off", async () => {
    const times = {
      "2026-11-22T01:02:03Z": "2026-11-22T01:02:03.000Z",
      "2026-11-22T01:02:03.1Z": "2026-11-22T01:02:03.100Z",
      "2026-11-22T01:02:03.9999999Z": "2026-11-22T01:02:03.999Z",
      "2026-11-22t01:02:03.123456z": "2026-11-22T01:02:03.123Z",
      "2026-11-22T01:02:03.5-23:59": "2026-11-23T01:01:03.500Z",
    };
    const sent = Object.keys(times).filter((time) => Date.parse(time) < Date.now());
    const { results } = await post(sent.map((timestamp) => anEvent({ timestamp })));
    for (const [i, time] of sent.entries()) {
      expect((await stored(results[i]?.id)).timestamp).toBe(times[time as keyof typeof times]);
    }
  });

  it("is answered with warnings about what was stored otherwise, and about permanent fields", async () => {
    const event = anEvent({
      id: "warned",
      actor: { type: "user", id: "ada@acme.example" },
      context: { ip: "203.0.113.7:5123" },
    });
    const { status, results } = await post(event);
    expect({ status, results }).toMatchObject({
      status: 201,
      results: [
        {
          duplicate: false,
          warnings: [
            {
              pointer: "/actor/id",
              code: "personal_id",
              message: expect.stringContaining("looks like an e-mail address"),
            },
            { pointer: "/context/ip", code: "address", message: expect.stringContaining("203.0.113.7:5123") },
          ],
        },
      ],
    });
    expect((await stored("warned")).context).toEqual({ ip: "203.0.113.7" });
    // A duplicate recorded nothing to warn about.
    const [again] = (await post(event)).results;
    expect(again).toMatchObject({ duplicate: true });
    expect(again).not.toHaveProperty("warnings");
  });

  it("keeps what was sent as an address and is not one", async () => {
    const { results } = await post([
      anEvent({ id: "ip-1", context: { ip: "unknown" } }),
      anEvent({ id: "ip-2", ip: "203.0.113.7, 10.0.0.1", user_agent: "curl" }),
    ]);
    expect(results).toMatchObject([
      { warnings: [{ pointer: "/context/ip", code: "address" }] },
      { warnings: [{ pointer: "/ip", code: "address" }] },
    ]);
    expect((await stored("ip-1")).context).toEqual({ ip_text: "unknown" });
    expect((await stored("ip-2")).context).toEqual({ ip_text: "203.0.113.7, 10.0.0.1", user_agent: "curl" });
    await server.caughtUp(key);
    const response = await server.fetch("/v1/events?resource_type=channel&limit=1000", {}, key);
    const { data } = (await response.json()) as { data: Event[] };
    expect(data.find(({ id }) => id === "ip-2")).toEqual(await stored("ip-2"));
  });

  it("that fails answers its own problem", async () => {
    const answer = await post({ id: "bad", outcome: "maybe" });
    expect(answer).toMatchObject({
      type: "application/problem+json",
      status: 422,
      code: "invalid_event",
      title: "The event is not valid",
      detail: "/action is required. 3 more.",
      request_id: expect.stringMatching(UUID_V7),
      errors: [
        { pointer: "/action", message: "is required" },
        { pointer: "/actor/type", message: "is required" },
        { pointer: "/resource/type", message: "is required" },
        { pointer: "/outcome", message: "must be one of success, failure, denied, unknown" },
      ],
    });
    expect((await server.fetch("/v1/events/bad", {}, key)).status).toBe(404);
  });

  it.each(["null", "5", '"text"', "true"])("cannot be %s", async (body) => {
    expect(await post(body)).toMatchObject({ status: 422, code: "invalid_event", errors: [{ pointer: "" }] });
  });
});

describe("many events", () => {
  it("are answered in their order, each id as it was sent, sequences without a gap", async () => {
    const ids = Array.from({ length: 1000 }, (_, i) => (i % 3 === 0 ? undefined : `many-${999 - i}`));
    const { status, results } = await post(ids.map((id) => anEvent(id === undefined ? {} : { id })));
    expect(status).toBe(201);
    for (const [i, id] of ids.entries()) expect(results[i]?.id).toEqual(id ?? expect.stringMatching(UUID_V7));
    const sequences = results.map(({ sequence }) => sequence ?? Number.NaN);
    expect(sequences).toEqual(sequences.map((_, i) => (sequences[0] ?? 0) + i));
    expect(new Set(results.map(({ id }) => id)).size).toBe(1000);
  });

  it("may be none", async () => {
    expect(await post([])).toMatchObject({ status: 201, results: [] });
    expect(await ndjson("\n\r\n  \t\n")).toMatchObject({ status: 201, results: [] });
  });

  it("are stored though a neighbour is not; each failure says which and why", async () => {
    const events = [
      anEvent({ id: "n-1" }),
      { id: "n-2" },
      anEvent({ id: "n-3", sequence: 9 }),
      5,
      anEvent({ id: "n-4" }),
    ];
    const { status, results } = await post(events);
    expect(status).toBe(207);
    expect(results).toMatchObject([
      { id: "n-1", duplicate: false },
      {
        id: "n-2",
        error: { code: "invalid_event", message: "/action is required. 2 more.", pointer: "/action" },
      },
      {
        id: "n-3",
        error: { code: "invalid_event", pointer: "/sequence", errors: [{ pointer: "/sequence" }] },
      },
      { error: { code: "invalid_event", pointer: "" } },
      { id: "n-4", duplicate: false },
    ]);
    expect(results[3]).not.toHaveProperty("id");
    await stored("n-1");
    await stored("n-4");
  });

  it("may all fail, and are then still answered one by one", async () => {
    expect(await post([{}, {}])).toMatchObject({ status: 207, results: [{ error: {} }, { error: {} }] });
  });

  it("take their elements apart however they are spaced, and whatever is in their strings", async () => {
    const text = `\n[ ${JSON.stringify(anEvent({ id: "sp-1", description: '],[{"\\\\' }), null, 2)} ,\t${JSON.stringify(anEvent({ id: "sp-2" }))}\r\n]\n`;
    expect(await post(text)).toMatchObject({ status: 201, results: [{ id: "sp-1" }, { id: "sp-2" }] });
    expect((await stored("sp-1")).description).toBe('],[{"\\\\');
  });
});

describe("NDJSON", () => {
  const line = (id: string) => JSON.stringify(anEvent({ id }));

  it.each([
    ["with a newline at the end", "a", (a: string, b: string) => `${a}\n${b}\n`],
    ["without one", "b", (a: string, b: string) => `${a}\n${b}`],
    ["with CRLF", "c", (a: string, b: string) => `${a}\r\n${b}\r\n`],
    ["with blank lines", "d", (a: string, b: string) => `\n \n${a}\n\r\n\t\n${b}\n\n`],
    ["beginning with a byte order mark", "e", (a: string, b: string) => `\ufeff${a}\n${b}\n`],
  ])("is one event a line, %s", async (_how, name, join) => {
    const answer = await ndjson(join(line(`nd-${name}1`), line(`nd-${name}2`)));
    expect(answer).toMatchObject({ status: 201, results: [{ id: `nd-${name}1` }, { id: `nd-${name}2` }] });
  });

  it("refuses only the line that is at fault", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${line("l-1")}\n{"id":"l-2",\n`),
      Buffer.from('{"id":"\xff"}\n', "latin1"),
      Buffer.from(`\u00a0\n[${line("l-3")}]\n${line("l-4")}{}\n${line("l-5")}`),
    ]);
    const { status, results } = await ndjson(new Uint8Array(bytes));
    expect(status).toBe(207);
    expect(results).toMatchObject([
      { id: "l-1", duplicate: false },
      { error: { code: "invalid_json", message: expect.stringMatching(/^The text is not well-formed JSON/) } },
      { error: { code: "invalid_utf8", message: "The text is not valid UTF-8." } },
      { error: { code: "invalid_json" } },
      { error: { code: "invalid_event", pointer: "" } },
      { error: { code: "invalid_json" } },
      { id: "l-5", duplicate: false },
    ]);
  });

  it("of one line that fails is answered like many", async () => {
    expect(await ndjson("{}")).toMatchObject({ status: 207, results: [{ error: { code: "invalid_event" } }] });
  });
});
