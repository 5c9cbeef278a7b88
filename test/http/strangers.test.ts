import { readFileSync } from "node:fs";
import * as zlib from "node:zlib";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONSOLE_PAGES } from "../../src/http/console-pages.ts";
import { AppServer } from "../support/app-server.ts";
import { anEvent, type Problem, type Results } from "../support/events.ts";
import { type RawAnswer, sendRaw } from "../support/raw-http.ts";
import type { TestServer } from "../support/server.ts";

/** What users of other audit logs and of HTTP servers report as faults, tried on Daybook: one row, one request. */

const PAGE = "https://app.example.com";

let server: TestServer;
let key: string;
let platform: string;
let writer: string;

beforeAll(async () => {
  server = await AppServer.start({ args: ["--browser-origins", PAGE] });
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  platform = await server.key(["--platform", "--scopes", "events:write,events:read,organizations:write"]);
  writer = await server.key(["--org", "acme", "--scopes", "events:write"]);
  await server.post(key, [
    anEvent({ id: "lower", ip: "2001:db8::99", description: "café" }),
    anEvent({ id: "upper", ip: "2001:DB8:0::99", description: "cafe\u0301" }),
    anEvent({ id: "plain", ip: "203.0.113.99", actor: { type: "user", id: "café" } }),
    anEvent({ id: "mapped", ip: "::ffff:203.0.113.99", description: "İstanbul" }),
    anEvent({ id: "compatible", ip: "::1.2.3.4" }),
    anEvent({ id: "empty", user_role: "", resource: { type: "thing", id: "" } }),
    anEvent({
      id: "old",
      timestamp: "2025-01-31T00:00:00Z",
      context: { request_id: "req_old", session_id: "ses_old" },
    }),
  ]);
  await server.caughtUp(key);
});
afterAll(async () => {
  expect(server.output()).not.toMatch(/"level":"error"/);
  await server.remove();
});

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly version?: "1.0" | "1.1";
  /** Default: `host: localhost`. */
  readonly host?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly as?: () => string | undefined;
}

