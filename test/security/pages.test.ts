import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { sendRaw } from "../support/raw-http.ts";
import type { TestServer } from "../support/server.ts";

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

let server: TestServer;
let key: string;
let script: string;

beforeAll(async () => {
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:read"]);
  const page = await (await server.fetch("/")).text();
  script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? "";
  expect(script).not.toBe("");
});
afterAll(() => server.remove());

describe("every answer", () => {
  it.each([
    ["a page", "/", 200],
    ["another page", "/settings/organization/audit-logs", 200],
    ["the page of the API", "/docs", 200],
    ["its style", "/docs/style.css", 200],
    ["a script", "", 200],
    ["data", "/v1/events", 200],
    ["an export", "/v1/events/export?format=csv", 200],
    ["health", "/healthz", 200],
    ["a refusal", "/v1/events?limit=0", 400],
    ["what is not there", "/nothing.js", 404],
  ])("carries the same strict headers: %s", async (_what, path, status) => {
    const response = await server.fetch(path || script, {}, key);
    expect(response.status).toBe(status);
    const { headers } = response;
    expect(headers.get("content-security-policy")).toBe(POLICY);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("strict-transport-security")).toMatch(/^max-age=\d{8}/);
    for (const name of ["access-control-allow-origin", "x-powered-by", "server"]) expect(headers.get(name)).toBeNull();
  });

  it("is kept by nobody, but for files whose names say what they hold", async () => {
    const caching = async (path: string) => (await server.fetch(path, {}, key)).headers.get("cache-control");
    expect(await caching(script)).toBe("public, max-age=31536000, immutable");
    expect(await caching("/")).toBe("no-cache");
    for (const path of ["/v1/events", "/v1/events/export?format=csv", "/v1/session", "/docs", "/v1/nothing"]) {
      expect(await caching(path)).toBe("no-store");
    }
  });

  it("lets no other site in", async () => {
    const origin = { origin: "https://evil.example", "access-control-request-method": "POST" };
    const preflight = await server.fetch("/v1/events", { method: "OPTIONS", headers: origin });
    expect(preflight.status).toBe(405);
    expect([...preflight.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

describe("the console's page", () => {
  it("holds no script or style of its own, which the policy would refuse", async () => {
    const page = await (await server.fetch("/")).text();
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/);
    expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
    for (const [, source] of page.matchAll(/(?:src|href)="([^"]+)"/g)) expect(source).toMatch(/^\/(?!\/)|^data:/);
  });

  it("is the same with and without compression", async () => {
    const raw = async (encoding: string) => {
      const answer = await sendRaw(
        server.url,
        `GET ${script} HTTP/1.0\r\nhost: a\r\naccept-encoding: ${encoding}\r\n\r\n`,
      );
      expect(answer.headers.vary).toBe("accept-encoding");
      return answer.headers["content-encoding"];
    };
    expect([await raw("gzip"), await raw("identity")]).toEqual(["gzip", undefined]);
    const plain = Buffer.from(
      await (await server.fetch(script, { headers: { "accept-encoding": "identity" } })).arrayBuffer(),
    );
    const unpacked = Buffer.from(await (await server.fetch(script)).arrayBuffer());
    expect(unpacked).toEqual(plain);
    expect(() => gunzipSync(plain)).toThrow();
  });
});

describe("a file outside of the console's", () => {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");

  it.each([
    "/../package.json",
    "/assets/../../../package.json",
    "/assets/..%2f..%2f..%2fpackage.json",
    "/%2e%2e/%2e%2e/package.json",
    "/..%5c..%5cpackage.json",
    "/assets/....//....//package.json",
    "//etc/passwd",
    "/assets//etc/passwd",
    "/%00/etc/passwd",
    "/index.html%00.js",
    "/.env",
    "/.git/config",
    "/data/identity.db",
    "/sources",
    "/assets",
    "/assets/",
  ])("is never sent: %s", async (path) => {
    const { status, body, headers } = await sendRaw(server.url, `GET ${path} HTTP/1.0\r\nhost: a\r\n\r\n`);
    // Addresses without an extension are the console's own pages, whatever they say.
    if (status === 200)
      expect([headers["content-type"], body.includes('<div id="root">')]).toEqual(["text/html; charset=utf-8", true]);
    else expect([400, 404]).toContain(status);
    expect(body).not.toContain("root:");
    expect(body).not.toContain(manifest.slice(0, 40));
  });
});
