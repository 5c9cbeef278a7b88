import { cpSync, rmSync } from "node:fs";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLog } from "../../src/log/log.ts";
import { renewLogId } from "../../src/log/renew.ts";
import { CheckpointStore } from "../../src/tree/checkpoint-store.ts";
import { CheckpointsMissing, LogShorterThanSigned } from "../../src/tree/errors.ts";
import { SigningKeys } from "../../src/tree/signing-keys.ts";
import { TreeFixture } from "./fixture.ts";
import { readCheckpoint, rootsByConsistency } from "./stranger.ts";

let fixture: TreeFixture;
beforeEach(() => {
  fixture = new TreeFixture();
});
afterEach(() => fixture.remove());

const vkeyOf = (organization: string) => fixture.tree.publishedKeys(organization)[0]?.vkey ?? "";

describe("a log whose checkpoints", () => {
  it.each([
    ["are gone", ["checkpoints"]],
    ["and whose keys are gone", ["checkpoints", "keys"]],
  ])("%s: it does not start, and signs under a new id only, once the operator has it so", async (_, gone) => {
    await fixture.open();
    await fixture.append("acme", 3);
    await fixture.signed("acme");
    await fixture.close();
    for (const name of gone) rmSync(fixture.path(name), { recursive: true });
    await expect(fixture.open()).rejects.toThrow(CheckpointsMissing);
    await expect(fixture.open()).rejects.toThrow(/Restore checkpoints\/.*daybook restore/);
    const { to } = await renewLogId({ directory: fixture.path("log") });
    await fixture.open();
    expect(readCheckpoint((await fixture.signed("acme")).note, vkeyOf("acme"))).toMatchObject({
      size: 3,
      origin: `daybook/${to}/acme`,
    });
  });

  it("were not signed before a crash starts as ever", async () => {
    SigningKeys.open(fixture.path("keys"), Date.now());
    // No tree reads this log before it is closed.
    const log = await openLog({ directory: fixture.path("log") });
    const header = Buffer.from(JSON.stringify({ sequence: 0, tenant_id: "acme", id: "acme-0" }));
    await Promise.all(log.append([{ organization: "acme", encode: () => ({ header, body: Buffer.from("body") }) }]));
    await log.close();
    await fixture.open();
    expect((await fixture.signed("acme")).size).toBe(1);
  });
});

describe("a log that has lost what was signed", () => {
  async function loseTheEnd(): Promise<void> {
    await fixture.open();
    await fixture.append("acme", 300);
    await fixture.append("globex", 2);
    await fixture.signed("acme");
    await fixture.close();
    cpSync(fixture.path("log"), fixture.path("copy"), { recursive: true });
    await fixture.open();
    await fixture.append("acme", 7);
    await fixture.signed("acme");
    await fixture.close();
    rmSync(fixture.path("log"), { recursive: true });
    cpSync(fixture.path("copy"), fixture.path("log"), { recursive: true });
  }

  it("does not start, and says what is missing of whom", async () => {
    await loseTheEnd();
    await expect(fixture.open()).rejects.toThrow(LogShorterThanSigned);
    await expect(fixture.open()).rejects.toThrow(/300 entries of acme.*over 307/);
  });

  it("goes on under a new id once it is renewed: same entries, new origin, the old checkpoints kept", async () => {
    await loseTheEnd();
    const renewed = await renewLogId({ directory: fixture.path("log") });
    expect(renewed).toMatchObject({ entries: 302, from: expect.any(String), to: expect.any(String) });
    await fixture.open();
    expect(fixture.log.id).toBe(renewed.to);
    const headers = await fixture.append("acme", 1);
    expect(headers[0]).toContain('"sequence":300');
    const { size, origin, root } = readCheckpoint((await fixture.signed("acme")).note, vkeyOf("acme"));
    expect({ size, origin }).toEqual({ size: 301, origin: `daybook/${renewed.to}/acme` });
    const old = CheckpointStore.open(fixture.path("checkpoints"), renewed.from);
    expect(old.latest("acme")?.size).toBe(307);
    const prefix = fixture.tree.consistencyProof("acme", 300, 301);
    const roots = rootsByConsistency(300, 301, fixture.tree.root("acme", 300), prefix);
    expect(Buffer.from(roots.now)).toEqual(root);
    old.close();
    // Renewed at once again: the empty segment is replaced.
    await fixture.close();
    await renewLogId({ directory: fixture.path("log") });
    const again = await renewLogId({ directory: fixture.path("log") });
    await fixture.open();
    expect(fixture.log.id).toBe(again.to);
    expect(fixture.log.end).toBe(303);
    await fixture.append("globex", 1);
    expect((await fixture.signed("globex")).size).toBe(3);
  });
});