function send({ method = "GET", path, version = "1.1", host = "localhost", headers = {}, body, as = () => key }: Sent) {
  const bytes = Buffer.from(body ?? "");
  const lines = [
    `${method} ${path} HTTP/${version}`,
    ...(host === null ? [] : [`host: ${host}`]),
    ...(as() === undefined ? [] : [`authorization: Bearer ${as()}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`content-length: ${bytes.length}`]),
    "connection: close",
  ];
  return sendRaw(server.url, `${lines.join("\r\n")}\r\n\r\n`, bytes);
}

const nobody = () => undefined;

/** A problem of this status and code that names these parameters or fields. */
function expectProblem({ status, headers, body }: RawAnswer, code: string, ...pointers: string[]): void {
  expect([headers["content-type"], body]).toEqual(["application/problem+json", expect.stringContaining("{")]);
  const problem = JSON.parse(body) as Problem;
  expect([status, problem.code, problem.errors?.map(({ pointer }) => pointer) ?? []]).toEqual([
    problem.status,
    code,
    pointers,
  ]);
}

describe("an address that is nothing of Daybook's is a 404 problem", () => {
  it.each([
    ...["//", "//v1/events", "/api/v1/events", "/V1/events", "/v1/Events", "/v2/events", "/v1", "/v1/", "/v1//events"],
    ...["/readyz/", "/metrics/", "/healthz/", "/docs/", "/openapi.json/", "/Healthz", "/status", "/graphql"],
    ...[
      "/settings/nothing",
      "/settings/organization/audit-logs/x",
      "/Settings",
      "/index.php",
      "/.env",
      "/wp-login.php",
    ],
    ...["/audit-logs", "/events.csv", "/robots.txt", "/%2e%2e/%2e%2e/etc/passwd", "/v1%2Fevents", "/login"],
  ])("%s", async (path) => {
    expectProblem(await send({ path }), "not_found");
    expectProblem(await send({ path, headers: { accept: "text/html" } }), "not_found");
  });

  it("and the console's pages are those of its router", () => {
    const source = readFileSync(new URL("../../web/src/router.tsx", import.meta.url), "utf8");
    const routes = new Map<string, { parent: string | undefined; path: string }>();
    for (const [, name = "", body = ""] of source.matchAll(
      /^const (\w+) = create\w*Route\w*(?:<.*>\(\))?\(\{$(.*?)^\}\);$/gms,
    )) {
      const parent = /^ {2}getParentRoute: \(\) => (\w+),$/m.exec(body)?.[1];
      routes.set(name, { parent, path: /^ {2}path: "([^"]*)",$/m.exec(body)?.[1] ?? "" });
    }
    const full = (name: string | undefined): string => {
      const route = name === undefined ? undefined : routes.get(name);
      return route === undefined ? "" : full(route.parent) + route.path;
    };
    const paths = [...routes]
      .filter(([, { path }]) => path !== "")
      .map(([name]) => full(name).replace(/(?<=.)\/$/, ""));
    expect([...new Set(paths)].sort()).toEqual([...CONSOLE_PAGES].sort());
  });

  it("and the console's page about it, with 404 all the same, for a person who opens it in a browser", async () => {
    const headers = { accept: "text/html", "sec-fetch-dest": "document", "sec-fetch-mode": "navigate" };
    for (const path of ["/settings/nothing", "/readyz/"]) {
      const answer = await send({ path, headers, as: nobody });
      expect([answer.status, answer.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
    }
    expectProblem(await send({ path: "/events.csv", headers, as: nobody }), "not_found");
    expectProblem(await send({ path: "/v1/events", headers, as: nobody }), "unauthenticated");
  });

  it.each(CONSOLE_PAGES.flatMap((page) => (page === "/" ? [page] : [page, `${page}/`, `${page}?q=%ff&x=1`])))(
    "but %s is the console's page",
    async (path) => {
      const answer = await send({ path, as: nobody });
      expect([answer.status, answer.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    },
  );
});

describe("a parameter that is malformed, unknown or without effect is a 400 that names it", () => {
  const READS = ["/v1/events", "/v1/events/facets?field=action", "/v1/events/histogram", "/v1/events/live"];
  const EXPORTS = [
    "/v1/events/export?format=csv",
    "/v1/events/export?format=ndjson",
    "/v1/events/export?format=ndjson&proof=1",
  ];
  const with_ = (path: string, query: string) => `${path}${path.includes("?") ? "&" : "?"}${query}`;
  const wrong: [query: string, pointer: string][] = [
    ["action=-", "action"],
    ["action=--", "action"],
    ["action=-*", "action"],
    ["action=*", "action"],
    ["action=.*", "action"],
    ["action=", "action"],
    ["not_action=a", "not_action"],
    ["not_actor_id=caf%E9", "not_actor_id"],
    ["actor_id=%", "actor_id"],
    ["actor_id=", "actor_id"],
    ["q=%ff", "q"],
    ["q=%u00e9", "q"],
    ["q=a&q=b", "q"],
    ["ip=10", "ip"],
    ["ip=10.0.0.0/33", "ip"],
    ["ip=%5B::1%5D", "ip"],
    ["outcome=FAILURE", "outcome"],
    ["start=2026-01-01T00:00:00+02:00", "start"],
    ["start=2026-13-01", "start"],
    ["start=yesterday", "start"],
    ["end=1767225600", "end"],
    ["tz=Mars/Olympus", "tz"],
    ["time_of_day=25:00-08:00", "time_of_day"],
    ["weekday=Sat", "weekday"],
    ["first_seen=1", "first_seen"],
    ["metadata=a", "metadata"],
    ["metadata.a%5Cb=1", "metadata.a\\b"],
    ["actorId=u1", "actorId"],
    ["actor.id=u1", "actor.id"],
    ["Action=a", "Action"],
    ["action[]=a", "action[]"],
    ["page=2", "page"],
    ["__proto__=1", "__proto__"],
    ["constructor=1", "constructor"],
    ["%ff=1", "%ff"],
  ];

  it.each(wrong)("%s, wherever events are read", async (query, pointer) => {
    for (const path of [...READS, ...EXPORTS])
      expectProblem(await send({ path: with_(path, query) }), "invalid_parameter", pointer);
  });

  it.each<[path: string, ...pointers: string[]]>([
    ["/v1/events?limit=0", "limit"],
    ["/v1/events?limit=1e2", "limit"],
    ["/v1/events?limit=0x10", "limit"],
    ["/v1/events?limit=%2050", "limit"],
    ["/v1/events?order=DESC", "order"],
    ["/v1/events?new_ip=1", "new_ip"],
    ["/v1/events?cursor=", "cursor"],
    ["/v1/events?as_of=41999", "as_of"],
    ["/v1/events?format=csv", "format"],
    ["/v1/events/facets", "field"],
    ["/v1/events/facets?field=q", "field"],
    ["/v1/events/facets?field=action&names=true", "names"],
    ["/v1/events/facets?field=actor_id&find=a", "find"],
    ["/v1/events/facets?field=actor_id&limit=5", "limit"],
    ["/v1/events/facets?field=actor_id&order=asc", "order"],
    ["/v1/events/histogram?buckets=0", "buckets"],
    ["/v1/events/histogram?limit=5", "limit"],
    ["/v1/events/live?as_of=1", "as_of"],
    ["/v1/events/live?order=asc", "order"],
    ["/v1/events/export", "format"],
    ["/v1/events/export?format=CSV", "format"],
    ["/v1/events/export?format=ndjson&bom=true", "bom"],
    ["/v1/events/export?format=ndjson&bom=false&raw=true", "bom", "raw"],
    ["/v1/events/export?format=ndjson&proof=1&order=asc", "order"],
    ["/v1/events/export?format=csv&proof=true", "proof"],
    ["/v1/events/export?format=csv&limit=5", "limit"],
    ["/v1/events/lower?x=1", "x"],
    ["/v1/events/lower/entry?x=1", "x"],
    ["/v1/exports/x?format=csv", "format"],
    ["/v1/proofs/inclusion", "id"],
    ["/v1/proofs/inclusion?id=", "id"],
    ["/v1/proofs/inclusion?id=a&id=b", "id"],
    ["/v1/proofs/consistency", "from"],
    ["/v1/proofs/consistency?from=0x1", "from"],
    ["/v1/proofs/consistency?from=1e0", "from"],
    ["/v1/proofs/consistency?from=%201", "from"],
    ["/v1/proofs/consistency?from=1.0", "from"],
    ["/v1/proofs/consistency?from=-1", "from"],
    ["/v1/proofs/consistency?from=1&from=1", "from"],
    ["/v1/checkpoint?size=1", "size"],
    ["/v1/checkpoint/keys?x", "x"],
    ["/v1/tlog/checkpoint?x", "x"],
    ["/v1/tlog/tile/0/000?x", "x"],
    ["/v1/integrity?x=1", "x"],
    ["/v1/keys?organization=", "organization"],
    ["/v1/keys?limit=1", "limit"],
    ["/v1/organizations/acme?x=1", "x"],
    ["/v1/organizations/acme/members?limit=1", "limit"],
    ["/v1/organizations/acme/invitations?limit=1", "limit"],
    ["/v1/organizations/acme/views?limit=1", "limit"],
    ["/v1/session?x=1", "x"],
    ["/v1/viewer?x=1", "x"],
    ["/openapi.json?format=yaml", "format"],
    ["/docs?theme=dark", "theme"],
    ["/docs/style.css?v=1", "v"],
    ["/metrics?name=a&name=b", "name"],
    ["/metrics?q=%ff", "q"],
    ["/healthz?verbose", "verbose"],
    ["/readyz?verbose=1&x=2", "verbose", "x"],
  ])("%s", async (path, ...pointers) => {
    expectProblem(await send({ path }), "invalid_parameter", ...pointers);
  });

  it.each([
    ["POST", "/v1/events?tenant_id=acme", "tenant_id"],
    ["POST", "/v1/events?dry_run=true", "dry_run"],
    ["POST", "/v1/keys?organization=acme", "organization"],
    ["PUT", "/v1/organizations/acme?name=X", "name"],
    ["PATCH", "/v1/organizations/acme?name=X", "name"],
    ["DELETE", "/v1/keys/x?force=true", "force"],
    ["DELETE", "/v1/session?all=1", "all"],
    ["POST", "/v1/viewer-tokens?x=1", "x"],
    ["POST", "/v1/session?next=/", "next"],
    ["POST", "/v1/setup?token=x", "token"],
    ["POST", "/operator?x=1", "x"],
  ])("%s %s", async (method, path, pointer) => {
    const body = "{}";
    expectProblem(
      await send({ method, path, headers: { "content-type": "application/json" }, body }),
      "invalid_parameter",
      pointer,
    );
  });

  it.each([
    [{ action: ["-"] }, "/filter/action/0"],
    [{ action: "-" }, "/filter/action"],
    [{ action: [] }, "/filter/action"],
    [{ actor_id: ["\ud800"] }, "/filter/actor_id/0"],
    [{ "not_metadata.\ud800": ["x"] }, "/filter/not_metadata.\ud800/0"],
    [{ first_seen: "true" }, "/filter/first_seen"],
    [{ actorId: ["u1"] }, "/filter/actorId"],
  ])("a viewer token's filter %j", async (filter, pointer) => {
    const body = JSON.stringify({ organization: "acme", filter });
    const headers = { "content-type": "application/json" };
    expectProblem(
      await send({ method: "POST", path: "/v1/viewer-tokens", headers, body, as: () => platform }),
      "invalid_input",
      pointer,
    );
  });

  it("an action that begins with a hyphen, which no filter could name, is refused where it is recorded", async () => {
    const body = JSON.stringify(anEvent({ action: "-auth.login" }));
    const headers = { "content-type": "application/json" };
    expectProblem(await send({ method: "POST", path: "/v1/events", headers, body }), "invalid_event", "/action");
  });
});

describe("a request that is not quite HTTP, or no request at all", () => {
  it.each<[what: string, sent: Partial<Sent>]>([
    ["HTTP/1.0 without Host", { version: "1.0", host: null }],
    ["HTTP/1.1 without Host", { host: null }],
    ["an empty Host", { host: "" }],
    ["an address as Host", { host: "10.0.0.7:4600" }],
    ["an IPv6 address as Host", { host: "[::1]:4600" }],
    ["a target with scheme and host", { path: "http://daybook.example/healthz" }],
  ])("%s: a health checker gets its answer", async (_, sent) => {
    for (const path of ["/healthz", "/readyz"]) {
      const { status, body } = await send({ path, as: nobody, ...sent });
      expect([status, body]).toEqual([200, sent.path !== undefined || path === "/healthz" ? "ok\n" : "ready\n"]);
    }
    expect((await send({ path: "/v1/events?limit=1", ...sent })).status).toBe(200);
  });

  it.each<[what: string, head: string, code: string]>([
    ["bytes that are no HTTP", "\x16\x03\x01\x02\x00\r\n\r\n", "invalid_request"],
    ["a method that does not exist", "BREW /pot HTTP/1.1\r\nhost: a\r\n\r\n", "invalid_request"],
    ["a version that does not exist", "GET / HTTP/9.9\r\nhost: a\r\n\r\n", "invalid_request"],
    ["a header without a name", "GET / HTTP/1.1\r\n: x\r\n\r\n", "invalid_request"],
    [
      "two lengths",
      "POST /v1/events HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
      "invalid_request",
    ],
    ["a length that is none", "POST /v1/events HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n", "invalid_request"],
    ["a Host that is none", "GET /healthz HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n", "invalid_request"],
    ["headers of 20 KiB", `GET / HTTP/1.1\r\nhost: a\r\nx: ${"x".repeat(20_000)}\r\n\r\n`, "headers_too_large"],
    ["an address of 20 KiB", `GET /${"x".repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, "headers_too_large"],
    [
      "another expectation",
      "POST /v1/events HTTP/1.1\r\nhost: a\r\nexpect: 200-ok\r\nconnection: close\r\n\r\n",
      "expectation_failed",
    ],
    ["CONNECT", "CONNECT example.com:443 HTTP/1.1\r\nhost: a\r\n\r\n", "method_not_allowed"],
  ])("%s: the answer is a problem", async (_, head, code) => {
    const answer = await sendRaw(server.url, head);
    expectProblem(answer, code);
    expect(answer.headers["x-request-id"]).toBe((JSON.parse(answer.body) as Problem).request_id);
  });

  it("an upgrade that nobody asked for is a plain request", async () => {
    const headers = { upgrade: "websocket", connection: "Upgrade" };
    expect((await send({ path: "/healthz", headers })).status).toBe(200);
  });
});

