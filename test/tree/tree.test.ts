import {
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PlacedCrc } from "../../src/log/format.ts";
import { openLog } from "../../src/log/log.ts";
import { renewLogId } from "../../src/log/renew.ts";
import { segmentPath } from "../../src/log/segment.ts";
import { CheckpointStore } from "../../src/tree/checkpoint-store.ts";
import { LogShorterThanSigned } from "../../src/tree/errors.ts";
import { TreeFixture } from "./fixture.ts";
import { leaf, readCheckpoint, rootByInclusion, rootsByConsistency } from "./stranger.ts";

let fixture: TreeFixture;
beforeEach(() => {
  fixture = new TreeFixture();
});
afterEach(() => fixture.remove());

const vkeyOf = (organization: string) => fixture.tree.publishedKeys(organization)[0]?.vkey ?? "";

/** Checks every entry of an organization as a stranger would, from the checkpoint alone. */
function checkAll(organization: string, note: string, headers: readonly string[]): void {
  const { size, root, origin } = readCheckpoint(note, vkeyOf(organization));
  expect({ size, origin }).toEqual({ size: headers.length, origin: fixture.tree.origin(organization) });
  const step = Math.max(1, Math.floor(headers.length / 40));
  for (let index = 0; index < headers.length; index += step) {
    const path = fixture.tree.inclusionProof(organization, index, size);
    expect(rootByInclusion(index, size, leaf(Buffer.from(headers[index] ?? "")), path)).toEqual(root);
  }
}

describe("the trees of a log", () => {
  it("are signed, one an organization, and a stranger finds every entry in its own", async () => {
    await fixture.open();
    const headers: Record<string, string[]> = { acme: [], globex: [] };
    const notes: string[] = [];
    for (const count of [1, 2, 255, 300, 1]) {
      for (const organization of ["acme", "globex"]) {
        headers[organization]?.push(...(await fixture.append(organization, organization === "acme" ? count : 1)));
      }
      notes.push((await fixture.signed("acme")).note);
    }
    checkAll("acme", notes.at(-1) ?? "", headers.acme ?? []);
    checkAll("globex", (await fixture.signed("globex")).note, headers.globex ?? []);
    for (const [at, note] of notes.entries()) {
      const old = readCheckpoint(note, vkeyOf("acme"));
      for (const later of notes.slice(at + 1).map((text) => readCheckpoint(text, vkeyOf("acme")))) {
        const proof = fixture.tree.consistencyProof("acme", old.size, later.size);
        const roots = rootsByConsistency(old.size, later.size, old.root, proof);
        expect([Buffer.from(roots.old), Buffer.from(roots.now)]).toEqual([old.root, later.root]);
      }
    }
    expect(() => readCheckpoint(notes[0] ?? "", vkeyOf("globex"))).toThrow();
    for (let index = 0; index < 559; index += 60) {
      const entry = await fixture.log.entry(fixture.tree.logPosition("acme", index));
      expect(entry).toMatchObject({ organization: "acme", sequence: index });
    }
  });

  it("go on after a restart from where they were stored, and sign nothing twice", async () => {
    await fixture.open();
    const headers = await fixture.append("acme", 700);
    const before = await fixture.signed("acme");
    await fixture.reopen();
    expect(fixture.tree.position).toBe(700);
    expect(fixture.tree.checkpoint("acme")).toEqual(before);
    headers.push(...(await fixture.append("acme", 70)));
    checkAll("acme", (await fixture.signed("acme")).note, headers);
    const { signedAt } = await fixture.signed("acme");
    await fixture.reopen();
    expect((await fixture.signed("acme")).signedAt).toBe(signedAt);
  });

  it("are read from the log again when their directory is gone, and agree with what was signed", async () => {
    await fixture.open();
    const headers = await fixture.append("acme", 600);
    const before = await fixture.signed("acme");
    await fixture.close();
    rmSync(fixture.path("tree"), { recursive: true });
    await fixture.open();
    headers.push(...(await fixture.append("acme", 1)));
    expect((await fixture.signed("acme")).size).toBe(601);
    expect(fixture.tree.root("acme", 600)).toEqual(Uint8Array.from(before.root));
    checkAll("acme", (await fixture.signed("acme")).note, headers);
    expect(fixture.alarms).toEqual([]);
  });

  it("of many organizations that grow at once are signed some at a time", async () => {
    let now = 1_700_000_000_000;
    await fixture.open(() => now++);
    const organizations = Array.from({ length: 700 }, (_, index) => `org-${index}`);
    const headers = await Promise.all(organizations.map((organization) => fixture.append(organization, 2)));
    const rounds = new Set<number>();
    for (const [index, organization] of organizations.entries()) {
      const { note, signedAt } = await fixture.signed(organization);
      if (index % 70 === 0) checkAll(organization, note, headers[index] ?? []);
      rounds.add(signedAt);
    }
    expect(rounds.size).toBeGreaterThanOrEqual(3);
    await fixture.reopen();
    expect(organizations.map((organization) => fixture.tree.size(organization))).toEqual(Array(700).fill(2));
    expect(fixture.alarms).toEqual([]);
  });

  it("refuse sizes, indexes and ranges that no checkpoint covers", async () => {
    await fixture.open();
    await fixture.append("acme", 10);
    await fixture.signed("acme");
    const { tree } = fixture;
    expect(tree.size("nobody")).toBe(0);
    expect(tree.checkpoint("nobody")).toBeUndefined();
    for (const wrong of [
      () => tree.inclusionProof("acme", 0, 11),
      () => tree.inclusionProof("acme", 10, 10),
      () => tree.inclusionProof("acme", -1, 10),
      () => tree.consistencyProof("acme", 0, 10),
      () => tree.consistencyProof("acme", 5, 11),
      () => Array.from(tree.multiproof("acme", [{ start: 3, end: 3 }], 10)),
      () => {
        const overlapping = [
          { start: 3, end: 5 },
          { start: 4, end: 6 },
        ];
        return Array.from(tree.multiproof("acme", overlapping, 10));
      },
      () => tree.root("nobody", 1),
      () => tree.logPosition("acme", 10),
    ]) {
      expect(wrong).toThrow(RangeError);
    }
    expect(tree.tile("acme", 0, 0, 10)).toHaveLength(320);
    for (const [level, index, width] of [
      [0, 0, 11],
      [0, 0, 256],
      [0, 1, 1],
      [1, 0, 1],
      [63, 0, 1],
      [0, 0, 0],
    ] as const) {
      expect(tree.tile("acme", level, index, width)).toBeUndefined();
    }
  });
});

