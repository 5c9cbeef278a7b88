import { describe, expect, test } from "vitest";
import { CSV_COLUMNS } from "../../src/read/csv-columns.ts";
import { parseCsv } from "../support/csv.ts";
import { fillLog } from "./generate.ts";
import { type Backend, exported, following, NOW, request } from "./harness.ts";
import { append } from "./logs.ts";
import { MemoryLog } from "./memory-log.ts";

/** What an export must be wherever search is kept. */
export function describeExport(backend: () => Backend): void {
  describe("export", () => {
    test("guards spreadsheets from formulas unless raw is asked for", async () => {
      const log = new MemoryLog();
      for (const sign of ["=", "+", "-", "@", "\t", "\r"])
        append(log, "acme", { description: `${sign}cmd|' /C calc'!A0` });
      append(log, "acme", { description: "plain = text" });
      const followed = await following(backend(), log);
      await followed.caughtUp();
      const { query } = request("acme", "start=2020-01-01", { log });
      const at = CSV_COLUMNS.indexOf("description");
      const descriptions = async (raw: boolean) =>
        parseCsv(await exported(followed, query, { format: "csv", raw }))
          .slice(1)
          .map((record) => record[at] as string);
      const raw = await descriptions(true);
      expect(raw).toContain("=cmd|' /C calc'!A0");
      expect(await descriptions(false)).toEqual(raw.map((text) => (text === "plain = text" ? text : `'${text}`)));
      expect(
        (await exported(followed, query, { format: "csv", bom: true })).startsWith("\ufefftimestamp,id,action,"),
      ).toBe(true);
      await followed.close();
    });

    test("of entries near the size limit comes whole, in chunks that stay small", async () => {
      const log = new MemoryLog({ chunkEntries: 10 });
      const blob = "x".repeat(200_000);
      for (let i = 0; i < 150; i++) append(log, "acme", { metadata: JSON.stringify({ blob, i }) });
      const followed = await following(backend(), log);
      await followed.caughtUp();
      const { query } = request("acme", "start=2020-01-01", { log });
      let largest = 0;
      let bytes = 0;
      for await (const chunk of followed.reader.export(query, { format: "csv" }, new AbortController().signal)) {
        largest = Math.max(largest, chunk.bytes.length);
        bytes += chunk.bytes.length;
      }
      expect(bytes).toBeGreaterThan(150 * blob.length);
      expect(largest).toBeLessThan(16 * 1024 * 1024);
      await followed.close();
    });

    test("ends when its signal aborts", async () => {
      const log = new MemoryLog();
      fillLog(log, { count: 25_000, seed: 4, now: NOW, days: 20, organizations: ["acme"] });
      const followed = await following(backend(), log);
      await followed.caughtUp();
      for (const format of ["csv", "ndjson"] as const) {
        const stop = new AbortController();
        let chunks = 0;
        const read = (async () => {
          const { query } = request("acme", "", { log });
          for await (const { rows } of followed.reader.export(query, { format }, stop.signal)) {
            // The header comes by itself.
            if (rows === 0) continue;
            chunks++;
            stop.abort(new Error("the reader left"));
          }
        })();
        await expect(read).rejects.toThrow("the reader left");
        expect(chunks).toBe(1);
      }
      await followed.close();
    });
  });
}
