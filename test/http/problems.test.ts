import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ERRORS } from "../../src/errors.ts";
import { AppServer } from "../support/app-server.ts";
import { anEvent, type Problem } from "../support/events.ts";
import { sendRaw } from "../support/raw-http.ts";
import type { TestServer } from "../support/server.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let server: TestServer;
let key: string;
let reader: string;

beforeAll(async () => {
  server = await AppServer.start({ args: ["--limits", "live=1/key,events=100000/organization"] });
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  reader = await server.key(["--org", "acme", "--scopes", "events:read"]);
});
afterAll(() => server.remove());

interface Wrong {
  code: keyof typeof ERRORS;
  path: string;
  method?: string;
  type?: string;
  body?: string;
  as?: () => string | undefined;
  headers?: Record<string, string>;
}

const nobody = () => undefined;
const POST = { method: "POST", path: "/v1/events", type: "application/json" };

const WRONG: [what: string, request: Wrong][] = [
  ["malformed JSON", { ...POST, body: "{", code: "invalid_json" }],
  ["damaged gzip", { ...POST, body: "{}", headers: { "content-encoding": "gzip" }, code: "invalid_encoding" }],
  ["another content type", { ...POST, body: "{}", type: "text/plain", code: "unsupported_media_type" }],
  ["an event at fault", { ...POST, body: "{}", code: "invalid_event" }],
  ["too many events", { ...POST, body: `[${Array(1001).fill("{}").join()}]`, code: "too_many_events" }],
  ["a body that is too large", { ...POST, body: " ".repeat(5 * 1024 * 1024 + 1), code: "too_large" }],
  [
    "an event that is too large",
    { ...POST, body: JSON.stringify(anEvent({ description: "d".repeat(300_000) })), code: "event_too_large" },
  ],
  ["no key", { ...POST, body: "{}", as: nobody, code: "unauthenticated" }],
  ["a malformed key", { ...POST, body: "{}", as: () => "dbk_x", code: "unauthenticated" }],
  ["a key without the scope", { ...POST, body: "{}", as: () => reader, code: "forbidden" }],
  ["an unknown parameter", { path: "/v1/events?colour=red", code: "invalid_parameter" }],
  ["an unknown parameter for keys", { path: "/v1/keys?org=acme", code: "invalid_parameter" }],
  ["a parameter given twice for keys", { path: "/v1/keys?organization=a&organization=a", code: "invalid_parameter" }],
  ["a cursor of nothing", { path: "/v1/events?cursor=x", code: "invalid_cursor" }],
  ["a parameter where one event is read", { path: "/v1/events/x?limit=1", code: "invalid_parameter" }],
  ["an event that does not exist", { path: "/v1/events/nothing", code: "not_found" }],
  ["the entry of none", { path: "/v1/events/nothing/entry", code: "not_found" }],
  ["an id that no event can have", { path: "/v1/events/a%2Fb%00", code: "not_found" }],
  ["a part of the API that does not exist", { path: "/v1/nothing", code: "not_found" }],
  ["one below an event", { path: "/v1/events/x/y", code: "not_found" }],
  ["an address with a slash too many", { path: "/v1/events/", code: "not_found" }],
  ["a file that does not exist", { path: "/assets/nothing.js", code: "not_found" }],
  ["a method that does not exist there", { method: "PATCH", path: "/v1/events", code: "method_not_allowed" }],
  ["a change where there is only reading", { method: "DELETE", path: "/v1/events/x", code: "method_not_allowed" }],
  ["a form to send by GET", { path: "/v1/setup", code: "method_not_allowed" }],
  ["a POST to nowhere", { method: "POST", path: "/nowhere", body: "{}", code: "not_found" }],
  [
    "an organization's key that creates organizations",
    { method: "PUT", path: "/v1/organizations/x", type: "application/json", body: '{"name":"X"}', code: "forbidden" },
  ],
  [
    "wrong credentials",
    {
      method: "POST",
      path: "/v1/session",
      type: "application/json",
      body: '{"email":"a@b.example","password":"x"}',
      as: nobody,
      code: "invalid_credentials",
    },
  ],
  [
    "a link's token of nothing",
    {
      method: "POST",
      path: "/v1/session",
      type: "application/json",
      body: '{"token":"x"}',
      as: nobody,
      code: "invalid_token",
    },
  ],
  [
    "input at fault",
    { method: "POST", path: "/v1/setup", type: "application/json", body: "{}", as: nobody, code: "invalid_input" },
  ],
  [
    "another site's form",
    {
      method: "POST",
      path: "/v1/session",
      headers: { origin: "https://evil.example" },
      as: nobody,
      code: "origin_mismatch",
    },
  ],
];

