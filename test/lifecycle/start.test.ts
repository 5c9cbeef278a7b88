import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, describe, expect, it } from "vitest";
import { cli, ServerProcess, type TestServer, temporaryDirectory } from "../support/server.ts";
import { events, RANGE, record } from "./events.ts";

let server: TestServer;

afterEach(() => server.remove());

const SCOPES = ["--scopes", "events:write,events:read"];
const serverJson = ({ dataDir }: TestServer) => join(dataDir, "run", "server.json");

async function restart(): Promise<void> {
  await server.stop();
  server = await ServerProcess.start({ dataDir: server.dataDir });
}

describe("the set-up link", () => {
  const setUp = (token: string) =>
    server.fetch("/v1/setup", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        token,
        organization: { name: "Acme" },
        owner: { name: "Ada", email: "ada@acme.example", password: "correct horse battery" },
      }),
    });

  it("is printed at every start until it was used, the newest one valid, and never again", async () => {
    server = await ServerProcess.start();
    const first = await server.setupToken();
    await restart();
    const second = await server.setupToken();
    expect((await setUp(first)).status).toBe(401);
    expect((await setUp(second)).status).toBe(201);
    const again = await setUp(second);
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ code: "already_set_up" });
    await restart();
    expect((await setUp(second)).status).toBe(409);
    await server.stop();
    expect(server.output()).toContain("Stopped.");
    expect(server.output()).not.toContain("/setup");
  });
});

describe("a restart", () => {
  /** The log as of now: an export is an event too, and would be in the next answer. */
  async function asOfNow(key: string): Promise<string> {
    await server.caughtUp();
    const page = await (await server.fetch("/v1/events?limit=1", {}, key)).json();
    return `${RANGE}&as_of=${(page as { indexed_through: string }).indexed_through}`;
  }

  /** Every kind of answer that is read from search, and from the log. */
  async function answers(key: string, range: string): Promise<Record<string, string>> {
    await server.caughtUp();
    const paths = [
      `/v1/events?${range}&limit=70`,
      `/v1/events?${range}&q=event%2012&limit=1000`,
      `/v1/events?${range}&action=api_key.*&outcome=failure`,
      ...["action", "resource_type", "role", "outcome"].map((field) => `/v1/events/facets?field=${field}&${range}`),
      `/v1/events/histogram?buckets=30&${range}`,
      `/v1/events/export?format=csv&${range}`,
      `/v1/events/export?format=ndjson&${range}`,
      "/v1/events/event-17",
      "/v1/events/event-17/entry",
    ];
    const read: Record<string, string> = {};
    for (const path of paths) {
      const response = await server.fetch(path, {}, key);
      read[path] = `${response.status} ${await response.text()}`;
      expect(response.status, read[path]).toBe(200);
    }
    return read;
  }

  it("gives the same answers, byte for byte, also when what was derived from the log is deleted", async () => {
    server = await ServerProcess.start();
    const key = await server.key(["--org", "acme", "--create", ...SCOPES]);
    const receipts = [...(await record(server, key, events(300))), ...(await record(server, key, events(300, 300)))];
    const range = await asOfNow(key);
    const before = await answers(key, range);
    expect(before[`/v1/events/export?format=ndjson&${range}`]?.split("\n").length).toBeGreaterThan(600);
    await restart();
    expect(await answers(key, range)).toEqual(before);
    await server.stop();
    for (const derived of ["search", "ids", "tree"]) rmSync(join(server.dataDir, derived), { recursive: true });
    server = await ServerProcess.start({ dataDir: server.dataDir });
    expect(await answers(key, range)).toEqual(before);
    const again = receipts.map((receipt) => ({ ...receipt, duplicate: true }));
    expect(await record(server, key, events(600))).toEqual(again);
  });

  it("makes the index of ids again when it cannot be the log's", async () => {
    server = await ServerProcess.start();
    const key = await server.key(["--org", "acme", "--create", ...SCOPES]);
    const receipts = await record(server, key, events(3));
    const again = receipts.map((receipt) => ({ ...receipt, duplicate: true }));
    const directory = join(server.dataDir, "ids");

    await server.stop();
    for (const name of readdirSync(directory)) writeFileSync(join(directory, name), "this is no index");
    server = await ServerProcess.start({ dataDir: server.dataDir });
    await server.caughtUp();
    expect(await record(server, key, events(3))).toEqual(again);
  });

  it("records what an earlier run committed but did not deliver, also while the ids are read again", async () => {
    server = await ServerProcess.start();
    const key = await server.key(["--org", "acme", "--create", ...SCOPES]);
    await record(server, key, events(500));
    await server.stop();
    const pending = {
      ...{ id: "undelivered", tenant_id: "acme", timestamp: "2026-11-20T00:00:00.000Z", action: "organization.update" },
      ...{
        outcome: "success",
        actor: { type: "system", id: "operator" },
        resource: { type: "organization", id: "acme" },
      },
    };
    const identity = new Database(join(server.dataDir, "identity.db"));
    identity
      .prepare("INSERT INTO outbox (id, organization, event, created_at) VALUES (?, ?, ?, ?)")
      .run(pending.id, pending.tenant_id, JSON.stringify(pending), Date.now());
    identity.close();
    rmSync(join(server.dataDir, "ids"), { recursive: true });
    server = await ServerProcess.start({ dataDir: server.dataDir });
    const found = await server.fetch("/v1/events/undelivered", {}, key);
    expect(await found.json()).toMatchObject({ ...pending, source: { type: "daybook" } });
  });
});

describe("run/server.json", () => {
  it("is its owner's alone, is gone after a clean stop, and left over it hinders nothing", async () => {
    server = await ServerProcess.start();
    expect(statSync(serverJson(server)).mode & 0o777).toBe(0o600);
    expect(await server.stop()).toBe(0);
    expect(() => statSync(serverJson(server))).toThrow("ENOENT");

    server = await ServerProcess.start({ dataDir: server.dataDir });
    await server.stop("SIGKILL");
    expect(JSON.parse(readFileSync(serverJson(server), "utf8"))).toMatchObject({ url: server.url });
    expect(await server.key(["--org", "acme", "--create", ...SCOPES])).toMatch(/^dbk_/);
    // Cut off by a crash.
    writeFileSync(serverJson(server), '{"url":"http://local');
    expect(await server.key(["--org", "acme", ...SCOPES])).toMatch(/^dbk_/);
  });

  it("left over does not lead to another server that has taken the port", async () => {
    server = await ServerProcess.start();
    const { dataDir } = server;
    const stranger = createServer((request, response) => {
      response.writeHead(request.url === "/operator" ? 404 : 500, { "content-type": "application/problem+json" });
      response.end(JSON.stringify({ code: "not_found", detail: "Nothing was found at this address." }));
    });
    stranger.listen(0, "localhost");
    await once(stranger, "listening");
    const other = temporaryDirectory();
    try {
      const { port } = stranger.address() as AddressInfo;
      mkdirSync(join(other, "run"));
      const left = { url: `http://localhost:${port}`, token: "of-a-server-that-was-killed", pid: 1 };
      writeFileSync(join(other, "run", "server.json"), JSON.stringify(left));
      const made = await cli(["keys", "create", "--data-dir", other, "--platform", ...SCOPES]);
      expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^dbk_\S+\n$/) });
      // What the running server itself does not find is not looked for elsewhere.
      const missing = await cli(["keys", "revoke", "nothing", "--data-dir", dataDir]);
      expect(missing).toEqual({ code: 2, stdout: "", stderr: "daybook: There is no such key.\n" });
    } finally {
      stranger.close();
      rmSync(other, { recursive: true });
    }
  });
});