/** Changes a byte of the first entry's header where it is stored, and the checksum with it if `covered`. */
function changeStoredHeader(segment: string, covered: boolean): void {
  const bytes = readFileSync(segment);
  const at = 128;
  const headerAt = at + 73 + (bytes[at + 32] ?? 0);
  const headerEnd = headerAt + bytes.readUInt32LE(at + 12);
  bytes[headerAt + 2] = (bytes[headerAt + 2] ?? 0) ^ 1;
  if (covered)
    bytes.writeUInt32LE(new PlacedCrc(bytes.subarray(16, 32)).of(bytes.subarray(at + 8, headerEnd), at), at + 4);
  const file = openSync(segment, "r+");
  writeSync(file, bytes, at, headerEnd - at, at);
  closeSync(file);
}

describe("what is no longer what was acknowledged is never signed:", () => {
  it.each([
    ["a byte of a stored header", false],
    ["a byte of a stored header with its checksum put right", true],
  ])("%s", async (_what, covered) => {
    await fixture.open();
    await fixture.append("globex", 3);
    await fixture.signed("globex");
    const before = fixture.tree.checkpoint("globex")?.note;
    await fixture.close();
    rmSync(fixture.path("tree"), { recursive: true });
    // After the start has read the segment and before the trees read it.
    const opening = fixture.open();
    await opening;
    changeStoredHeader(segmentPath(fixture.path("log"), 0), covered);
    await fixture.append("globex", 1);
    await expect.poll(() => fixture.tree.integrity.state, { timeout: 10_000 }).toBe("alarm");
    await fixture.append("globex", 1).catch(() => undefined);
    expect(await fixture.tree.covered("globex", 4, AbortSignal.timeout(1500))).toBeUndefined();
    expect(fixture.tree.checkpoint("globex")?.note).toBe(before);
    expect(fixture.alarms).toHaveLength(1);
    expect(fixture.alarms[0]).toMatchObject(covered ? { organization: "globex", sequence: 0 } : { state: "alarm" });
  });

  it("a log that was put back from an older copy and has grown differently since", async () => {
    await fixture.open();
    await fixture.append("acme", 5);
    await fixture.signed("acme");
    await fixture.close();
    cpSync(fixture.path("log"), fixture.path("copy"), { recursive: true });
    await fixture.open();
    await fixture.append("acme", 5);
    const before = await fixture.signed("acme");
    await fixture.close();
    rmSync(fixture.path("log"), { recursive: true });
    cpSync(fixture.path("copy"), fixture.path("log"), { recursive: true });
    const log = await openLog({ directory: fixture.path("log") });
    const other = {
      organization: "acme",
      encode: (n: number) => ({ header: Buffer.from(`other ${n}`), body: Buffer.alloc(0) }),
    };
    await Promise.all(log.append(Array(20).fill(other)));
    await log.close();
    await fixture.open();
    await expect.poll(() => fixture.tree.integrity.state, { timeout: 10_000 }).toBe("alarm");
    expect(fixture.tree.checkpoint("acme")).toEqual(before);
    expect(fixture.alarms).toMatchObject([
      { organization: "acme", sequence: 9, reason: expect.stringContaining("another entry at position 9") },
    ]);
  });

  it("the same with the trees deleted, too", async () => {
    await fixture.open();
    await fixture.append("acme", 10);
    const before = await fixture.signed("acme");
    await fixture.close();
    for (const derived of ["log", "tree"]) rmSync(fixture.path(derived), { recursive: true });
    // The same log's id, and other entries: made by whoever can write every file here.
    const forged = await openLog({ directory: fixture.path("log") });
    const other = {
      organization: "acme",
      encode: (n: number) => ({ header: Buffer.from(`other ${n}`), body: Buffer.alloc(0) }),
    };
    await Promise.all(forged.append(Array(20).fill(other)));
    await forged.close();
    const signedUnder = before.origin.split("/")[1] ?? "";
    for (const name of readdirSync(fixture.path("checkpoints"))) {
      renameSync(fixture.path("checkpoints", name), fixture.path("checkpoints", name.replace(signedUnder, forged.id)));
    }
    await fixture.open();
    await expect.poll(() => fixture.tree.integrity.state, { timeout: 10_000 }).toBe("alarm");
    expect(fixture.tree.size("acme")).toBe(10);
    expect(fixture.alarms).toMatchObject([
      { organization: "acme", reason: expect.stringContaining("first 10 entries") },
    ]);
  });

  it("a tree whose stored tiles were changed", async () => {
    await fixture.open();
    await fixture.append("acme", 300);
    await fixture.signed("acme");
    await fixture.close();
    const database = new Database(fixture.path("tree", "tree.db"));
    const row = database.prepare("SELECT hashes FROM open_tiles WHERE level = 1").get() as { hashes: Buffer };
    row.hashes[5] = (row.hashes[5] ?? 0) ^ 1;
    database.prepare("UPDATE open_tiles SET hashes = ? WHERE level = ?").run(row.hashes, 1);
    database.close();
    await fixture.open();
    await fixture.append("acme", 1);
    await expect.poll(() => fixture.tree.integrity.state, { timeout: 10_000 }).toBe("alarm");
    expect(fixture.tree.size("acme")).toBe(300);
  });
});

