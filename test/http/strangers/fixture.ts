import { afterAll, beforeAll, expect } from "vitest";
import { AppServer } from "../../support/app-server.ts";
import { setUp } from "../../support/console-session.ts";
import { anEvent, type Problem } from "../../support/events.ts";
import { type RawAnswer, sendRaw } from "../../support/raw-http.ts";
import type { TestServer } from "../../support/server.ts";

export const PAGE = "https://app.example.com";

export let server: TestServer;
export let key: string;
export let platform: string;
export let writer: string;
/** A token that shows acme's events. */
export let viewer: string;
/** Headers of a session of acme's owner. */
export let owner: Record<string, string>;

export function openForStrangers(): void {
  beforeAll(async () => {
    server = await AppServer.start({ args: ["--browser-origins", PAGE] });
    owner = await setUp(server, { id: "acme", name: "acme" });
    key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
    platform = await server.key(["--platform", "--scopes", "events:write,events:read,organizations:write"]);
    writer = await server.key(["--org", "acme", "--scopes", "events:write"]);
    viewer = await viewerToken();
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
}

async function viewerToken(): Promise<string> {
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify({ organization: "acme" }) };
  const response = await server.fetch("/v1/viewer-tokens", init, platform);
  expect(response.status).toBe(201);
  return ((await response.json()) as { token: string }).token;
}

export interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly version?: "1.0" | "1.1";
  /** Default: `host: localhost`. */
  readonly host?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly as?: () => string | undefined;
}

export function send({
  method = "GET",
  path,
  version = "1.1",
  host = "localhost",
  headers = {},
  body,
  as = () => key,
}: Sent) {
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

export const nobody = () => undefined;

/** A problem of this status and code that names these parameters or fields. */
export function expectProblem({ status, headers, body }: RawAnswer, code: string, ...pointers: string[]): void {
  expect([headers["content-type"], body]).toEqual(["application/problem+json", expect.stringContaining("{")]);
  const problem = JSON.parse(body) as Problem;
  expect([status, problem.code, problem.errors?.map(({ pointer }) => pointer) ?? []]).toEqual([
    problem.status,
    code,
    pointers,
  ]);
}
