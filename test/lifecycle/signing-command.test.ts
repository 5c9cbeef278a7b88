import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { backUp } from "../../src/backup/backup.ts";
import { rebuild } from "../../src/cli/rebuild-part.ts";
import { restoreFrom } from "../../src/cli/restore-backup.ts";
import { type Config, toConfig } from "../../src/config.ts";
import { decodeEntry } from "../../src/event/codec.ts";
import { entryPacking } from "../../src/event/entry-packing.ts";
import { NO_BACKGROUND, openLog } from "../../src/log/log.ts";
import { verifyDirectory } from "../../src/verify/data-directory.ts";
import { readAll } from "../log/oracle.ts";
import { AppServer } from "../support/app-server.ts";
import { anEvent } from "../support/events.ts";
import { cli, temporaryDirectory } from "../support/server.ts";
import { readCheckpoint } from "../tree/stranger.ts";

/** A server and its commands where the signing key is outside of Daybook. In the order of a life with one. */

const directory = temporaryDirectory();
const path = (name: string) => join(directory, name);
const dataDir = path("data");
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const SIGNS = `"${process.execPath}" "${path("sign.mjs")}"`;
const OUTSIDE = ["--signing-command", SIGNS, "--signing-public-key", path("public.pem")];
const MISSING = "give --signing-command and --signing-public-key";

const configOf = (dataDir: string): Config =>
  toConfig({ dataDir, signingCommand: SIGNS, signingPublicKey: path("public.pem") });
const keysFile = () => readFileSync(join(dataDir, "keys", "signing.json"), "utf8");

beforeAll(() => {
  writeFileSync(path("private.pem"), privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
  writeFileSync(path("public.pem"), publicKey.export({ format: "pem", type: "spki" }));
  writeFileSync(
    path("sign.mjs"),
    `import { sign } from "node:crypto";
     import { readFileSync } from "node:fs";
     process.stdout.write(sign(null, readFileSync(0), readFileSync(${JSON.stringify(path("private.pem"))})));`,
  );
  mkdirSync(path("backups"));
});
afterAll(() => rmSync(directory, { recursive: true }));

it("a server does not start with a command that signs with another key, and leaves no key behind", async () => {
  const wrong = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x ?? "";
  const start = (args: string[]) => AppServer.start({ dataDir, args });
  await expect(start([...OUTSIDE.slice(0, 3), wrong])).rejects.toThrow("no signature that --signing-public-key proves");
  await expect(start(OUTSIDE.slice(0, 2))).rejects.toThrow("together");
  expect(existsSync(join(dataDir, "keys", "signing.json"))).toBe(false);
});

it("a server signs by the command, and without it does not start", async () => {
  const server = await AppServer.start({ dataDir, args: OUTSIDE });
  const key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  expect((await server.post(key, [anEvent(), anEvent()])).status).toBe(201);
  const keys = (await (await server.fetch("/v1/checkpoint/keys", {}, key)).json()) as { keys: { vkey: string }[] };
  await expect.poll(async () => (await server.fetch("/v1/checkpoint", {}, key)).status).toBe(200);
  const note = await (await server.fetch("/v1/checkpoint", {}, key)).text();
  expect(readCheckpoint(note, keys.keys[0]?.vkey ?? "").size).toBeGreaterThan(0);
  expect(await server.metrics()).toMatch(/^daybook_signing_failing 0$/m);
  const failing = async () => {
    const integrity = (await (await server.fetch("/v1/integrity", {}, key)).json()) as { signing_failing: boolean };
    return integrity.signing_failing;
  };
  expect(await failing()).toBe(false);
  renameSync(path("private.pem"), path("away.pem"));
  expect((await server.post(key, anEvent())).status).toBe(201);
  await expect.poll(failing, { timeout: 10_000 }).toBe(true);
  expect(await server.metrics()).toMatch(/^daybook_signing_failing 1$/m);
  renameSync(path("away.pem"), path("private.pem"));
  await expect.poll(failing, { timeout: 15_000 }).toBe(false);
  expect(keysFile()).not.toContain("PRIVATE");
  await server.stop();
  await expect(AppServer.start({ dataDir })).rejects.toThrow(MISSING);
});

it("a backup is signed by the command, is restored with it, and is verified without", async () => {
  const taking = { to: path("backups"), keep: undefined, onProgress: () => undefined };
  await expect(backUp(toConfig({ dataDir }), taking)).rejects.toThrow(MISSING);
  const { directory: from } = await backUp(configOf(dataDir), taking);
  const restored = path("restored");
  const source = { from, key: undefined };
  await expect(restoreFrom(toConfig({ dataDir: restored }), source)).rejects.toThrow(MISSING);
  expect(readdirSync(restored)).toEqual([]);
  await restoreFrom(configOf(restored), source);
  await expect(rebuild("tree", toConfig({ dataDir: restored }))).rejects.toThrow(MISSING);
  expect(await rebuild("tree", configOf(restored))).toBeGreaterThan(0);
  const looking = { signal: new AbortController().signal, onFinding: () => undefined };
  expect(await verifyDirectory(toConfig({ dataDir: restored }), looking)).toMatchObject({ ok: true });
});

it("a server goes back to a key of its own when the one outside is lost, and the log tells of both", async () => {
  expect(await cli(["signing-key", "rotate", "--data-dir", dataDir])).toMatchObject({ code: 0 });
  expect(keysFile()).toContain("PRIVATE");
  // And then there is one outside again.
  for (const args of [[], OUTSIDE]) await (await AppServer.start({ dataDir, args })).stop();
  const log = await openLog({ ...NO_BACKGROUND, directory: join(dataDir, "log"), packing: entryPacking });
  const recorded = (await readAll(log)).map(({ header, body }) => decodeEntry(header, body));
  await log.close();
  const rotations = recorded.filter(({ action }) => action === "signing_key.rotate");
  expect(rotations.map(({ tenant_id, description }) => [tenant_id, description])).toEqual([
    ["daybook", "Created a new key that signs checkpoints"],
    ["daybook", "Began to sign checkpoints with a key outside of Daybook"],
  ]);
});