describe("an alarm", () => {
  const isAlarm = () => expect.poll(() => fixture.tree.integrity.state, { timeout: 10_000 }).toBe("alarm");

  it("outlasts restarts, though nothing is wrong any more, until a verification that began later found nothing", async () => {
    await fixture.open();
    await fixture.append("acme", 300);
    const before = await fixture.signed("acme");
    fixture.tree.raiseAlarm("The log is damaged.", { organization: "acme", sequence: 7 });
    for (let start = 0; start < 2; start++) {
      await fixture.reopen();
      expect(fixture.tree.integrity).toMatchObject({ state: "alarm", reason: "The log is damaged.", sequence: 7 });
      await fixture.append("acme", 1);
      // What is recorded is read on, and not signed.
      await expect.poll(() => fixture.tree.position, { timeout: 10_000 }).toBe(fixture.log.end);
      expect(fixture.tree.checkpoint("acme")).toEqual(before);
    }
    expect(fixture.alarms).toHaveLength(1);
    const { since } = fixture.tree.integrity as { since: number };
    expect(fixture.tree.endAlarm(since)).toBe(false);
    expect(fixture.tree.integrity.state).toBe("alarm");
    expect(fixture.tree.endAlarm(since + 1)).toBe(true);
    expect((await fixture.signed("acme")).size).toBe(302);
    await fixture.reopen();
    expect(fixture.tree.integrity.state).toBe("ok");
    expect(fixture.tree.endAlarm(Date.now())).toBe(false);
  });

  it("that was raised in this process ends without a restart, too, and is raised again by what is still wrong", async () => {
    await fixture.open();
    await fixture.append("acme", 3);
    await fixture.signed("acme");
    fixture.tree.raiseAlarm("A tile differs.");
    await fixture.append("acme", 1);
    expect(fixture.tree.endAlarm(Date.now() + 1)).toBe(true);
    expect((await fixture.signed("acme")).size).toBe(4);
    fixture.tree.raiseAlarm("Another one does.");
    expect(fixture.alarms).toMatchObject([{ reason: "A tile differs." }, { reason: "Another one does." }]);
  });

  it("of others, who are asked again at the next start, is not ended by a verification", async () => {
    await fixture.open();
    fixture.tree.raiseAlarm("The witness has seen more.", { organization: "acme" }, "restart");
    expect(fixture.tree.endAlarm(Date.now() + 1)).toBe(false);
    await fixture.reopen();
    expect(fixture.tree.integrity.state).toBe("ok");
  });

  it("holds against what was signed while trees are made anew, and stays though its file no longer says why", async () => {
    await fixture.open();
    await fixture.append("acme", 10);
    await fixture.signed("acme");
    fixture.tree.raiseAlarm("The log is damaged.");
    const { id } = fixture.log;
    await fixture.close();
    rmSync(fixture.path("tree"), { recursive: true });
    writeFileSync(fixture.path("checkpoints", `${id}.alarm.json`), "{");
    const store = new Database(fixture.path("checkpoints", `${id}.db`));
    store.exec("DROP TRIGGER checkpoints_no_UPDATE");
    store.prepare("UPDATE checkpoints SET root = ?").run([Buffer.alloc(32, 7)]);
    store.close();
    await fixture.open();
    await isAlarm();
    await expect
      .poll(() => fixture.alarms.at(-1), { timeout: 10_000 })
      .toMatchObject({ reason: expect.stringContaining("no longer has the root that was signed") });
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
});
