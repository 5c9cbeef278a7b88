import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { basename, join } from "node:path";
import type pg from "pg";
import { expect, test } from "vitest";
import { sharedLogIn, shareLog } from "../../src/commit/index.ts";
import { type FramedBatch, type FramedLog, openFramedLog, openLog } from "../../src/log/index.ts";
import { entryPacking } from "../../src/log/unpacked.ts";
import { temporaryDirectory } from "../support/server.ts";
import { onOwnDatabases, texts } from "./own-database.ts";
import { appendOf, until } from "./test-node.ts";

let url: string;
let admin: pg.Client;

const { here, start } = await onOwnDatabases((database) => {
  ({ url, admin } = database);
});

here("a log of one directory", () => {
  /** Of a few segments, with the mark of a clean stop in the middle; compressed where the name says so. */
  async function localLog(compression: "here" | "off"): Promise<string> {
    const directory = temporaryDirectory();
    for (const prefix of ["a", "b"]) {
      const log = await openLog({ directory, segmentBytes: 2_000, ballastBytes: 4096, compression, scan: false });
      for (const text of texts(prefix, 12)) await Promise.all(log.append([appendOf(text), appendOf(`${text} again`)]));
      await log.close();
    }
    return directory;
  }
  const written = ["a", "b"].flatMap((prefix) => texts(prefix, 12).flatMap((text) => [text, `${text} again`]));
  const signatures = [1, 2].map((size) => ({
    organization: "acme",
    size,
    root: randomBytes(32),
    signedAt: size,
    name: null,
    signature: randomBytes(68),
  }));
  const toShare = (log: FramedLog) => ({
    id: log.id,
    batches: () => log.batches(),
    signatures: () => signatures,
    publicKeys: [randomBytes(32)],
  });
  const share = (log: FramedLog, changed: Partial<ReturnType<typeof toShare>> = {}) =>
    shareLog(url, { ...toShare(log), ...changed }, () => undefined);
  const rowsOf = async (log: FramedLog) => {
    const rows: FramedBatch[] = [];
    for await (const row of log.batches()) rows.push(row);
    return rows;
  };
  const open = (directory: string) => openFramedLog({ directory, packing: entryPacking });

  test.each(["off", "here"] as const)(
    "becomes the log that nodes share, byte for byte (compression: %s)",
    async (compression) => {
      const directory = await localLog(compression);
      const log = await open(directory);
      await share(log);
      await share(log);
      log.close();
      const same = await (await start({ directory })).leads();
      expect(same.log.id).toBe(log.id);
      await same.append("c");
      const empty = await start();
      await until(() => empty.log.end === 49);
      expect(await empty.texts()).toEqual([...written, "c"]);
      expect(empty.log.id).toBe(log.id);
      const files = empty.files();
      expect(files.size).toBeGreaterThan(3);
      for (const [name, bytes] of same.files()) expect(files.get(name)).toBe(bytes);
      const { rows } = await admin.query("select size::int from daybook_log_checkpoint order by serial");
      expect(rows).toEqual([{ size: 1 }, { size: 2 }]);
    },
  );

  test("is the same bytes, whether its segments are compressed or not", async () => {
    const directory = await localLog("off");
    const raw = await open(directory);
    const rows = await rowsOf(raw);
    raw.close();
    expect(rows.length).toBeGreaterThan(2);
    let compressed = 0;
    const log = await openLog({
      directory,
      ballastBytes: 4096,
      compression: "here",
      scan: false,
      onNotice: ({ kind }) => {
        if (kind === "compressed") compressed++;
      },
    });
    await until(() => compressed === rows.length - 1);
    await log.close();
    const again = await open(directory);
    const framed = await rowsOf(again);
    again.close();
    // This start has left another mark behind the last one.
    expect(framed.slice(0, -1)).toEqual(rows.slice(0, -1));
    rmSync(directory, { recursive: true });
  });

  test("is not there at all after an interruption, and is moved by the next call", async () => {
    const directory = await localLog("off");
    const log = await open(directory);
    const interrupted = async function* () {
      for await (const batch of log.batches()) {
        if (batch.firstPosition > 0) throw new Error("interrupted");
        yield batch;
      }
    };
    await expect(share(log, { batches: interrupted })).rejects.toThrow("interrupted");
    expect(await sharedLogIn(url)).toBeUndefined();
    await share(log);
    expect(await sharedLogIn(url)).toBe(log.id);
    log.close();
    rmSync(directory, { recursive: true });
  });

  test("is refused where the database holds another log, or this one otherwise", async () => {
    const directory = await localLog("off");
    const log = await open(directory);
    await share(log);
    await expect(share(log, { id: randomUUID() })).rejects.toThrow(`holds the log ${log.id} already`);
    await admin.query("update daybook_log_checkpoint set signature = 'x' where size = 2");
    await expect(share(log)).rejects.toThrow("lacks checkpoints of this data directory");
    await admin.query(
      "update daybook_log_batch set compressed = (select compressed from daybook_log_batch where first_position = 0) where first_position > 0",
    );
    await expect(share(log)).rejects.toThrow("does not hold what this data directory holds from position");
    log.close();
    rmSync(directory, { recursive: true });
  });

  test("is read to its end by a node that was killed in the middle of a row", async () => {
    const directory = await localLog("off");
    const log = await open(directory);
    await share(log);
    log.close();
    const node = await start();
    await until(() => node.log.end === written.length);
    await node.stop();
    const segment = join(node.directory, [...node.files().keys()].at(-1) ?? "");
    // The mark alone is missing, then some batches.
    for (const missing of [64, 500]) {
      truncateSync(segment, statSync(segment).size - missing);
      const again = await start({ directory: node.directory });
      await until(() => again.log.end === written.length);
      expect(await again.texts()).toEqual(written);
      await again.stop();
      expect(again.files().get(basename(segment))).toBe(readFileSync(join(directory, basename(segment)), "hex"));
    }
    rmSync(directory, { recursive: true });
  });
});
