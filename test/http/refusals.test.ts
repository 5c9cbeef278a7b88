import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { anEvent, type Problem, type Results } from "../support/events.ts";
import type { TestServer } from "../support/server.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Ten years ago, and this much later. */
function tenYearsAgo(plusMs: number): string {
  const date = new Date();
  date.setUTCFullYear(date.getUTCFullYear() - 10);
  return new Date(date.getTime() + plusMs).toISOString();
}

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
});
afterAll(() => server.remove());

async function post(body: unknown, type?: string) {
  const response = await server.post(key, body, type);
  return { ...((await response.json()) as Results & Problem), status: response.status };
}

const exists = async (id: string) => (await server.fetch(`/v1/events/${id}`, {}, key)).status === 200;

/** The text of a minimal event with more members, as they are written here. */
function withMembers(members: string): string {
  return `{"action":"a","actor":{"type":"user"},"resource":{"type":"x"},${members}}`;
}

/** Each alone is a 422 that names where; between two neighbours it leaves them be. */
const FAULTS: [what: string, event: string, ...pointers: string[]][] = [
  ["a number that would lose digits", withMembers('"metadata":{"n":[1,12345678901234567890]}'), "/metadata/n/1"],
  ["a number beyond what a double holds", withMembers('"metadata":{"n":1e400}'), "/metadata/n"],
  ["a number below what a double holds", withMembers('"changes":[{"path":"p","before":1e-400}]'), "/changes/0/before"],
  ["too many decimals", withMembers('"metadata":{"n":0.1000000000000000055}'), "/metadata/n"],
  ["a lone surrogate in a value", withMembers('"description":"\\ud83d"'), "/description"],
  ["a lone surrogate in upper case", withMembers('"description":"\\uDE00 x"'), "/description"],
  ["a lone surrogate in a key", withMembers('"metadata":{"a":{"\\udc00":1}}'), "/metadata/a/\udc00"],
  ["a key that is there twice", withMembers('"metadata":{"a":1,"a":1}'), "/metadata/a"],
  ["a field that is there twice", withMembers('"action":"b"'), "/action"],
  ["a key that is there twice in other spelling", withMembers('"metadata":{"a":1,"\\u0061":2}'), "/metadata/a"],
  ["__proto__ as a key", withMembers('"metadata":{"x":{"__proto__":{"admin":true}}}'), "/metadata/x/__proto__"],
  ["__proto__ escaped", withMembers('"metadata":{"\\u005f_proto__":1}'), "/metadata/__proto__"],
  ["__proto__ as a field", withMembers('"__proto__":{"outcome":"denied"}'), "/__proto__", "/__proto__"],
  ["65 levels", withMembers(`"metadata":{"d":${"[".repeat(63)}${"]".repeat(63)}}`), "/metadata"],
  ["200,000 levels", withMembers(`"metadata":{"d":${"[".repeat(200_000)}${"]".repeat(200_000)}}`), "/metadata"],
  ["an unknown field", withMembers('"userid":1'), "/userid"],
  [
    "unknown fields inside",
    withMembers('"context":{"host":"h"},"targets":[{"type":"a","uri":"u"}]'),
    "/context/host",
    "/targets/0/uri",
  ],
  [
    "fields that only the server sets",
    withMembers('"sequence":1,"recorded_at":"x","source":{},"leaf_hash":"","schema_version":1'),
    "/sequence",
    "/recorded_at",
    "/source",
    "/leaf_hash",
    "/schema_version",
  ],
];

