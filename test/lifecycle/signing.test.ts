import type { Event, Receipt } from "@daybook/sdk";
import { hashing } from "@daybook/sdk/merkle";
import { parseVerifierKey, verifyNote } from "@daybook/sdk/note";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256, verifyEd25519 } from "../../src/crypto.ts";
import { anEvent, type Results } from "../support/events.ts";
import { cli, ServerProcess, type TestServer } from "../support/server.ts";
import { readCheckpoint } from "../tree/stranger.ts";

let server: TestServer;
let acme: string;
let vkey: string;
let receipts: Receipt[];

beforeAll(async () => {
  server = await ServerProcess.start();
  acme = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  vkey = (await publishedKeys())[0] ?? "";
  const response = await server.post(
    acme,
    [1, 2, 3, 4].map((n) => anEvent({ id: `e-${n}` })),
  );
  receipts = ((await response.json()) as Results).results.map((result) => result as Receipt);
});
afterAll(() => server.remove());

const get = (path: string) => server.fetch(path, {}, acme);

async function publishedKeys(): Promise<string[]> {
  const { keys } = (await (await get("/v1/checkpoint/keys")).json()) as { keys: { vkey: string }[] };
  return keys.map((key) => key.vkey);
}

describe("the signing key and the log's id, at the command line", () => {
  it("the signing key is shown and rotated while the server runs; both keys sign, and the log tells of it", async () => {
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await cli(["signing-key", ...args, "--data-dir", server.dataDir]);
      expect(stderr).toBe("");
      expect(code).toBe(0);
      return stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { vkey: string; signs_until: string | null });
    };
    expect((await run("show", "--org", "acme")).map((key) => key.vkey)).toEqual([vkey]);
    expect(await run("rotate", "--overlap-days", "7")).toHaveLength(2);
    const keys = await run("show", "--org", "acme");
    expect(keys.map((key) => key.signs_until === null)).toEqual([true, false]);
    expect(keys[1]?.vkey).toBe(vkey);
    await expect
      .poll(async () => (await (await get("/v1/checkpoint")).text()).match(/^\u2014 /gm)?.length, { timeout: 10_000 })
      .toBe(2);
    const note = await (await get("/v1/checkpoint")).text();
    expect(readCheckpoint(note, keys[0]?.vkey ?? "")).toEqual(readCheckpoint(note, vkey));
    expect(await publishedKeys()).toEqual(keys.map((key) => key.vkey));
  });

  it("a restored log goes on under a new id, with the server stopped only", async () => {
    const restore = () => cli(["restore", "--data-dir", server.dataDir]);
    expect(await restore()).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("Another Daybook process"),
    });
    const before = readCheckpoint(await (await get("/v1/checkpoint")).text(), vkey);
    await server.stop();
    const { code, stdout } = await restore();
    expect(code).toBe(0);
    const { previous_log_id, log_id } = JSON.parse(stdout) as Record<string, string>;
    expect(before.origin).toBe(`daybook/${previous_log_id}/acme`);
    const { dataDir } = server;
    server = await ServerProcess.start({ dataDir });
    const [newest = ""] = await publishedKeys();
    const after = readCheckpoint(await (await get("/v1/checkpoint")).text(), newest);
    expect(after.origin).toBe(`daybook/${log_id}/acme`);
    const { restored } = (await (await get("/v1/integrity")).json()) as { restored: Record<string, string>[] };
    expect(restored).toMatchObject([
      { previous_origin: before.origin, entries: before.size, signed_entries: before.size },
    ]);
    const key = hashing(parseVerifierKey(newest), sha256);
    const { note } = await verifyNote(restored[0]?.statement ?? "", [key], verifyEd25519);
    const head = `${before.size} ${Buffer.from(before.root).toString("base64")}`;
    expect(note.text).toBe(`${after.origin}\ncontinues ${before.origin}\n${head}\n`);
    await server.caughtUp();
    const { data } = (await (await get("/v1/events?action=log.restore")).json()) as { data: Event[] };
    expect(data).toMatchObject([{ resource: { type: "log", id: log_id }, metadata: { previous_log_id } }]);
    const proof = await (await get(`/v1/proofs/inclusion?id=${receipts[3]?.id}`)).json();
    expect(proof).toMatchObject({ leaf_index: receipts[3]?.sequence, leaf_hash: receipts[3]?.leaf_hash });
  });
});