it("a checkpoint that cannot be stored is reported until it is, and is signed then", async () => {
  await fixture.open();
  await fixture.append("acme", 1);
  await fixture.signed("acme");
  const database = new Database(fixture.path("checkpoints", `${fixture.log.id}.db`));
  database.exec("CREATE TRIGGER full BEFORE INSERT ON checkpoints BEGIN SELECT RAISE(ABORT, 'no space'); END");
  expect(fixture.tree.signingFails).toBe(false);
  await fixture.append("acme", 1);
  await expect.poll(() => fixture.tree.signingFails, { timeout: 10_000 }).toBe(true);
  database.exec("DROP TRIGGER full");
  database.close();
  expect((await fixture.signed("acme")).size).toBe(2);
  expect(fixture.tree.signingFails).toBe(false);
  expect(fixture.alarms).toEqual([]);
});

describe("what was signed", () => {
  it("cannot be changed, removed, shortened or signed with another root", async () => {
    await fixture.open();
    await fixture.append("acme", 3);
    const { size, signedAt } = await fixture.signed("acme");
    await fixture.close();
    const { id } = await openLog({ directory: fixture.path("log") }).then(async (log) => {
      await log.close();
      return log;
    });
    const file = fixture.path("checkpoints", `${id}.db`);
    const database = new Database(file);
    for (const statement of ["UPDATE checkpoints SET size = 9", "DELETE FROM checkpoints", "DELETE FROM signatures"]) {
      expect(() => database.exec(statement)).toThrow(/never changed/);
    }
    const insert = database.prepare(
      "INSERT INTO checkpoints (organization, size, root, signed_at) VALUES (1, ?, ?, 0)",
    );
    for (const smaller of [1, size]) expect(() => insert.run(smaller, Buffer.alloc(32))).toThrow(/larger/);
    database.close();
    const store = CheckpointStore.open(fixture.path("checkpoints"), id);
    const smaller = { organization: "acme", size: size - 1, root: new Uint8Array(32), signedAt };
    expect(() => store.add([{ checkpoint: smaller, signatures: [] }], signedAt)).toThrow();
    expect(store.latest("acme")?.size).toBe(size);
    store.close();
  });

  it("is kept all at once where another node signed it: several sizes of a log, and signatures under an earlier one", () => {
    const id = "11111111-1111-4111-8111-111111111111";
    const store = CheckpointStore.open(fixture.path("checkpoints"), id);
    const checkpoint = (organization: string, size: number) => {
      return { organization, size, root: new Uint8Array(32).fill(size), signedAt: 1_000 + size };
    };
    const signedBy = (name: string | null, byte: number) => ({ name, signature: new Uint8Array(68).fill(byte) });
    store.add([{ checkpoint: checkpoint("acme", 3), signatures: [signedBy(null, 1)] }], 1_003);
    store.add(
      [
        { checkpoint: checkpoint("acme", 5), signatures: [signedBy(null, 2)] },
        { checkpoint: checkpoint("globex", 2), signatures: [signedBy(null, 3)] },
        { checkpoint: checkpoint("acme", 8), signatures: [signedBy(null, 4)] },
        { checkpoint: checkpoint("acme", 3), signatures: [signedBy("witness", 5)] },
      ],
      1_010,
    );
    const sizes = () => ["acme", "globex"].map((organization) => store.latest(organization)?.size);
    expect(sizes()).toEqual([8, 2]);
    expect(store.at("acme", 5)).toMatchObject(checkpoint("acme", 5));
    expect(store.signatures(checkpoint("acme", 3)).map(({ name }) => name)).toEqual([null, "witness"]);
    // One that is wrong, and nothing of what came with it.
    const grown = { checkpoint: checkpoint("globex", 4), signatures: [] };
    expect(() => store.add([grown, { checkpoint: checkpoint("acme", 7), signatures: [] }], 1_020)).toThrow(/larger/);
    expect(sizes()).toEqual([8, 2]);
    expect(store.at("globex", 4)).toBeUndefined();
    store.close();
  });
});