describe("an id that an address cannot carry is refused where it would be given", () => {
  it.each([".", "..", "export", "live", "facets", "histogram", "a/b", "a b", "", "é", "a%2fb", "a".repeat(129)])(
    "%j of an event",
    async (id) => {
      const body = JSON.stringify(anEvent({ id }));
      expectProblem(
        await send({ method: "POST", path: "/v1/events", headers: { "content-type": "application/json" }, body }),
        "invalid_event",
        "/id",
      );
    },
  );

  it.each([".", "..", "a:b", "a/b", "é"])("%j of an organization, of a key's and of a viewer's", async (id) => {
    const headers = { "content-type": "application/json" };
    const as = () => platform;
    const put = await send({
      method: "PUT",
      path: `/v1/organizations/${encodeURIComponent(id)}`,
      headers,
      body: '{"name":"X"}',
      as,
    });
    // An address that is `.` or `..` is none by the time it arrives.
    expect([404, 422]).toContain(put.status);
    const event = await send({
      method: "POST",
      path: "/v1/events",
      headers,
      body: JSON.stringify(anEvent({ tenant_id: id })),
      as,
    });
    expectProblem(event, "invalid_event", "/tenant_id");
    const named = JSON.stringify({ organization: id, name: "k", scopes: ["events:read"] });
    expectProblem(
      await send({ method: "POST", path: "/v1/keys", headers, body: named, as }),
      "invalid_input",
      "/organization",
    );
  });
});

