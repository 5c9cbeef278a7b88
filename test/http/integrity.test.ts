import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openClient } from "../../src/search/client.ts";
import { tablesOf } from "../../src/search/schema.ts";
import { AppServer } from "../support/app-server.ts";
import { makeKey, setUp } from "../support/console-session.ts";
import { anEvent } from "../support/events.ts";
import { cli, type TestServer } from "../support/server.ts";

let server: TestServer;
let session: Record<string, string>;
let acme: string;
let globex: string;

interface State {
  state: string;
  alarm: { reason: string; sequence: number | null } | null;
  entries: number;
  keys: { vkey: string }[];
  checkpoint: { size: number; root: string; signed_at: string } | null;
  witnesses: unknown[];
  verification: {
    running: { entries: number; of: number } | null;
    last: {
      ok: boolean;
      entries: number;
      findings: { kind: string; message: string; sequence: number; id: string }[];
      findings_here: number;
      only_search: boolean;
    } | null;
    next_at: string | null;
  };
}

beforeAll(async () => {
  server = await AppServer.start();
  session = await setUp(server, { id: "acme", name: "Acme" });
  await server.fetch("/v1/organizations/globex", {
    method: "PUT",
    headers: { ...session, "content-type": "application/json" },
    body: JSON.stringify({ name: "Globex" }),
  });
  acme = (await makeKey(server, session, "acme", "events:write", "events:read")).key;
  globex = (await makeKey(server, session, "daybook", "events:write", "events:read")).key;
  await record();
});
afterAll(() => server.remove());

async function record(): Promise<void> {
  const events = Array.from({ length: 40 }, (_, at) =>
    anEvent({ id: `acme-${at}`, context: { request_id: `acme-${at}` } }),
  );
  expect((await server.post(acme, events)).status).toBe(201);
  const others = Array.from({ length: 40 }, (_, at) => ({
    ...anEvent({ id: `globex-${at}`, context: { request_id: `globex-${at}` } }),
    tenant_id: "globex",
  }));
  expect((await server.post(globex, others)).status).toBe(201);
  await server.caughtUp(acme);
}

async function state(organization = "acme"): Promise<State> {
  const response = await server.fetch(`/v1/integrity?tenant_id=${organization}`, { headers: session });
  expect(response.status).toBe(200);
  return (await response.json()) as State;
}

async function verified(): Promise<void> {
  const response = await server.fetch("/v1/integrity/verification", { method: "POST", headers: session });
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ started: true, running: { findings: 0 } });
  await expect.poll(async () => (await state()).verification.running, { timeout: 30_000 }).toBeNull();
}

