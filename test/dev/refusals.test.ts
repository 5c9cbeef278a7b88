import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { CHAIN_START, encodeSegmentHeader } from "../../src/log/segment-header.ts";
import { copyOfSources, Dev } from "./dev.ts";

/** @returns its exit code and what it said of itself. */
async function runToEnd(prepare: (root: string) => void, args?: readonly string[]): Promise<[number, string[]]> {
  const root = copyOfSources();
  prepare(root);
  const dev = Dev.run(root, args);
  onTestFinished(() => dev.remove());
  const [code] = await once(dev.npm, "close");
  return [code as number, dev.output.match(/^daybook: .*$/gm) ?? []];
}

it("says in one line that the port is taken", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const [code, lines] = await runToEnd(() => undefined, ["--port", String(port), "--host", "127.0.0.1"]);
  expect(code).toBe(1);
  expect(lines).toEqual([`daybook: Port ${port} of 127.0.0.1 is in use already; choose another with --port.`]);
});

const ADVICE = "daybook: If ./data-dev is of another version, delete it: the sample is recorded again.";

it("says in one line that the identity database is of a later version", async () => {
  const [code, lines] = await runToEnd((root) => {
    mkdirSync(join(root, "data-dev"));
    const database = new Database(join(root, "data-dev", "identity.db"));
    database.exec(
      "CREATE TABLE daybook_schema (version integer PRIMARY KEY NOT NULL); INSERT INTO daybook_schema VALUES (999)",
    );
    database.close();
  });
  expect(code).toBe(1);
  expect(lines).toEqual([expect.stringContaining("has schema version 999"), ADVICE]);
});

it("says in one line that the log is of a later format", async () => {
  const [code, lines] = await runToEnd((root) => {
    const directory = join(root, "data-dev", "log");
    mkdirSync(directory, { recursive: true });
    const header = encodeSegmentHeader({
      logId: Buffer.alloc(16, 1),
      firstPosition: 0,
      logicalOffset: 0,
      previousHash: CHAIN_START,
      createdAt: 0,
      recordedAt: 0,
    });
    header.writeUInt32LE(999, 8);
    header.writeUInt32LE(crc32(header.subarray(0, -4)), header.length - 4);
    writeFileSync(join(directory, `${"0".repeat(20)}.seg`), header);
  });
  expect(code).toBe(1);
  expect(lines).toEqual([expect.stringContaining("in format 999"), ADVICE]);
});