describe("filters", () => {
  const ids = async (query: string) => {
    const { status, body } = await send({ path: `/v1/events?${query}` });
    expect([status, body]).toEqual([200, expect.any(String)]);
    return (JSON.parse(body) as { data: { id: string }[] }).data.map(({ id }) => id).sort();
  };

  it.each<[query: string, found: string[]]>([
    ["ip=2001:db8::99", ["lower", "upper"]],
    ["ip=2001:0DB8:0:0:0:0:0:99", ["lower", "upper"]],
    ["ip=203.0.113.99", ["mapped", "plain"]],
    ["ip=::ffff:203.0.113.99", ["mapped", "plain"]],
    ["ip=::ffff:203.0.113.0/120", ["mapped", "plain"]],
    ["ip=::1.2.3.4", ["compatible"]],
    ["ip=1.2.3.4", []],
    ["ip=::ffff:1.2.3.4", []],
    ["q=caf%C3%A9", ["lower", "plain", "upper"]],
    ["q=cafe%CC%81", ["lower", "plain", "upper"]],
    ["q=CAFE%CC%81", ["lower", "plain", "upper"]],
    ["q=%C4%B0stanbul", ["mapped"]],
    ["q=istanbul", []],
    ["request_id=req_old", ["old"]],
    ["session_id=ses_old", ["old"]],
    ["request_id=req_old&start=2026-01-01", []],
  ])("compare what they mean: %s", async (query, found) => {
    expect(await ids(query)).toEqual(found);
  });

  it("take every value that a facet offers, and find as many events as it counts", async () => {
    for (const field of ["action", "outcome", "resource_type", "actor_id", "actor_type", "role", "ip"]) {
      const { body } = await send({ path: `/v1/events/facets?field=${field}&end=2199-12-31&start=1970-01-01` });
      for (const { value, count } of (JSON.parse(body) as { values: { value: string; count: number }[] }).values) {
        expect(value).not.toBe("");
        if (field === "resource_type") continue;
        const query = new URLSearchParams({ [field]: value, start: "1970-01-01" });
        expect([field, value, (await ids(String(query))).length]).toEqual([field, value, count]);
      }
    }
  });

  it("find the same in an export", async () => {
    const { body } = await send({ path: "/v1/events/export?format=ndjson&ip=::ffff:203.0.113.99" });
    expect(body.match(/"id":"(mapped|plain)"/g)).toHaveLength(2);
  });

  it("do not mark as new an address that was seen in another spelling", async () => {
    const at = (seconds: number) => new Date(Date.now() - 60_000 + seconds * 1000).toISOString();
    const event = (id: string, ip: string, seconds: number) =>
      anEvent({ id, ip, user_id: "mover", actor: { type: "user" }, timestamp: at(seconds) });
    await server.post(key, [
      event("n1", "2001:db8::77", 1),
      event("n2", "2001:DB8::0077", 2),
      event("n3", "198.51.100.77", 3),
      event("n4", "::ffff:198.51.100.77", 4),
      event("n5", "::ffff:c633:644d", 5),
    ]);
    await server.caughtUp(key);
    const { body } = await send({ path: "/v1/events?actor_id=mover&new_ip=true" });
    expect((JSON.parse(body) as { new_ip: string[] }).new_ip.sort()).toEqual(["n1", "n3"]);
  });
});

