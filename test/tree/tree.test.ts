import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
    const each = Array.from({ length: 559 }, (_, index) => fixture.tree.logPosition("acme", index));
    expect(fixture.tree.logPositions("acme", 0, 559)).toEqual(each);
    expect(fixture.tree.logPositions("acme", 250, 520)).toEqual(each.slice(250, 520));
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