const FIELD_FAULTS: [what: string, fields: Record<string, unknown>, ...pointers: string[]][] = [
  ["null for a field", { description: null }, "/description"],
  [
    "wrong types",
    { id: 1, timestamp: 5, outcome: [], description: {}, context: "x", changes: {}, metadata: "m", targets: 3 },
    "/id",
    "/timestamp",
    "/outcome",
    "/targets",
    "/description",
    "/context",
    "/changes",
    "/metadata",
  ],
  [
    "wrong types inside",
    {
      actor: { type: "user", id: 5, name: true, on_behalf_of: { type: "user", role: 1 } },
      resource: { type: 7 },
      context: { ip: 1 },
    },
    "/actor/on_behalf_of/id",
    "/actor/id",
    "/actor/name",
    "/actor/on_behalf_of/role",
    "/resource/type",
    "/context/ip",
  ],
  ["objects that are not valid", { actor: "u", resource: [] }, "/actor", "/resource"],
  ["an id that is too long", { id: "i".repeat(129) }, "/id"],
  ["an id of other characters", { id: "a/b" }, "/id"],
  ["an id that is a part of the API", { id: "export" }, "/id"],
  ["an action that is too long", { action: "a".repeat(129) }, "/action"],
  ["an id that URLs cannot carry", { id: ".." }, "/id"],
  ["a tenant_id that URLs cannot carry", { tenant_id: "." }, "/tenant_id"],
  ["an action that begins with a sign", { action: "-auth.login" }, "/action"],
  ["an action of other characters", { action: "créer" }, "/action"],
  ["an empty action", { action: "" }, "/action"],
  ["a resource type that is too long", { resource: { type: "r".repeat(129) } }, "/resource/type"],
  ["a role that is too long", { actor: { type: "user", role: "r".repeat(129) } }, "/actor/role"],
  ["a tenant_id that is too long", { tenant_id: "t".repeat(129) }, "/tenant_id"],
  ["an actor of no known type", { actor: { type: "root" } }, "/actor/type"],
  ["an address as text", { context: { ip_text: "unknown" } }, "/context/ip_text"],
  ["a time without an offset", { timestamp: "2026-11-22T00:00:00" }, "/timestamp"],
  ["a day that does not exist", { timestamp: "2026-02-30T00:00:00Z" }, "/timestamp"],
  ["an hour that does not exist", { timestamp: "2026-02-03T24:00:00Z" }, "/timestamp"],
  ["a time an hour ahead", { timestamp: new Date(Date.now() + 60 * MINUTE_MS).toISOString() }, "/timestamp"],
  ["a time of ten years and a day ago", { timestamp: tenYearsAgo(-DAY_MS) }, "/timestamp"],
];

describe("an event is refused, and its neighbours are not, with", () => {
  const all = [
    ...FAULTS,
    ...FIELD_FAULTS.map(([what, fields, ...at]) => [what, JSON.stringify(anEvent(fields)), ...at] as const),
  ];

  it.each(all)("%s", async (what, event, ...pointers) => {
    const single = await post(event);
    expect(single).toMatchObject({ status: 422, code: "invalid_event" });
    expect(single.errors?.map(({ pointer }) => pointer)).toEqual(pointers);

    const name = what.replaceAll(/\W/g, "-");
    const neighbour = (side: string) => JSON.stringify(anEvent({ id: `${name}-${side}` }));
    for (const [type, text] of [
      ["application/json", `[${neighbour("a")},${event},${neighbour("b")}]`],
      ["application/x-ndjson", `${neighbour("c")}\n${event}\n${neighbour("d")}`],
    ] as const) {
      const { status, results } = await post(text, type);
      expect(status).toBe(207);
      expect(results).toMatchObject([
        { duplicate: false },
        { error: { code: "invalid_event", pointer: pointers[0] } },
        { duplicate: false },
      ]);
    }
  });

  it("what another organization's key should write", async () => {
    expect(await post(anEvent({ tenant_id: "other" }))).toMatchObject({
      status: 422,
      code: "invalid_event",
      errors: [{ pointer: "/tenant_id" }],
    });
  });
});

describe("an event is taken with", () => {
  it.each([
    [
      "numbers of up to 17 digits, however they are spelled",
      '"metadata":{"n":[1.0,1e3,100E-2,-0,0.10,9007199254740992,0.12345678901234567,1e21]}',
    ],
    ["64 levels", `"metadata":{"d":${"[".repeat(62)}${"]".repeat(62)}}`],
    ["a pair of surrogates", '"description":"\\ud83e\\udd89"'],
    ["the longest id and tenant's longest action", `"id":"${"i".repeat(128)}"`],
    ["__proto__ as a value", '"description":"__proto__"'],
    ["names that objects inherit", '"metadata":{"constructor":1,"toString":{"prototype":2},"hasOwnProperty":3}'],
    ["control characters, escaped", '"description":"\\u0000\\u001b[31m\\r\\n"'],
    ["a time nine minutes ahead", `"timestamp":"${new Date(Date.now() + 9 * MINUTE_MS).toISOString()}"`],
    ["a time of nearly ten years ago", `"timestamp":"${tenYearsAgo(DAY_MS)}"`],
    ["empty text and empty objects", '"description":"","context":{},"changes":[],"metadata":{},"targets":[]'],
  ])("%s", async (_what, members) => {
    expect(await post(withMembers(members))).toMatchObject({ status: 201, results: [{ duplicate: false }] });
  });
});

