import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addressIn } from "../../src/event/sent-address.ts";
import { AppServer } from "../support/app-server.ts";
import { anEvent, type Problem, type Results } from "../support/events.ts";
import { sendRaw } from "../support/raw-http.ts";
import type { TestServer } from "../support/server.ts";

const RUNS = process.env.DAYBOOK_TEST_LONG === "1" ? 20_000 : 150;

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  await server.post(
    key,
    Array.from({ length: 50 }, (_, i) => anEvent({ description: `event ${i}` })),
  );
  await server.caughtUp(key);
});
afterAll(async () => {
  expect(server.output()).not.toMatch(/"level":"error"/);
  await server.remove();
});

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "",
    "%",
    "_",
    "\\",
    "'",
    '"',
    "\0",
    "\n",
    "{x:String}",
    "{{",
    "--",
    "/*",
    "*",
    "🦉",
    "é",
    "İ",
    "ß",
    "\ufffd",
  ),
);

/** Fields with whatever, as often right as wrong. */
const anyEvent = fc.record(
  {
    id: fc.oneof(fc.stringMatching(/^[A-Za-z0-9._:-]{1,8}$/), anyText),
    action: fc.oneof(fc.stringMatching(/^[a-z_]{1,8}\.[a-z]{1,4}$/), anyText),
    actor: fc.oneof(
      fc.record(
        { type: fc.constantFrom("user", "system"), id: anyText, name: anyText, role: anyText },
        { requiredKeys: ["type"] },
      ),
      fc.jsonValue(),
    ),
    resource: fc.oneof(fc.record({ type: anyText, id: anyText }, { requiredKeys: ["type"] }), fc.jsonValue()),
    description: anyText,
    timestamp: fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      anyText,
    ),
    context: fc.oneof(fc.record({ ip: fc.oneof(fc.ipV4(), fc.ipV6(), anyText), user_agent: anyText }), fc.jsonValue()),
    changes: fc.oneof(fc.array(fc.record({ path: anyText, before: fc.jsonValue() })), fc.jsonValue()),
    targets: fc.oneof(fc.array(fc.record({ type: anyText })), fc.jsonValue()),
    metadata: fc.oneof(fc.dictionary(anyText, fc.jsonValue()), fc.jsonValue()),
    outcome: fc.oneof(fc.constantFrom("success", "denied"), anyText),
    tenant_id: fc.oneof(fc.constant("acme"), anyText),
  },
  { requiredKeys: ["action", "actor", "resource"] },
);

async function answerOf(path: string, init: RequestInit = {}) {
  const response = await server.fetch(path, init, key);
  const type = response.headers.get("content-type");
  expect(response.status, await response.clone().text()).toBeLessThan(500);
  if (response.status >= 400) expect(type).toBe("application/problem+json");
  return { status: response.status, type, text: await response.text() };
}

const post = async (body: string | Uint8Array<ArrayBuffer>, type: string) => {
  const { text, status } = await answerOf("/v1/events", { method: "POST", body, headers: { "content-type": type } });
  return { ...(JSON.parse(text) as Results & Problem), status };
};

it("any events get each an answer of their own, and those that are taken come back as they were sent", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 5 }), async (events) => {
      const texts = events.map((event) => JSON.stringify(event));
      const { status, results } = await post(texts.join("\n"), "application/x-ndjson");
      expect(results).toHaveLength(events.length);
      expect(status).toBe(results.every(({ error }) => error === undefined) ? 201 : 207);
      for (const [i, { id, error }] of results.entries()) {
        if (error) expect(["invalid_event", "id_conflict"]).toContain(error.code);
        else {
          const { timestamp, metadata, ...sent } = JSON.parse(texts[i] ?? "") as Record<string, unknown>;
          const one = JSON.parse((await answerOf(`/v1/events/${id}`)).text) as Record<string, unknown>;
          if (!results[i]?.duplicate) expect(one).toMatchObject(asStored(sent));
          if (timestamp !== undefined) expect(Date.parse(String(one.timestamp))).toBe(Date.parse(String(timestamp)));
          if (metadata !== undefined) expect(one.metadata).toEqual(metadata);
        }
      }
    }),
    { numRuns: RUNS },
  );
});

/** As it is stored: an object without a field says nothing and is left out; what is not an address is text beside it. */
function asStored({ context, ...event }: Record<string, unknown>): Record<string, unknown> {
  if (context === undefined || Object.keys(context as object).length === 0) return event;
  const { ip, ...rest } = context as { ip?: string };
  const address = ip === undefined ? {} : { [addressIn(ip) === undefined ? "ip_text" : "ip"]: addressIn(ip) ?? ip };
  return { ...event, context: { ...address, ...rest } };
}

it("any bytes get an answer", async () => {
  const valid = Buffer.from(JSON.stringify([anEvent({ metadata: { a: [1, "é", null] } }), anEvent()]));
  const mutated = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 }).map((changes) => {
    const copy = new Uint8Array(valid);
    for (const [at, byte] of changes) copy[at] = byte;
    return copy;
  });
  const cut = fc
    .tuple(fc.nat(valid.length), fc.nat(valid.length))
    .map(([a, b]) => new Uint8Array(valid.subarray(Math.min(a, b), Math.max(a, b))));
  const any = fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(mutated, cut, any),
      fc.constantFrom("application/json", "application/x-ndjson"),
      async (body, type) => {
        const { status } = await post(body, type);
        expect([201, 207, 400, 422]).toContain(status);
      },
    ),
    { numRuns: RUNS },
  );
});

it("any query gets an answer, and the same one everywhere", async () => {
  const names = fc.constantFrom(
    "start",
    "end",
    "tz",
    "action",
    "resource_type",
    "resource_id",
    "q",
    "actor_id",
    "role",
    "ip",
    "outcome",
    "not_resource_type",
    "not_resource_id",
    "not_actor_id",
    "not_role",
    "not_ip",
    "not_outcome",
    "as_of",
    "tenant_id",
  );
  const values = fc.oneof(
    anyText,
    fc.constantFrom(
      "2026-01-01",
      "2026-11-22T00:00:00Z",
      "1970-01-01",
      "2199-12-31",
      "Europe/Paris",
      "channel.*",
      "-a.b",
      "acme",
      "::/0",
      "10.0.0.0/8",
      "success",
      "0",
      "51",
    ),
  );
  const pairs = fc.array(
    fc.tuple(fc.oneof({ weight: 9, arbitrary: names }, { weight: 1, arbitrary: anyText }), values),
    { maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(pairs, async (query) => {
      const text = new URLSearchParams(query).toString();
      const list = await answerOf(`/v1/events?${text}`);
      const others = [
        `facets?field=action&${text}`,
        `histogram?${text}`,
        `export?format=csv&${text}`,
        `export?format=ndjson&${text}`,
      ];
      for (const other of others) expect((await answerOf(`/v1/events/${other}`)).status).toBe(list.status);
    }),
    { numRuns: RUNS },
  );
});

it("any address gets an answer", async () => {
  const segment = fc.oneof(
    anyText.map((text) => encodeURIComponent(text)),
    fc.constantFrom("v1", "events", "keys", "..", ".", "%2e%2e", "%00", "%ff", "%"),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(segment, { maxLength: 4 }),
      fc.constantFrom("GET", "DELETE", "OPTIONS"),
      async (segments, method) => {
        const head = `${method} /${segments.join("/")} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${key}\r\nconnection: close\r\n\r\n`;
        expect([200, 400, 403, 404, 405]).toContain((await sendRaw(server.url, head)).status);
      },
    ),
    { numRuns: RUNS },
  );
});