describe("a problem", () => {
  it.each(WRONG)("answers %s", async (_what, { code, path, method, type, body, as, headers }) => {
    const init: RequestInit = { headers: { ...headers, ...(type && { "content-type": type }) } };
    if (method !== undefined) init.method = method;
    if (body !== undefined) init.body = body;
    const response = await server.fetch(path, init, as ? as() : key);
    const problem = (await response.json()) as Problem;
    const { status, title } = ERRORS[code];
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("x-request-id")).toBe(problem.request_id);
    const { detail, request_id, errors, ...rest } = problem;
    expect(rest).toEqual({ type: "about:blank", title, status, code });
    expect(request_id).toMatch(UUID_V7);
    expect(detail).toMatch(/^[A-Z/a-z].*\.$/);
    for (const error of errors ?? [])
      expect(error).toEqual({ pointer: expect.any(String), message: expect.any(String) });
  });

  it("is created again for each request", async () => {
    const ids = new Set<string>();
    for (let i = 0; i < 5; i++) {
      const response = await server.fetch("/v1/nothing", { headers: { "x-request-id": "chosen-by-the-caller" } });
      ids.add(((await response.json()) as Problem).request_id);
    }
    expect(ids.size).toBe(5);
  });

  it("of a limit says when to come again, and what the limit is", async () => {
    const leave = new AbortController();
    const live = () => server.fetch("/v1/events/live", { signal: leave.signal }, reader);
    expect((await live()).status).toBe(200);
    const refused = await live();
    expect(await refused.json()).toMatchObject({
      code: "rate_limited",
      detail: expect.stringContaining("1 live streams at the same time"),
    });
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      "retry-after": "1",
      "ratelimit-policy": '"live-per-key";q=1;qu="concurrent-requests"',
      ratelimit: '"live-per-key";r=0',
    });
    leave.abort();
    const stored = await server.post(key, anEvent());
    expect(stored.headers.get("ratelimit-policy")).toBe('"events-per-organization";q=100000;qu="events";w=1');
    expect(stored.headers.get("ratelimit")).toMatch(/^"events-per-organization";r=\d+;t=\d$/);
    await expect
      .poll(async () => (await server.fetch("/v1/events/live", { method: "HEAD" }, reader)).status)
      .not.toBe(429);
    expect(await server.metrics()).toMatch(/^daybook_refused_total\{reason="rate_limited"\} [1-9]/m);
  });

  it("of a missing key says how to authenticate", async () => {
    expect((await server.fetch("/v1/events")).headers.get("www-authenticate")).toBe('Bearer realm="daybook"');
  });

  it.each([
    ["/v1/events", ["GET", "HEAD", "POST"]],
    ["/v1/events/x", ["GET", "HEAD"]],
    ["/v1/events/export", ["GET", "HEAD"]],
    ["/v1/organizations/acme", ["GET", "HEAD", "PATCH", "PUT"]],
    ["/v1/keys", ["GET", "HEAD", "POST"]],
    ["/v1/keys/x", ["DELETE"]],
    ["/v1/session", ["DELETE", "GET", "HEAD", "POST"]],
    ["/healthz", ["GET", "HEAD"]],
  ])("of a method that %s does not take says which it takes", async (path, methods) => {
    for (const method of ["PROPFIND", "OPTIONS"]) {
      const response = await server.fetch(path, { method }, key);
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")?.split(", ").sort()).toEqual(methods);
    }
  });

  it.each([
    ["a host that is not valid", "GET / HTTP/1.1\r\nhost: a b\r\n"],
    ["a target that is not valid", "GET /a\\b HTTP/1.1\r\nhost: a\r\n"],
    ["a target for the whole server", "OPTIONS * HTTP/1.1\r\nhost: a\r\n"],
  ])("answers %s, which reaches no route", async (_what, head) => {
    const { status, headers, body } = await sendRaw(server.url, `${head}connection: close\r\n\r\n`);
    expect([status, headers["content-type"], headers["cache-control"]]).toEqual([
      400,
      "application/problem+json",
      "no-store",
    ]);
    expect(JSON.parse(body)).toMatchObject({ code: "invalid_request", request_id: expect.stringMatching(UUID_V7) });
  });
});

describe("HEAD", () => {
  it.each([
    "/v1/events",
    "/v1/events/facets?field=action",
    "/healthz",
    "/openapi.json",
    "/settings/organization/audit-logs",
    "/v1/session",
  ])("of %s is GET's answer without its body", async (path) => {
    const get = await server.fetch(path, {}, key);
    const head = await server.fetch(path, { method: "HEAD" }, key);
    expect(head.status).toBe(get.status);
    expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
    expect(await head.text()).toBe("");
  });

  it("of what is refused is refused", async () => {
    expect((await server.fetch("/v1/events", { method: "HEAD" })).status).toBe(401);
    expect((await server.fetch("/v1/events/nothing", { method: "HEAD" }, key)).status).toBe(404);
  });
});

describe("a key", () => {
  it.each([
    ["is taken whatever the case of its scheme", (own: string) => `bearer ${own}`, 200],
    ["is taken after several spaces", (own: string) => `Bearer   ${own}`, 200],
    ["is refused under another scheme", (own: string) => `Basic ${own}`, 401],
    ["is refused without one", (own: string) => own, 401],
    ["is refused with something after it", (own: string) => `Bearer ${own} x`, 401],
    [
      "is refused with another checksum",
      (own: string) => `Bearer ${own.slice(0, -1)}${own.endsWith("A") ? "B" : "A"}`,
      401,
    ],
    ["is refused when only its prefix is right", (own: string) => `Bearer ${own.slice(0, 13)}${"0".repeat(38)}`, 401],
    ["is refused when it is empty", () => "Bearer ", 401],
  ])("%s", async (_what, header, status) => {
    const response = await server.fetch("/v1/events", { headers: { authorization: header(key) } });
    expect(response.status).toBe(status);
  });

  it("is not looked for in the address", async () => {
    for (const name of ["key", "api_key", "access_token", "token"]) {
      expect((await server.fetch(`/v1/events?${name}=${key}`)).status).toBe(401);
    }
  });
});