describe("a request is refused whole, and nothing of it stored, with", () => {
  const good = (id: string) => JSON.stringify(anEvent({ id }));

  it.each([
    ["malformed JSON", `[${good("w-1")},]`, 400, "invalid_json"],
    ["JSON that ends early", `[${good("w-2")}`, 400, "invalid_json"],
    ["two values", `${good("w-3")}${good("w-3")}`, 400, "invalid_json"],
    ["a comment", `/* */${good("w-4")}`, 400, "invalid_json"],
    ["nothing", "", 400, "invalid_json"],
    ["a control character that is not escaped", `{"id":"w-5","action":"a\n"}`, 400, "invalid_json"],
    ["NaN", '{"id":"w-6","metadata":{"n":NaN}}', 400, "invalid_json"],
  ])("%s", async (_what, body, status, code) => {
    expect(await post(body)).toMatchObject({ status, code });
    for (const id of ["w-1", "w-2", "w-3", "w-4"]) expect(await exists(id)).toBe(false);
  });

  it("invalid UTF-8", async () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
      const body = new Uint8Array(Buffer.concat([Buffer.from('{"id":"'), Buffer.from(bytes), Buffer.from('"}')]));
      const init = { method: "POST", body, headers: { "content-type": "application/json" } };
      const response = await server.fetch("/v1/events", init, key);
      expect(await response.json()).toMatchObject({ status: 400, code: "invalid_utf8" });
    }
  });

  it("1,001 events, as an array or as lines", async () => {
    const events = Array.from({ length: 1001 }, (_, i) => good(`k-${i}`));
    const refused = { status: 413, code: "too_many_events", detail: "A request can have at most 1000 events." };
    expect(await post(`[${events.join(",")}]`)).toMatchObject(refused);
    expect(await post(events.join("\n"), "application/x-ndjson")).toMatchObject(refused);
    expect(await exists("k-0")).toBe(false);
  });
});

it("an entry whose header does not fit the tree's bundles is refused, and says which field is too long", async () => {
  const long = (length: number) => anEvent({ resource: { type: "doc", id: "r".repeat(length) } });
  expect((await post(long(60_000))).status).toBe(201);
  expect(await post(long(66_000))).toMatchObject({
    status: 413,
    code: "event_too_large",
    errors: [{ pointer: "/resource/id", message: "is too long" }],
  });
});

describe("an entry", () => {
  const LIMIT = 256 * 1024;
  const sized = (id: string, length: number) =>
    anEvent({ id, timestamp: "2026-11-20T00:00:00Z", description: "d".repeat(length) });
  const sizeOf = async (id: string) => {
    const lines = Buffer.from(await (await server.fetch(`/v1/events/${id}/entry`, {}, key)).arrayBuffer());
    return lines.length - 2;
  };

  it("of exactly 256 KiB is taken, of one byte more is refused, alone and among others", async () => {
    expect((await post(sized("size-0", 1000))).status).toBe(201);
    const sequence = (await post(sized("size-1", 1000))).results[0]?.sequence ?? 0;
    // The next one's sequence has as many digits, so that only the description makes a difference.
    expect(String(sequence).length).toBe(String(sequence + 2).length);
    const fitting = 1000 + LIMIT - (await sizeOf("size-1"));
    expect(await post(sized("size-2", fitting + 1))).toMatchObject({
      status: 413,
      code: "event_too_large",
      detail: `The event takes ${LIMIT + 1} bytes; the limit is ${LIMIT}.`,
    });
    const { status, results } = await post([
      sized("size-2", fitting + 1),
      sized("size-3", fitting),
      anEvent({ id: "size-4" }),
    ]);
    expect(status).toBe(207);
    expect(results).toMatchObject([
      { id: "size-2", error: { code: "event_too_large" } },
      { id: "size-3", sequence: sequence + 1 },
      { id: "size-4", sequence: sequence + 2 },
    ]);
    expect(await sizeOf("size-3")).toBe(LIMIT);
  });
});

it.each(["/v1/events/%00", "/v1/keys/a%00", "/v1/organizations/%00/members"])(
  "%s is no address: a database may fail when it is asked for U+0000",
  async (path) => {
    const answer = await server.fetch(path, {}, key);
    expect(await answer.json()).toMatchObject({ status: 404, detail: "Nothing was found at this address." });
  },
);
