import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { openClient } from "../../src/search/client.ts";
import { temporaryDirectory } from "../search/harness.ts";

const LANES = 4;
const STATEMENTS = process.env.DAYBOOK_TEST_LONG === "1" ? 20_000 : 3_000;
const ROWS = 20_000;

it("a statement that is cancelled leaves nothing of its result to another one", async () => {
  const directory = temporaryDirectory();
  const { client, close } = openClient({ directory: directory.path });
  let [whole, cancelled, next] = [0, 0, 0];
  try {
    await client.command({ query: "CREATE TABLE numbered (x UInt64, text String) ENGINE = MergeTree ORDER BY x" });
    await client.command({ query: `INSERT INTO numbered SELECT number, toString(number) FROM numbers(${ROWS})` });
    const lane = async () => {
      while (next < STATEMENTS) {
        const own = next++;
        // Long results, which are under way when they are cancelled, and short ones.
        const rows = 1 + (own % 40);
        const cancelling = new AbortController();
        const isCancelled = own % 4 !== 0;
        if (isCancelled) void pause((own * 7) % 6).then(() => cancelling.abort(new Error("not wanted any more")));
        try {
          const answer = await client.query({
            query: `SELECT x, 'own ${own}' FROM numbered WHERE x < ${rows} ORDER BY x`,
            format: "JSONCompactEachRow",
            ...(isCancelled && { abort_signal: cancelling.signal }),
          });
          const found = await answer.json<[string, string]>();
          expect(found.filter(([, name]) => name !== `own ${own}`)).toEqual([]);
          expect(found).toHaveLength(rows);
          whole++;
        } catch (error) {
          if (!cancelling.signal.aborted) throw error;
          cancelled++;
        }
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    await close();
    directory.remove();
  }
  process.stdout.write(`${cancelled} statements cancelled beside ${whole} that were not: each had its own result\n`);
  expect(cancelled).toBeGreaterThan(STATEMENTS / 20);
});
