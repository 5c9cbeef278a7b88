import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, rmSync } from "node:fs";
import { verifyBundle } from "@daybook/sdk/bundle";
import { cosignedAt } from "@daybook/sdk/cosignature";
import { hashing } from "@daybook/sdk/merkle";
import { parseCheckpoint, parseNote, parseVerifierKey, type VerifierKey } from "@daybook/sdk/note";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sha256, verifyEd25519 } from "../../src/crypto.ts";
import { anEvent, type Results } from "../support/events.ts";
import { cli, runCli, ServerProcess, type TestServer, temporaryDirectory } from "../support/server.ts";

/** Each a kill -9 of the witness, at some moment while it is asked. */
const KILLS = Number(process.env.DAYBOOK_TEST_WITNESS_KILLS ?? (process.env.DAYBOOK_TEST_LONG === "1" ? 100 : 4));

class WitnessProcess {
  readonly child: ChildProcess;
  readonly vkey: string;
  readonly url: string;

  private constructor(child: ChildProcess, vkey: string, url: string) {
    this.child = child;
    this.vkey = vkey;
    this.url = url;
  }

  /** @param port 0 for a free one. */
  static async start(directory: string, log: string, port: number): Promise<WitnessProcess> {
    const args = [
      "witness",
      "--data-dir",
      directory,
      "--log",
      log,
      "--listen",
      `127.0.0.1:${port}`,
      "--name",
      "w.example/1",
    ];
    const child = runCli(args);
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (printed += chunk));
    for (;;) {
      const [, vkey, url] = /Witness key: (\S+)\nThe witness is at (\S+)\n/.exec(printed) ?? [];
      if (vkey !== undefined && url !== undefined) return new WitnessProcess(child, vkey, url);
      if (child.exitCode !== null) throw new Error(`the witness ended: ${printed}`);
      await Promise.race([once(child.stdout as NodeJS.ReadableStream, "data"), once(child, "close")]);
    }
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGKILL");
    await once(this.child, "close");
  }
}

const started: { server?: TestServer; witness?: WitnessProcess } = {};
const directories = { server: temporaryDirectory(), copy: temporaryDirectory(), witness: temporaryDirectory() };
let key: string;
let organizationKey: string;

beforeAll(async () => {
  // What a log's key is, is known once it was started.
  const first = await ServerProcess.start({ dataDir: directories.server });
  key = await first.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  const keys = (await (await first.fetch("/v1/checkpoint/keys", {}, key)).json()) as { keys: { vkey: string }[] };
  organizationKey = keys.keys[0]?.vkey ?? "";
  await first.stop();
  started.witness = await WitnessProcess.start(directories.witness, organizationKey, 0);
  started.server = await startServer();
});

afterAll(async () => {
  await started.server?.stop("SIGKILL");
  await started.witness?.kill();
  for (const directory of Object.values(directories)) rmSync(directory, { recursive: true, force: true });
});

function startServer(): Promise<TestServer> {
  const { vkey = "", url = "" } = started.witness ?? {};
  return ServerProcess.start({ dataDir: directories.server, env: { DAYBOOK_WITNESSES: `${vkey}@${url}` } });
}

const server = () => started.server as TestServer;
const witnessKey = (): VerifierKey => hashing(parseVerifierKey(started.witness?.vkey ?? ""), sha256);

async function checkpoint(): Promise<{ note: string; size: number; cosigned: number | undefined }> {
  const note = await (await server().fetch("/v1/checkpoint", {}, key)).text();
  return {
    note,
    size: parseCheckpoint(parseNote(note).text).size,
    cosigned: await cosignedAt(note, witnessKey(), verifyEd25519),
  };
}