async function metric(name: string): Promise<number> {
  const text = await server.metrics();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

/** Newest first. */
async function runsTold(): Promise<{ outcome: string; actor: { type: string } }[]> {
  await server.caughtUp(acme);
  const response = await server.fetch("/v1/events?tenant_id=daybook&action=audit_log.verify", { headers: session });
  return ((await response.json()) as { data: { outcome: string; actor: { type: string } }[] }).data;
}

describe("GET /v1/integrity", () => {
  it("tells what was signed and by which key, and that nothing was verified yet", async () => {
    await expect.poll(async () => (await state()).checkpoint?.size ?? 0).toBeGreaterThanOrEqual(40);
    const found = await state();
    expect(found).toMatchObject({ organization: "acme", state: "ok", alarm: null, witnesses: [] });
    expect(found.keys[0]?.vkey).toMatch(/^daybook\/[0-9a-f-]{36}\/acme\+[0-9a-f]{8}\+/);
    expect(found.verification).toMatchObject({ running: null, last: null });
    expect(found.verification.next_at).toMatch(/T03:00:00.000Z$/);
    expect(await metric("daybook_verification_findings")).toBe(-1);
  });

  it("is of one organization", async () => {
    const ask = (query: string) => server.fetch(`/v1/integrity${query}`, {}, acme);
    expect((await ask("")).status).toBe(200);
    expect((await ask("?tenant_id=globex")).status).toBe(404);
    expect((await server.fetch("/v1/integrity", {}, globex)).status).toBe(400);
  });
});

describe("a full verification", () => {
  it("goes through everything while the server runs, is kept, and is an event", async () => {
    await verified();
    const { last } = (await state()).verification;
    expect(last).toMatchObject({ ok: true, findings: [], findings_here: 0 });
    expect(last?.entries).toBeGreaterThanOrEqual(80);
    expect(await metric("daybook_verification_findings")).toBe(0);
    expect((await runsTold())[0]).toMatchObject({ outcome: "success", actor: { type: "user" } });
    const kept = JSON.parse(readFileSync(join(server.dataDir, "verification.json"), "utf8"));
    expect(kept.report).toMatchObject({ ok: true, entries: last?.entries });
  });

  it("finds nothing while entries are recorded, signed and searched beside it", async () => {
    for (let round = 0; round < 2; round++) {
      const recording = Promise.all(
        Array.from({ length: 4 }, (_, batch) =>
          server.post(
            acme,
            Array.from({ length: 250 }, (_, at) => anEvent({ id: `beside-${round}-${batch}-${at}` })),
          ),
        ),
      );
      await verified();
      expect((await recording).map(({ status }) => status)).toEqual(Array(4).fill(201));
      expect((await state()).verification.last).toMatchObject({ ok: true, findings: [] });
    }
    expect((await state()).state).toBe("ok");
  });

  it("finds what was done to search while the server was away, tells each organization its own, and signs on", async () => {
    await server.stop();
    await tamper();
    await restarted();
    expect((await state()).verification.last).toMatchObject({ ok: true });
    await verified();
    const found = await state();
    expect(found.verification.last).toMatchObject({ ok: false, findings_here: 1, only_search: true });
    expect(found.verification.last?.findings[0]).toMatchObject({ kind: "row_changed", id: "acme-7" });
    const other = await state("globex");
    expect(other.verification.last?.findings).toMatchObject([{ kind: "row_moved", id: "globex-9" }]);
    expect(JSON.stringify(other)).not.toContain("acme");
    expect(JSON.stringify(found)).not.toContain("globex");
    expect(found.state).toBe("ok");
    expect(await metric("daybook_verification_findings")).toBe(2);
    expect((await runsTold())[0]).toMatchObject({ outcome: "failure" });
    expect(server.output()).toMatch(/"level":"error","message":"verification: what is stored differs".*acme-7/);
  });

  it("by `daybook verify` names the same, and refuses while a server runs", async () => {
    const verify = () => cli(["verify", "--data", server.dataDir]);
    expect(await verify()).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("Stop it first") });
    await server.stop();
    const { code, stdout } = await verify();
    expect(code).toBe(1);
    expect(stdout).toMatch(/SEARCH\s+Entry \d+ of acme \(acme-7\) was changed in search: description differ/);
    expect(stdout).toMatch(/\(globex-9\) is under another organization in search. It is acme/);
    expect(stdout).toContain("NOT CLEAN: 2 findings");
    expect(await cli(["rebuild", "search", "--data-dir", server.dataDir])).toMatchObject({ code: 0 });
    const again = await cli(["verify", "--data-dir", server.dataDir, "--json"]);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ report: { ok: true, findings: 0 } });
    expect(await cli(["verify", "--data-dir", join(server.dataDir, "nothing")])).toMatchObject({ code: 2 });
  });
});

describe("an alarm", () => {
  it("outlasts a restart, and ends with the verification that finds nothing any more", async () => {
    const tiles = join(server.dataDir, "tree", "tree.db");
    const database = new Database(tiles);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const sound = readFileSync(tiles);
    for (const table of ["tiles", "open_tiles"]) {
      database.exec(`UPDATE ${table} SET hashes = zeroblob(length(hashes)) WHERE organization = 1 AND level = 0`);
    }
    database.close();
    await restarted();
    await verified();
    const { checkpoint } = await state();
    expect((await state()).state).toBe("alarm");
    await server.stop();
    for (const end of ["", "-wal", "-shm"]) rmSync(tiles + end, { force: true });
    writeFileSync(tiles, sound);
    await restarted();
    expect(server.output()).toContain("integrity: an earlier alarm; nothing is signed");
    await expect.poll(async () => (await state()).state, { timeout: 30_000 }).toBe("ok");
    expect(server.output()).toContain("integrity: the alarm has ended");
    expect((await server.post(acme, [anEvent({ id: "after-the-alarm" })])).status).toBe(201);
    await expect
      .poll(async () => (await state()).checkpoint?.size, { timeout: 10_000 })
      .toBeGreaterThan(checkpoint?.size ?? 0);
  });
});

async function restarted(): Promise<void> {
  const { dataDir } = server;
  server = await AppServer.start({ dataDir });
  await server.caughtUp(acme);
}

/** A changed description, and an entry of one organization that is under another. */
async function tamper(): Promise<void> {
  const { client, close } = openClient({ directory: join(server.dataDir, "search") });
  const table = tablesOf((await logId()) ?? "").events;
  const wait = "SETTINGS mutations_sync = 2";
  await client.command({
    query: `ALTER TABLE ${table} UPDATE description = 'nothing' WHERE request_id = 'acme-7' AND tenant_id = 'acme' ${wait}`,
  });
  await client.command({
    query: `INSERT INTO ${table} SETTINGS insert_deduplicate = 0 SELECT * REPLACE ('acme' AS tenant_id) FROM ${table} WHERE request_id = 'globex-9'`,
  });
  await client.command({
    query: `ALTER TABLE ${table} DELETE WHERE request_id = 'globex-9' AND tenant_id = 'globex' ${wait}`,
  });
  await close();

  async function logId(): Promise<string | undefined> {
    const kept = JSON.parse(readFileSync(join(server.dataDir, "verification.json"), "utf8"));
    return kept.report.log_id;
  }
}
