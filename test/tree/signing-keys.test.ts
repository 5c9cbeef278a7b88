import { closeSync, openSync, readFileSync, readSync, statSync, writeSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TreeFixture } from "./fixture.ts";
import { readCheckpoint } from "./stranger.ts";

const DAY_MS = 86_400_000;

let fixture: TreeFixture;
beforeEach(() => {
  fixture = new TreeFixture();
});
afterEach(() => fixture.remove());

const vkeyOf = (organization: string) => fixture.tree.publishedKeys(organization)[0]?.vkey ?? "";

describe("the signing key", () => {
  it("is readable by its owner alone", async () => {
    await fixture.open();
    expect(statSync(fixture.path("keys")).mode & 0o777).toBe(0o700);
    expect(statSync(fixture.path("keys", "signing.json")).mode & 0o777).toBe(0o600);
  });

  it("is replaced by one that signs beside it for a while; what does not grow is signed by the new one, too", async () => {
    let now = Date.now();
    await fixture.open(() => now);
    await fixture.append("acme", 3);
    await fixture.append("still", 1);
    await fixture.signed("still");
    const old = { acme: vkeyOf("acme"), still: vkeyOf("still") };
    fixture.keys.rotate(now, 30 * DAY_MS);
    fixture.tree.signAgain();
    await fixture.append("acme", 1);
    expect(vkeyOf("acme")).not.toBe(old.acme);
    for (const organization of ["acme", "still"] as const) {
      const { note } = await fixture.signed(organization);
      await expect.poll(() => fixture.tree.checkpoint(organization)?.note.split("\n").length).toBe(7);
      const both = fixture.tree.checkpoint(organization)?.note ?? note;
      for (const vkey of [old[organization], vkeyOf(organization)])
        expect(readCheckpoint(both, vkey).origin).toBeTruthy();
    }
    expect(fixture.tree.publishedKeys("acme")[1]).toMatchObject({ vkey: old.acme, signsUntil: now + 30 * DAY_MS });

    now += 31 * DAY_MS;
    await fixture.append("acme", 1);
    const { note } = await fixture.signed("acme");
    expect(readCheckpoint(note, vkeyOf("acme")).size).toBe(5);
    expect(() => readCheckpoint(note, old.acme)).toThrow("not signed by this key");
    fixture.keys.rotate(now, 0);
    expect(readFileSync(fixture.path("keys", "signing.json"), "utf8").match(/PRIVATE KEY-----\\n/g)).toHaveLength(2);
    expect(fixture.tree.publishedKeys("acme").map(({ vkey }) => vkey)).toContain(old.acme);
  });

  it("alone signs where a rotation allows no overlap, also of keys that one before had given time", async () => {
    const now = Date.now();
    await fixture.open(() => now);
    fixture.keys.rotate(now, 30 * DAY_MS);
    fixture.keys.rotate(now, 7 * DAY_MS);
    expect(fixture.keys.signing(now + 7 * DAY_MS - 1)).toHaveLength(3);
    expect(fixture.keys.signing(now + 7 * DAY_MS)).toHaveLength(1);
    fixture.keys.rotate(now, 0);
    expect(fixture.keys.signing(now)).toHaveLength(1);
    expect(readFileSync(fixture.path("keys", "signing.json"), "utf8").match(/PRIVATE KEY-----\\n/g)).toHaveLength(2);
  });

  it("that cannot be read stops the start, and its file's content stays untold", async () => {
    await fixture.open();
    await fixture.close();
    const path = fixture.path("keys", "signing.json");
    const file = openSync(path, "r+");
    const byte = Buffer.alloc(1);
    readSync(file, byte, 0, 1, 0);
    writeSync(file, "x", 0);
    closeSync(file);
    await expect(fixture.open()).rejects.toThrow(
      /signing\.json cannot be read as signing keys\. Restore it from the backup\.$/,
    );
  });
});