/** Waits until the newest checkpoint is cosigned; the time-out of the test ends it. */
async function cosigned(atLeast = 1): Promise<number> {
  for (;;) {
    const { size, cosigned } = await checkpoint();
    if (cosigned !== undefined && size >= atLeast) return size;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it("checkpoints carry the witness's cosignature, and an export with proof is verified to be witnessed", async () => {
  expect(
    (
      await server().post(
        key,
        Array.from({ length: 20 }, () => anEvent()),
      )
    ).status,
  ).toBe(201);
  await cosigned(20);
  await server().caughtUp(key);
  for (const answer of [await server().post(key, anEvent()), await server().fetch("/v1/events?limit=1", {}, key)]) {
    const { checkpoint: head } = (await answer.json()) as { checkpoint: string };
    expect(await cosignedAt(head, witnessKey(), verifyEd25519)).toBeGreaterThan(0);
    expect(parseCheckpoint(parseNote(head).text).size).toBeGreaterThanOrEqual(20);
  }
  for (const format of ["csv", "ndjson"]) {
    const { headers } = await server().fetch(`/v1/events/export?format=${format}`, {}, key);
    const head = Buffer.from(headers.get("x-daybook-checkpoint") ?? "", "base64").toString("utf8");
    expect(await cosignedAt(head, witnessKey(), verifyEd25519)).toBeGreaterThan(0);
  }
  const bundle = await server().fetch("/v1/events/export?format=ndjson&proof=1", {}, key);
  expect(bundle.headers.get("x-daybook-checkpoint")).toBeNull();
  const witnesses = [started.witness?.vkey ?? ""];
  const body = bundle.body as ReadableStream<Uint8Array>;
  expect(await verifyBundle(body, { keys: [organizationKey], witnesses, sha256, verifyEd25519 })).toMatchObject({
    ok: true,
    proves: "complete",
    witnesses: [{ name: "w.example/1" }],
  });
});

it("a witness that is killed at any moment goes on from what it has cosigned, and receipts do not wait for it", async () => {
  let size = await cosigned();
  for (let kill = 0; kill < KILLS; kill++) {
    const posted = server().post(key, [anEvent(), anEvent()]);
    await new Promise((resolve) => setTimeout(resolve, (kill * 137) % 900));
    const { port = 0 } = started.witness ?? {};
    await started.witness?.kill();
    expect((await posted).status).toBe(201);
    expect((await server().post(key, anEvent())).status).toBe(201);
    started.witness = await WitnessProcess.start(directories.witness, organizationKey, port);
    const now = await cosigned(size + 3);
    expect(now).toBeGreaterThanOrEqual(size + 3);
    size = now;
  }
  expect(await server().metrics()).toMatch(/^daybook_integrity_alarm 0$/m);
}, 60_000);

it("a server set back to yesterday's copy is refused by the witness, says so, and signs nothing more", async () => {
  await server().stop();
  cpSync(directories.server, directories.copy, { recursive: true });
  started.server = await startServer();
  const { results } = (await (await server().post(key, [anEvent(), anEvent()])).json()) as Results;
  const ahead = await cosigned((results[1]?.sequence ?? 0) + 1);
  await server().stop();

  rmSync(directories.server, { recursive: true });
  cpSync(directories.copy, directories.server, { recursive: true });
  started.server = await startServer();
  const alarm = () =>
    /The witness w\.example\/1 has seen another log of acme: it has cosigned (\d+) entries, and this log has signed (\d+)/.exec(
      server().output(),
    );
  while (alarm() === null) await new Promise((resolve) => setTimeout(resolve, 50));
  const [, seen, signed] = alarm() ?? [];
  expect(Number(seen)).toBe(ahead);
  expect(Number(signed)).toBeLessThan(ahead);
  expect(await server().metrics()).toMatch(/^daybook_integrity_alarm 1$/m);
  const before = (await checkpoint()).size;
  expect((await server().post(key, anEvent({ id: "after-rollback" }))).status).toBe(201);
  expect((await server().fetch("/v1/proofs/inclusion?id=after-rollback", {}, key)).status).toBe(503);
  expect((await checkpoint()).size).toBe(before);
});

it("a restored log is one that the witness does not know: it is not unreachable", async () => {
  await server().stop();
  const { stdout } = await cli(["verify", "--data-dir", directories.server]);
  expect(stdout).toContain("w.example/1 has cosigned this log. To check that, give its key with --witness.");
  expect(await cli(["restore", "--data-dir", directories.server])).toMatchObject({ code: 0 });
  started.server = await startServer();
  const state = async () => {
    const answer = await (await server().fetch("/v1/integrity", {}, key)).json();
    return (answer as { witnesses: { state: string }[] }).witnesses.map(({ state }) => state);
  };
  await expect.poll(state, { timeout: 20_000 }).toEqual(["unknown_log"]);
  expect(server().output()).toMatch(
    /the witness does not know the log daybook\/[0-9a-f-]{36}\/\w+: start it with --log/,
  );
});
