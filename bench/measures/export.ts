import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Measure } from "../bench.ts";
import { LARGEST } from "../dataset.ts";
import type { Postgres } from "../postgres.ts";
import { peakMiB, residentMiB } from "../process.ts";
import { pathOf, type Range, rangeOf } from "../questions.ts";
import { timed } from "../statistics.ts";

const EVERYTHING = { name: "", parameters: {}, condition: "", values: [] };

/** All of the largest organization as CSV. What arrives is thrown away by both. */
export const csvExport: Measure = async ({ daybook, postgres, dataset }) => {
  const range = rangeOf(dataset);
  const path = pathOf("/v1/events/export", EVERYTHING, range, { format: "csv" });
  const idleMiB = residentMiB(daybook.pid);
  let firstByteMs = 0;
  let lines = 0;
  let ms = 0;
  const highestMiB = await peakMiB(daybook.pid, async () => {
    const start = performance.now();
    const response = await daybook.call(path);
    for await (const chunk of response.body ?? []) {
      if (firstByteMs === 0) firstByteMs = performance.now() - start;
      for (const byte of chunk) if (byte === 10) lines++;
    }
    ms = performance.now() - start;
  });
  if (lines - 1 < dataset.largest) throw new Error(`the export has ${lines} lines for ${dataset.largest} events`);
  const peerMs = postgres && (await timed(() => copy(postgres, range)));
  const rows = dataset.largest.toLocaleString("en");
  return [
    {
      what: `CSV export of ${rows} rows`,
      unit: "s",
      daybook: ms / 1000,
      postgres: peerMs && peerMs / 1000,
      goal: "≥ 5 × psql \\copy",
    },
    { what: "the same, first byte", unit: "ms", daybook: firstByteMs, goal: "≤ 500 ms" },
    { what: "the same, memory above idle", unit: "MiB", daybook: Math.max(0, highestMiB - idleMiB), goal: "≤ 64" },
  ];
};

async function copy({ bin, url }: Postgres, { startMs, endMs }: Range): Promise<void> {
  const [start, end] = [startMs, endMs].map((ms) => new Date(ms).toISOString());
  const select = `select * from events where tenant_id = '${LARGEST}' and ts >= '${start}' and ts < '${end}'`;
  const command = `\\copy (${select} order by ts desc, seq desc) to '/dev/null' csv header`;
  const psql = spawn(join(bin, "psql"), [url, "-q", "-c", command], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(psql, "exit")) as [number | null];
  if (code !== 0) throw new Error(`psql ended with ${code}`);
}
