import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BundleReport, verifyBundle } from "@daybook/sdk/bundle";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256, verifyEd25519 } from "../../src/crypto.ts";
import { AppServer } from "../support/app-server.ts";
import { anEvent, type Problem } from "../support/events.ts";
import { type CliResult, cli, type TestServer } from "../support/server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MARCH = "start=2026-03-01&end=2026-03-31";

let server: TestServer;
let key: string;
let vkey: string;
/** Of another organization. */
let theirs: string;
let files: string;

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), "daybook-bundles-"));
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  theirs = await server.key(["--org", "globex", "--create", "--scopes", "events:write,events:read"]);
  // Of three months, in turn; every second one of another organization in between.
  for (let month = 0; month < 3; month++) {
    const timestamp = (n: number) => new Date(Date.UTC(2026, 1 + month, 10, 0, n)).toISOString();
    const events = Array.from({ length: 10 }, (_, n) =>
      anEvent({
        id: `m${month}-${n}`,
        timestamp: timestamp(n),
        action: n % 3 ? "a.b" : "c.d",
        description: `Ünï ${n}`,
      }),
    );
    expect((await server.post(key, events)).status).toBe(201);
    expect((await server.post(theirs, events)).status).toBe(201);
  }
  await server.caughtUp(key);
  vkey = await keyOf(key);
});
afterAll(async () => {
  await server?.remove();
  rmSync(files, { recursive: true, force: true });
});

async function keyOf(apiKey: string): Promise<string> {
  const answer = (await (await server.fetch("/v1/checkpoint/keys", {}, apiKey)).json()) as { keys: { vkey: string }[] };
  return answer.keys[0]?.vkey ?? "";
}

async function save(
  query: string,
  name = "bundle.daybook",
): Promise<{ path: string; response: Response; text: string }> {
  const response = await server.fetch(`/v1/events/export?${query}`, {}, key);
  const text = await response.text();
  const path = join(files, name);
  writeFileSync(path, text);
  return { path, response, text };
}

const verify = (path: string, ...more: string[]): Promise<CliResult> =>
  cli(["verify", "bundle", path, "--key", vkey, ...more]);
const report = (path: string): Promise<BundleReport> =>
  verifyBundle(createReadStream(path), { keys: [vkey], sha256, verifyEd25519 });