describe("a body is taken for what it is", () => {
  const one = (id: string) => JSON.stringify(anEvent({ id }));
  const lines = (...ids: string[]) => `${ids.map(one).join("\n")}\n`;
  const post = async (type: string, body: string | Uint8Array, headers: Record<string, string> = {}) => {
    const answer = await send({
      method: "POST",
      path: "/v1/events",
      headers: { "content-type": type, ...headers },
      body,
    });
    return { ...answer, ...(JSON.parse(answer.body) as Results & Problem) };
  };

  it.each([
    ...[
      "application/x-ndjson",
      "application/ndjson",
      "application/jsonl",
      "application/x-jsonl",
      "application/jsonlines",
    ],
    ...["application/x-jsonlines", "Application/NDJSON; charset=UTF-8", 'application/x-ndjson;charset="utf-8"'],
  ])("lines as %s", async (type) => {
    expect(await post(type, lines("l1", "l2"))).toMatchObject({ status: 201, results: [{ id: "l1" }, { id: "l2" }] });
  });

  it.each<[what: string, body: () => string, ids: string[]]>([
    ["two lines", () => lines("m1", "m2"), ["m1", "m2"]],
    ["lines with CRLF", () => lines("m3", "m4").replaceAll("\n", "\r\n"), ["m3", "m4"]],
    ["lines with blank ones between", () => `\n${one("m5")}\n\n  ${one("m6")}`, ["m5", "m6"]],
    ["one line", () => lines("m7"), ["m7"]],
  ])("NDJSON that is called JSON: %s", async (_, body, ids) => {
    expect(await post("application/json", body())).toMatchObject({ status: 201, results: ids.map((id) => ({ id })) });
  });

  it("an object over several lines stays one, and two without a line end between stay none", async () => {
    expect(await post("application/json", JSON.stringify(JSON.parse(one("p1")), null, 2))).toMatchObject({
      status: 201,
      results: [{ id: "p1" }],
    });
    expect(await post("application/json", `${one("p2")}${one("p3")}`)).toMatchObject({
      status: 400,
      code: "invalid_json",
    });
    expect(await post("application/json", `${one("p2")},\n${one("p3")}`)).toMatchObject({
      status: 400,
      code: "invalid_json",
    });
  });

  it.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["X-GZIP", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["identity", (bytes: Uint8Array) => bytes],
  ])("compressed as %s", async (encoding, compress) => {
    const id = `c-${encoding}`;
    expect(
      await post("application/json", compress(Buffer.from(one(id))), { "content-encoding": encoding }),
    ).toMatchObject({ status: 201, results: [{ id }] });
    if (encoding === "identity") return;
    const refused = { status: 400, code: "invalid_encoding" };
    const whole = compress(Buffer.from(one(`${id}-whole`)));
    for (const body of [whole.subarray(0, -1), Buffer.concat([whole, Buffer.from("junk")])]) {
      expect(await post("application/json", body, { "content-encoding": encoding })).toMatchObject(refused);
    }
    // What follows is read or refused, never dropped.
    const lines = [`${id}-1`, `${id}-2`].map((line) => compress(Buffer.from(`${one(line)}\n`)));
    const two = await post("application/x-ndjson", Buffer.concat(lines), { "content-encoding": encoding });
    const isGzip = /gzip/i.test(encoding);
    expect(two).toMatchObject(isGzip ? { status: 201, results: [{ id: `${id}-1` }, { id: `${id}-2` }] } : refused);
  });

  it("compressed as zstd where this Node has it, and otherwise refused with what is taken", async () => {
    const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Uint8Array) => Buffer };
    const body = zstdCompressSync?.(Buffer.from(one("c-zstd"))) ?? one("c-zstd");
    const answer = await post("application/json", body, { "content-encoding": "zstd" });
    if (zstdCompressSync !== undefined) expect(answer).toMatchObject({ status: 201, results: [{ id: "c-zstd" }] });
    else
      expect(answer).toMatchObject({
        status: 415,
        detail: "The content encoding must be one of gzip, deflate, br, or none.",
      });
  });

  it.each([
    ["application/cloudevents+json", /CloudEvents are not taken. Send what is in data, as application\/json/],
    ["application/cloudevents-batch+json; charset=utf-8", /CloudEvents are not taken/],
    ["application/cloudevents+avro", /CloudEvents are not taken/],
    ["text/plain", /must be application\/json or application\/x-ndjson/],
    ["application/vnd.api+json", /must be application\/json or application\/x-ndjson/],
    ["application/json; charset=iso-8859-1", /charset must be utf-8/],
    ["application/x-ndjson; charset=utf-16le", /charset must be utf-8/],
  ])("as %s it is refused with what is taken", async (type, detail) => {
    expect(await post(type, one("refused"))).toMatchObject({
      status: 415,
      code: "unsupported_media_type",
      detail: expect.stringMatching(detail),
    });
  });

  it.each(["compress", "gzip, deflate", "gzip, gzip", "aws-chunked", "utf-8", "none"])(
    "encoded as %s it is refused with what is taken",
    async (encoding) => {
      expect(await post("application/json", one("refused"), { "content-encoding": encoding })).toMatchObject({
        status: 415,
        detail: expect.stringMatching(/must be one of gzip, deflate, br(, zstd)?, or none/),
      });
    },
  );
});

