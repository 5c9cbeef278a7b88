import { expect, test } from "vitest";
import { expectAll, grow } from "./follow-suite.ts";
import { cluster, following, server } from "./harness.ts";
import { MemoryLog } from "./memory-log.ts";

test.each([
  ["server", server],
  ["cluster", cluster],
])("an insert into a ClickHouse %s whose answer was lost is not stored twice", async (_name, open) => {
  const backend = await open();
  const { front } = backend;
  if (!front) throw new Error("this backend has no front");
  try {
    const log = new MemoryLog({ chunkEntries: 40 });
    grow(log, 200, 1);
    let lost = 0;
    front.after = (statement) => {
      if (statement.startsWith("INSERT") && lost++ < 3)
        throw new Error("Code: 210. DB::Exception: the connection broke. (NETWORK_ERROR)");
    };
    const followed = await following(backend, log, { rowsMax: 90 });
    await followed.caughtUp();
    expect(lost).toBeGreaterThan(3);
    await expectAll(followed, log);
    await followed.close();
  } finally {
    await backend.close();
  }
});
