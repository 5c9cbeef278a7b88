import { existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Ids } from "../../src/ids/ids.ts";
import { openOrSetAside } from "../../src/set-aside.ts";
import { TreeFixture } from "./fixture.ts";

/** What can be rebuilt from the log never stops the start, whatever happened to it. */

const PAGE = 4096;

let fixture: TreeFixture;
beforeEach(async () => {
  fixture = new TreeFixture();
  await fixture.open();
  await fixture.append("acme", 1_100);
  await fixture.append("globex", 2);
  await fixture.signed("acme");
  await fixture.signed("globex");
  await fixture.close();
  execute("PRAGMA wal_checkpoint(TRUNCATE)");
});
afterEach(() => fixture.remove());

const file = () => fixture.path("tree", "tree.db");

function execute(...statements: string[]): void {
  const database = new Database(file());
  for (const statement of statements) database.exec(statement);
  database.close();
}

function garble(from: number, to = Number.POSITIVE_INFINITY): void {
  const bytes = readFileSync(file());
  for (let at = from; at < Math.min(to, bytes.length); at++) bytes[at] = (at * 7919 + 13) & 255;
  writeFileSync(file(), bytes);
}

const DAMAGES: readonly (readonly [what: string, damage: () => void])[] = [
  ["no database", () => garble(0, PAGE)],
  ["a damaged schema", () => garble(100, 1_600)],
  ["a damaged second page", () => garble(PAGE, 2 * PAGE)],
  ["nothing sound but the first page", () => garble(PAGE)],
  ["cut in half", () => truncateSync(file(), Math.floor(statSync(file()).size / 2 / PAGE) * PAGE)],
  ["without its tables", () => execute("DROP TABLE tiles", "DROP TABLE organizations")],
  ["without a tile", () => execute("DELETE FROM tiles")],
  ["without its place", () => execute("DELETE FROM follower")],
  [
    "a directory",
    () => {
      rmSync(file());
      mkdirSync(file());
    },
  ],
  [
    "in a file instead of a directory",
    () => {
      rmSync(fixture.path("tree"), { recursive: true });
      writeFileSync(fixture.path("tree"), "x");
    },
  ],
];

describe("trees that are", () => {
  it.each(DAMAGES)(
    "%s are rebuilt, at the start or at the next one, and agree with what was signed",
    async (_, damage) => {
      damage();
      await fixture.open();
      await fixture.append("acme", 1);
      // Damage that shows only where it is read is an alarm first, and is healed by the next start.
      const isSigned = () => (fixture.tree.checkpoint("acme")?.size ?? 0) === 1_101;
      while (fixture.alarms.length === 0 && !isSigned()) await pause(10);
      if (fixture.alarms.length > 0) {
        await fixture.close();
        await fixture.open();
        await expect.poll(() => fixture.tree.position, { timeout: 20_000 }).toBe(fixture.log.end);
        expect(fixture.tree.endAlarm(Date.now() + 1)).toBe(true);
      }
      expect((await fixture.signed("acme")).size).toBe(1_101);
    },
  );
});

describe("an index of ids that is", () => {
  const directory = () => fixture.path("ids");
  const open = () => {
    const aside: string[] = [];
    const log = { id: fixture.log.id, end: fixture.log.end };
    openOrSetAside(
      directory(),
      () => Ids.open(directory(), log),
      (notice) => aside.push(notice.aside),
    );
    return aside;
  };

  it.each([
    ["a file instead of a directory", () => writeFileSync(directory(), "x")],
    [
      "a run that is a directory",
      () => mkdirSync(join(directory(), `${"0".repeat(16)}-${"0".repeat(15)}9.ids`), { recursive: true }),
    ],
  ])("%s is set aside, and begins again", async (_, damage) => {
    await fixture.open();
    damage();
    expect(open()).toEqual([`${directory()}.damaged`]);
    expect(existsSync(`${directory()}.damaged`)).toBe(true);
    expect(open()).toEqual([]);
  });
});
