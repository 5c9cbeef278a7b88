import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Event, type Receipt, uuidv7 } from "@daybook/sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { backUp as backUpTo } from "../../src/backup/backup.ts";
import { contentOf } from "../../src/backup/copy-file.ts";
import { readManifest, writeManifest } from "../../src/backup/manifest.ts";
import { restoreFrom } from "../../src/cli/restore-backup.ts";
import { toConfig } from "../../src/config.ts";
import { SigningKeys } from "../../src/tree/signing-keys.ts";
import type { Finding } from "../../src/verify/contract.ts";
import { verifyDirectory } from "../../src/verify/data-directory.ts";
import { TestKey } from "../bundle/fixture.ts";
import { sealOnlySegment } from "../support/altered-entries.ts";
import { AppServer } from "../support/app-server.ts";
import { makeKey, OWNER, setUp } from "../support/console-session.ts";
import { anEvent, type Results } from "../support/events.ts";
import { cli, ServerProcess, type TestServer, temporaryDirectory } from "../support/server.ts";
import { RANGE } from "./events.ts";

/** A backup of a server that was killed while it took events: what is restored from it, and what is refused. */

interface BackedUp {
  readonly directory: string;
  readonly files_copied: number;
  readonly files_linked: number;
  readonly removed: readonly string[];
}

const directory = temporaryDirectory();
const dataDir = join(directory, "data");
const backups = join(directory, "backups");
const receipts: Receipt[] = [];
let server: TestServer;
let key: string;
let first: BackedUp;
let second: BackedUp;

