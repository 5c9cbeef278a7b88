import { spawn } from "node:child_process";
import { once } from "node:events";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BucketArchive } from "../../src/commit/archive.ts";
import { builtChild } from "../support/built-child.ts";
import type { Orders } from "./archiver.child.ts";
import { archiverFor, moveAll } from "./archivers.ts";
import { onOwnDatabases, texts } from "./own-database.ts";
import { TestBucket } from "./test-bucket.ts";
import { until } from "./test-node.ts";

let url: string;
let admin: pg.Client;
let store: TestBucket;

const { here, start } = await onOwnDatabases((database) => {
  ({ url, admin } = database);
});
beforeAll(async () => {
  store = await TestBucket.start();
});
afterAll(() => store.stop());

interface Range {
  readonly at: number;
  readonly entries: number;
}

/** Which entries are in rows, and which are in segments that are noted, as everybody else sees it. */
async function ranges(table: "daybook_log_batch" | "daybook_log_segment"): Promise<Range[]> {
  const { rows } = await admin.query(`select first_position::int as at, entries from ${table} order by 1`);
  return rows;
}

/** Starts an archiver, and kills it at its step. */
async function killedAt(orders: Orders): Promise<void> {
  const program = await builtChild("archiver.child.ts", import.meta.url);
  const child = spawn(process.execPath, [program, JSON.stringify(orders)], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const [line] = await Promise.race([once(child.stdout, "data"), closed]);
  child.kill("SIGKILL");
  expect(await closed).toEqual([null, "SIGKILL"]);
  expect(String(line)).toBe("here\n");
}

/** Each step of a move, and whether the segment is moved then. */
const STEPS: readonly (readonly [when: string, stopAt: string, moved: boolean])[] = [
  ["before the segment is stored", "nothing is stored", false],
  ["while the segment is stored", "being stored", false],
  ["once the segment is stored", "is stored", false],
  ["once it is read back", "is read back", false],
  ["once it is compared with the rows", "begin", false],
  ["in the transaction, before the rows are deleted", "with gone as (delete", false],
  ["in the transaction, once the rows are deleted", "after with gone as (delete", false],
  ["in the transaction, once the segment is noted", "after insert into daybook_log_segment", false],
  ["in the transaction, before it is committed", "commit", false],
  ["once the transaction is committed", "after commit", true],
];

here("an archiver that is killed", () => {
  test.each(STEPS)(
    "%s leaves every entry in rows or in a segment, and the next one goes on",
    async (_, stopAt, moved) => {
      const folder = store.folder(`${stopAt.replaceAll(/\W/g, "-")}/`);
      const bucket = new BucketArchive(folder);
      const leader = await (await start()).leads();
      for (const text of texts("a", 20)) await leader.append(text);
      const epoch = leader.node.term ?? "";
      await killedAt({ url, log: leader.node.id, epoch, folder, stopAt });

      const segments = await ranges("daybook_log_segment");
      expect(segments).toHaveLength(moved ? 1 : 0);
      let next = 0;
      for (const { at, entries } of [...segments, ...(await ranges("daybook_log_batch"))]) {
        expect(at).toBe(next);
        next += entries;
      }
      expect(next).toBe(20);

      // An empty node reads all of it, moves what is left when it leads, and another one reads that.
      const reader = await start({ archive: bucket });
      await until(() => reader.log.end === 20);
      expect(reader.files()).toEqual(leader.files());
      await leader.stop();
      const archiver = archiverFor(url, await reader.leads(), bucket);
      expect(await moveAll(archiver)).toBe(leader.files().size - 1 - segments.length);
      await archiver.close();
      const last = await start({ archive: bucket });
      expect(last.files()).toEqual(leader.files());
    },
  );
});
