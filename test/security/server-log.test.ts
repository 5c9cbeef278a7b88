import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "libsql";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { makeKey, OWNER, setUp } from "../support/console-session.ts";
import { anEvent } from "../support/events.ts";
import { sendRaw } from "../support/raw-http.ts";
import { ServerProcess, type TestServer } from "../support/server.ts";

let server: TestServer;

/** Every line that the server printed is its own, and none has anything in it that ends a line or steers a terminal. */
function ownLines(): Record<string, unknown>[] {
  const lines = server.output().split("\n");
  for (const line of lines) expect(line).not.toMatch(/\p{Cc}/u);
  const logged = lines.filter((line) => line.startsWith("{"));
  const greeting = /^$|^Daybook .* is at http|^To set it up, open this link once:$|^ {2}http:\S+\/setup#token=\S+$/;
  for (const line of lines) if (!logged.includes(line)) expect(line).toMatch(greeting);
  return logged.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** What no answer may tell: statements, places, the program's own lines. */
const INSIDE =
  /select |insert |from \w+ where|sqlite|clickhouse|chdb|node_modules|\/(?:work|tmp|home|src)\/|\.ts:\d|\bat \w+ \(|ECONN|errno/i;

describe("a server that is spoken to badly", () => {
  afterAll(() => server.remove());

  it("keeps keys, sessions and tokens out of its log, and keys out of its data", async () => {
    server = await ServerProcess.start();
    const token = await server.setupToken();
    const session = await setUp(server, { id: "acme", name: "Acme" });
    const { key } = await makeKey(server, session, "acme", "events:write", "events:read");
    const get = (path: string, headers: Record<string, string>) => server.fetch(path, { headers });
    await server.post(key, anEvent());
    await get("/v1/events", session);
    await get(`/v1/events?key=${key}`, { authorization: `Bearer ${key}` });
    await get(`/${key}`, { authorization: `Basic ${key}` });
    await server.fetch("/v1/session", {
      method: "POST",
      body: JSON.stringify({ email: "typo@acme.example", password: OWNER.password }),
      headers: { "content-type": "application/json" },
    });
    await server.caughtUp(key);
    const secrets = { key, session: session.cookie?.split("=")[1] ?? "", password: OWNER.password };
    for (const [what, secret] of Object.entries(secrets)) {
      expect(secret.length, what).toBeGreaterThan(10);
      expect(server.output(), what).not.toContain(secret);
      for (const entry of readdirSync(server.dataDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const bytes = readFileSync(join(entry.parentPath, entry.name));
        expect(bytes.includes(secret), `${what} in ${entry.name}`).toBe(false);
      }
    }
    // The set-up link is what it prints on purpose; used, it is worth nothing.
    expect(server.output().split(token).length - 1).toBe(1);
  });

  it("answers and logs nothing of what it was sent to forge lines with", async () => {
    const forged = '\r\n{"level":"error","message":"forged"}';
    const url = (text: string) => encodeURIComponent(text);
    await server.fetch(`/v1/${url(forged)}`);
    await server.fetch(`/v1/events/${url(`\x1b[31m${forged}`)}`);
    await server.fetch(`/v1/events?${url(forged)}=${url(forged)}`);
    await server.fetch("/v1/events", { headers: { authorization: "Bearer \x9b31m", "user-agent": "\x9b\x85 forged" } });
    for (const header of [`x: a\x1b[31m`, `x: a\x00b`, `x : y`, `\x1b: y`, "user-agent: a\rb"]) {
      const { status } = await sendRaw(
        server.url,
        `GET /healthz HTTP/1.1\r\nhost: a\r\n${header}\r\nconnection: close\r\n\r\n`,
      );
      expect(status).toBe(400);
    }
    const smuggled =
      "GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\n";
    expect((await sendRaw(server.url, smuggled)).status).toBe(400);
    expect(server.output()).not.toContain("forged");
    expect(ownLines().filter(({ level }) => level !== "info")).toEqual([]);
  });
});

describe("a server with something broken inside", () => {
  afterEach(() => server.remove());

  it("tells its callers nothing of it, and its operator all of it, in one line", async () => {
    server = await ServerProcess.start();
    const session = await setUp(server, { id: "acme", name: "Acme" });
    const database = new Sqlite(join(server.dataDir, "identity.db"));
    database.exec("ALTER TABLE member RENAME TO gone");
    database.close();
    const response = await server.fetch("/v1/events", { headers: session });
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      status: 500,
      code: "internal",
      detail: "The request could not be answered. The server's own log says why.",
    });
    expect(text).not.toMatch(INSIDE);
    const { request_id } = JSON.parse(text) as { request_id: string };
    const logged = ownLines().filter((line) => line.request_id === request_id);
    expect(logged).toEqual([
      expect.objectContaining({ level: "error", error: expect.stringContaining("no such table: member") }),
    ]);
    // What does not need it goes on.
    expect((await server.fetch("/healthz")).status).toBe(200);
  });

  it("does not tell where search is, nor what it says, while that is away", async () => {
    server = await ServerProcess.start({ args: ["--clickhouse-url", "http://daybook:hush-hush@127.0.0.1:1/audit"] });
    const key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
    expect((await server.post(key, anEvent({ id: "kept" }))).status).toBe(201);
    for (const path of [
      "/v1/events",
      "/v1/events/facets?field=action",
      "/v1/events/histogram",
      "/v1/groups?by=ip",
      "/v1/events/export?format=csv",
      "/v1/events/export?format=ndjson",
    ]) {
      const response = await server.fetch(path, {}, key);
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ status: 503, code: "search_unavailable" });
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(text).not.toMatch(INSIDE);
      expect(text).not.toMatch(/127\.0\.0\.1|hush|audit"/);
    }
    expect((await server.fetch("/readyz")).status).toBe(503);
    // What was acknowledged is there all the same.
    expect((await server.fetch("/v1/events/kept", {}, key)).status).toBe(200);
    expect(server.output()).not.toContain("hush-hush");
    ownLines();
  });
});
