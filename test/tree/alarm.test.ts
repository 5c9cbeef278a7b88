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
import { segmentPath } from "../../src/log/segment.ts";
import { TreeFixture } from "./fixture.ts";

let fixture: TreeFixture;
beforeEach(() => {
  fixture = new TreeFixture();
});
afterEach(() => fixture.remove());

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

  it("a log that was restored from an older copy and has grown differently since", async () => {
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

  it("compares with what was signed while trees are created again, and stays though its file no longer says why", async () => {
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