describe("an export with proof", () => {
  it("holds the whole stretch of a period, which the command line proves complete, offline", async () => {
    const { path, response, text } = await save(`format=ndjson&proof=1&${MARCH}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/vnd.daybook.bundle");
    expect(response.headers.get("content-disposition")).toBe(
      'attachment; filename="audit-logs_acme_2026-03-01_2026-03-31.daybook"',
    );
    const found = await report(path);
    expect(found).toMatchObject({
      ok: true,
      organization: "acme",
      proves: "complete",
      entries: 10,
      happened: { from: "2026-03-10T00:00:00.000Z", to: "2026-03-10T00:09:00.000Z" },
      range: { before: { id: "m0-9" }, after: { id: "m2-0" } },
      stated: { period: { start: "2026-03-01T00:00:00.000Z", end: "2026-04-01T00:00:00.000Z" } },
    });
    const { code, stdout } = await verify(path);
    expect(code).toBe(0);
    expect(stdout).toContain("AUTHENTIC AND COMPLETE: 10 entries of acme");
    expect(JSON.parse((await verify(path, "--json")).stdout)).toEqual(found);
    const entry = await (await server.fetch("/v1/events/m1-4/entry", {}, key)).text();
    expect(text).toContain(entry);
  });

  it("of a filter is a selection, and says so", async () => {
    const { path } = await save(`format=ndjson&proof=1&${MARCH}&action=c.*`);
    expect(await report(path)).toMatchObject({ ok: true, proves: "selection", entries: 4, range: null });
    expect((await verify(path)).stdout).toContain("each entry is authentic, and others can be missing");
    const none = await save(`format=ndjson&proof=1&${MARCH}&action=nothing`);
    expect(await report(none.path)).toMatchObject({ ok: true, proves: "selection", entries: 0 });
  });

  it("reaches to the log's ends, and holds what lies between although it happened at another time", async () => {
    const { path } = await save("format=ndjson&proof=1&start=1970-01-01");
    expect(await report(path)).toMatchObject({ ok: true, proves: "complete", range: { start: 0, before: null } });
    expect((await server.post(key, anEvent({ id: "late", timestamp: "2026-03-20T00:00:00Z" }))).status).toBe(201);
    await server.caughtUp(key);
    const spanned = await report((await save(`format=ndjson&proof=1&${MARCH}`)).path);
    expect(spanned).toMatchObject({ ok: true, proves: "complete", first: { id: "m1-0" }, last: { id: "late" } });
    if (!spanned.ok) throw new Error(spanned.reason);
    expect(spanned.entries).toBeGreaterThan(21);
  });

  it("as of a position leaves out what came later, with that as its neighbour", async () => {
    const page = await server.fetch(`/v1/events?${MARCH}&limit=1`, {}, key);
    const { indexed_through } = (await page.json()) as { indexed_through: string };
    expect((await server.post(key, anEvent({ id: "later", timestamp: "2026-03-21T00:00:00Z" }))).status).toBe(201);
    await server.caughtUp(key);
    const { path } = await save(`format=ndjson&proof=1&${MARCH}&as_of=${indexed_through}`);
    expect(await report(path)).toMatchObject({ ok: true, last: { id: "late" } });
  });

  it("that was altered is refused, with the entry's name and exit code 1", async () => {
    const { path, text } = await save(`format=ndjson&proof=1&${MARCH}`);
    writeFileSync(path, text.replace('"description":"Ünï 4"', '"description":"Ünï 5"'));
    const { code, stdout } = await verify(path);
    expect(code).toBe(1);
    expect(stdout).toMatch(/NOT PROVEN: Entry \d+ was altered: its body/);
    expect(stdout).toContain("m1-4");
  });

  it("is an event before its first byte", async () => {
    const { response } = await save(`format=ndjson&proof=1&${MARCH}`);
    const id = response.headers.get("x-daybook-export");
    const event = await (await server.fetch(`/v1/events/${id}`, {}, key)).json();
    expect(event).toMatchObject({ action: "audit_log.export", metadata: { format: "ndjson", proof: true } });
  });

  it("is verified by a copy of sdk/dist alone, by WebCrypto, in another process", async () => {
    const { path } = await save(`format=ndjson&proof=1&${MARCH}`);
    const dist = join(files, "dist");
    cpSync(join(ROOT, "sdk/dist"), dist, { recursive: true });
    const program = `
      import { openAsBlob } from "node:fs";
      import { verifyBundle } from "./dist/bundle.js";
      import { webCrypto } from "./dist/web-crypto.js";
      const file = await openAsBlob(process.argv[2]);
      const { ok, proves, entries } = await verifyBundle(file.stream(), { keys: [process.argv[3]], ...webCrypto });
      process.stdout.write(JSON.stringify({ ok, proves, entries }));`;
    writeFileSync(join(files, "verify.mjs"), program);
    const { stdout, stderr } = spawnSync(process.execPath, ["verify.mjs", path, vkey], {
      cwd: files,
      encoding: "utf8",
    });
    expect(stdout, stderr).not.toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, proves: "complete" });
  });
});

describe("a CSV export with proof", () => {
  it("has its hash in the log, and a bundle that proves it", async () => {
    const { path, response } = await save(`format=csv&proof=1&${MARCH}`, "events.csv");
    const id = response.headers.get("x-daybook-export");
    const sidecar = await server.fetch(`/v1/exports/${id}`, {}, key);
    expect(sidecar.status).toBe(200);
    const proof = join(files, "events.daybook");
    writeFileSync(proof, await sidecar.text());
    const { code, stdout } = await verify(proof, "--export", path);
    expect(stdout).toContain("is, byte for byte, what was exported");
    expect(code).toBe(0);
    writeFileSync(path, "x", { flag: "a" });
    expect(await verify(proof, "--export", path)).toMatchObject({ code: 1 });
  });

  it("that was not asked to be proven, or is another organization's, has none", async () => {
    const { response } = await save(`format=csv&${MARCH}`, "plain.csv");
    const id = response.headers.get("x-daybook-export");
    const answer = async (apiKey: string, of: string | null) => {
      const { status, body } = await server
        .fetch(`/v1/exports/${of}`, {}, apiKey)
        .then(async (r) => ({ status: r.status, body: (await r.json()) as Problem }));
      return { status, detail: body.detail };
    };
    const missing = await answer(key, id);
    expect(missing.status).toBe(404);
    const proven = (await save(`format=csv&proof=1&${MARCH}`, "events.csv")).response.headers.get("x-daybook-export");
    expect(await answer(theirs, proven)).toEqual(missing);
  });

  it("cannot be feigned by an event of one's own under its id", async () => {
    const own = anEvent({ id: "feigned:completed", action: "audit_log.export", metadata: { sha256: "00" } });
    expect((await server.post(key, own)).status).toBe(201);
    expect((await server.fetch("/v1/exports/feigned", {}, key)).status).toBe(404);
  });

  it("cannot be feigned by an event of one's own with a file's hash", async () => {
    const path = join(files, "feigned.csv");
    writeFileSync(path, "made,up\n");
    const metadata = { sha256: createHash("sha256").update("made,up\n").digest("hex") };
    const timestamp = new Date(Date.UTC(2026, 5, 1)).toISOString();
    const own = anEvent({ id: "feigned-hash", action: "audit_log.export", metadata, timestamp });
    expect((await server.post(key, own)).status).toBe(201);
    await server.caughtUp(key);
    const bundle = await save("format=ndjson&proof=1&start=2026-06-01&end=2026-06-01");
    expect(bundle.text).toContain(metadata.sha256);
    expect(await verify(bundle.path)).toMatchObject({ code: 0 });
    const { code, stdout } = await verify(bundle.path, "--export", path);
    expect(stdout).toContain("is not the export of this bundle");
    expect(code).toBe(1);
  });
});

describe("the command line", () => {
  it("tells a call that is wrong from a file that is", async () => {
    const { path } = await save(`format=ndjson&proof=1&${MARCH}`);
    expect(await cli(["verify", "bundle", path])).toMatchObject({ code: 2 });
    expect(await cli(["verify", "bundle", path, "--key", "nonsense"])).toMatchObject({ code: 2 });
    expect(await cli(["verify", "bundle", join(files, "nothing"), "--key", vkey])).toMatchObject({ code: 2 });
    const keyFile = join(files, "acme.vkey");
    writeFileSync(keyFile, `# of acme\n${vkey}\n`);
    expect(await cli(["verify", "bundle", path, "--key", keyFile])).toMatchObject({ code: 0 });
    expect(await cli(["verify", "bundle", path, "--key", await keyOf(theirs)])).toMatchObject({ code: 1 });
    const empty = join(files, "empty.vkey");
    writeFileSync(empty, "# to be filled in\n");
    const malformed = join(files, "malformed.vkey");
    writeFileSync(malformed, "{\n");
    expect(await verify(path, "--witness", empty)).toMatchObject({ code: 2 });
    expect(await verify(path, "--witness", files)).toMatchObject({ code: 2 });
    for (const none of [empty, malformed, files]) {
      expect(await cli(["verify", "bundle", path, "--key", none])).toMatchObject({ code: 2 });
    }
  });
});