async function backUp(...args: string[]): Promise<BackedUp> {
  const { code, stdout, stderr } = await cli(["backup", "--data-dir", dataDir, "--to", backups, ...args]);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

const restore = (from: string, to: string, key?: string) => restoreFrom(toConfig({ dataDir: to }), { from, key });

/** Records until the server ends. Counts what it acknowledged. */
async function recordOn(server: TestServer): Promise<void> {
  for (;;) {
    try {
      const response = await server.post(
        key,
        Array.from({ length: 5 }, () => anEvent({ id: uuidv7() })),
      );
      const { results } = (await response.json()) as Results;
      receipts.push(...(results as Receipt[]).filter((result) => "leaf_hash" in result));
    } catch {
      return;
    }
  }
}

beforeAll(async () => {
  const before = await AppServer.start({ dataDir });
  const session = await setUp(before, { id: "acme", name: "Acme" });
  ({ key } = await makeKey(before, session, "acme", "events:write", "events:read"));
  await before.stop();
  await sealOnlySegment(join(dataDir, "log"), "acme");
  const killed = await ServerProcess.start({ dataDir });
  server = killed;
  const load = [recordOn(killed), recordOn(killed), recordOn(killed)];
  while (receipts.length < 200) await new Promise((resolve) => setImmediate(resolve));
  first = await backUp();
  // Only in identity's write-ahead log when the server is killed.
  ({ key } = await makeKey(killed, session, "acme", "events:write", "events:read"));
  await killed.stop("SIGKILL");
  await Promise.all(load);
  second = await backUp();
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

it("copies complete segments once, and what is secret for its owner alone", () => {
  const segments = readdirSync(join(second.directory, "log")).sort();
  expect(segments).toHaveLength(2);
  const [sealed = ""] = segments;
  const inode = (backup: BackedUp) => statSync(join(backup.directory, "log", sealed)).ino;
  expect(inode(second)).toBe(inode(first));
  expect(second.files_linked).toBe(1);
  for (const path of ["keys/signing.json", "identity.db"]) {
    expect(statSync(join(second.directory, path)).mode & 0o077).toBe(0);
  }
  expect(readdirSync(second.directory).sort()).toEqual(
    ["checkpoints", "identity.db", "keys", "log", "manifest.json", "manifest.sig"].sort(),
  );
});

it("restores people, keys and every receipt into an empty directory", async () => {
  const restored = join(directory, "restored");
  const { code, stdout, stderr } = await cli(["restore", "--from", backups, "--data-dir", restored]);
  expect([code, stderr]).toEqual([0, ""]);
  const { backup, previous_log_id, log_id, lost } = JSON.parse(stdout);
  expect([backup, lost]).toEqual([second.directory, 0]);
  expect(log_id).not.toBe(previous_log_id);
  server = await AppServer.start({ dataDir: restored });
  await server.caughtUp();
  const lines = await (await server.fetch(`/v1/events/export?format=ndjson&${RANGE}`, {}, key)).text();
  const events = lines.trim().split("\n");
  const there = new Map(events.map((line) => JSON.parse(line) as Event).map((event) => [event.id, event]));
  for (const { id, leaf_hash, sequence } of receipts) {
    expect(there.get(id)).toMatchObject({ leaf_hash, sequence });
  }
  const signedIn = await server.fetch("/v1/session", {
    method: "POST",
    body: JSON.stringify({ email: OWNER.email, password: OWNER.password }),
    headers: { "content-type": "application/json", origin: server.url },
  });
  expect(signedIn.status).toBe(201);
  await server.stop();
  const findings: Finding[] = [];
  const { signal } = new AbortController();
  await verifyDirectory(toConfig({ dataDir: restored }), { signal, onFinding: (finding) => findings.push(finding) });
  expect(findings).toEqual([]);
});

it("restores the state of an earlier backup", async () => {
  const { backup, entries, lost } = await restore(first.directory, join(directory, "earlier"));
  expect([backup, lost]).toEqual([first.directory, 0]);
  expect(entries).toBeGreaterThanOrEqual(200);
});

it.each<[string, (backup: string) => void]>([
  ["a segment was changed", (backup) => flip(join(backup, "log", readdirSync(join(backup, "log"))[0] ?? ""))],
  ["identity was changed", (backup) => flip(join(backup, "identity.db"))],
  ["a file is missing", (backup) => rmSync(join(backup, "identity.db"))],
  ["the manifest was changed", (backup) => replaceIn(join(backup, "manifest.json"), '"entries": ', '"entries": 1')],
  [
    "the signature is another backup's",
    (backup) => cpSync(join(first.directory, "manifest.sig"), join(backup, "manifest.sig")),
  ],
])("restores nothing where %s", async (_, damage) => {
  const backup = join(directory, "damaged");
  const restored = join(directory, "refused");
  cpSync(second.directory, backup, { recursive: true });
  damage(backup);
  const refused = { name: "BackupRefused", message: expect.stringContaining(backup) };
  await expect(restore(backup, restored)).rejects.toMatchObject(refused);
  expect(existsSync(restored) ? readdirSync(restored) : []).toEqual([]);
  rmSync(backup, { recursive: true });
});

it("restores nothing where identity and log do not belong together, though the manifest is right", async () => {
  const backup = join(directory, "mixed");
  cpSync(second.directory, backup, { recursive: true });
  cpSync(join(first.directory, "identity.db"), join(backup, "identity.db"));
  const { content } = readManifest(backup);
  const identity = { path: "identity.db", ...(await contentOf(join(backup, "identity.db"))) };
  const files = content.files.map((file) => (file.path === "identity.db" ? identity : file));
  await writeManifest(backup, { ...content, files }, SigningKeys.open(join(backup, "keys"), Date.now()), Date.now());
  const restored = join(directory, "refused");
  await expect(restore(backup, restored)).rejects.toThrow("Nothing was restored: 1 findings");
  expect(readdirSync(restored)).toEqual([]);
});

it("restores nothing that a key which the caller kept has not signed", async () => {
  const { vkey } = new TestKey("daybook/another/acme");
  await expect(restore(second.directory, join(directory, "refused"), vkey)).rejects.toThrow("is not right");
  await expect(restore(second.directory, join(directory, "refused"), "x")).rejects.toThrow("not a verifier key");
});

it("keeps as many backups as it is asked to", async () => {
  const { removed } = await backUpTo(toConfig({ dataDir }), { to: backups, keep: 2, onProgress: () => undefined });
  expect(removed).toEqual([first.directory]);
  expect(readdirSync(backups).filter((name) => name.endsWith("Z"))).toHaveLength(2);
  expect(existsSync(first.directory)).toBe(false);
});

it("refuses places that cannot be meant", async () => {
  const options = { keep: undefined, onProgress: () => undefined };
  const to = (place: string) => backUpTo(toConfig({ dataDir }), { ...options, to: place });
  await expect(to(join(dataDir, "backups"))).rejects.toThrow("cannot be inside");
  await expect(to(join(directory, "mnt", "nas"))).rejects.toThrow("There is no directory");
  await expect(restore(backups, dataDir)).rejects.toThrow("is not empty");
  await expect(restore(directory, join(directory, "refused"))).rejects.toThrow("There is no backup");
});

function flip(file: string): void {
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  // Another file, not the one that an earlier backup shares.
  rmSync(file);
  writeFileSync(file, bytes);
}

function replaceIn(file: string, text: string, by: string): void {
  writeFileSync(file, readFileSync(file, "utf8").replace(text, by));
}