it("a leap second is a time", async () => {
  const year = new Date().getUTCFullYear() - 1;
  const body = JSON.stringify(anEvent({ id: "leap", timestamp: `${year}-06-30T23:59:60.5Z` }));
  const sent = await send({
    method: "POST",
    path: "/v1/events",
    headers: { "content-type": "application/json" },
    body,
  });
  expect(sent.status).toBe(201);
  const { timestamp } = JSON.parse((await send({ path: "/v1/events/leap" })).body) as { timestamp: string };
  expect(timestamp).toBe(`${year}-06-30T23:59:59.999Z`);
});

describe("a page of another origin", () => {
  const preflight = (origin: string, headers = "authorization,content-type") =>
    send({
      method: "OPTIONS",
      path: "/v1/events",
      as: nobody,
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": headers },
    });
  const record = (origin: string, as: () => string) =>
    send({
      method: "POST",
      path: "/v1/events",
      as,
      headers: { origin, "content-type": "application/json", "sec-fetch-site": "cross-site" },
      body: JSON.stringify(anEvent()),
    });

  it("that is listed gets its preflight answered, and records with a key that only writes", async () => {
    const answer = await preflight(PAGE);
    expect([answer.status, answer.body]).toEqual([204, ""]);
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": PAGE,
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "authorization, content-type, content-encoding",
      vary: expect.stringContaining("Origin"),
    });
    const recorded = await record(PAGE, () => writer);
    expect(recorded.status).toBe(201);
    expect(recorded.headers["access-control-allow-origin"]).toBe(PAGE);
    expect(recorded.headers["access-control-expose-headers"]).toContain("retry-after");
  });

  it.each([
    ["reads too", () => key],
    ["is the platform's", () => platform],
  ])("does not record with a key that %s, and gets to read why", async (_, as) => {
    const answer = await record(PAGE, as);
    expectProblem(answer, "forbidden");
    expect(answer.headers["access-control-allow-origin"]).toBe(PAGE);
  });

  it("gets to read why its key is refused", async () => {
    const answer = await record(PAGE, () => "dbk_wrong");
    expectProblem(answer, "unauthenticated");
    expect(answer.headers["access-control-allow-origin"]).toBe(PAGE);
  });

  it.each(["https://evil.example", "null", "https://app.example.com.evil.example", "http://app.example.com"])(
    "that is not listed, %s, gets neither",
    async (origin) => {
      for (const answer of [await preflight(origin), await record(origin, () => key)]) {
        expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
      }
      expectProblem(await preflight(origin), "method_not_allowed");
    },
  );

  it("reads nothing, listed or not", async () => {
    const answer = await send({ path: "/v1/events", headers: { origin: PAGE } });
    expect(answer.headers["access-control-allow-origin"]).toBe(undefined);
  });
});
