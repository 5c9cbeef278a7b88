import { spawn } from "node:child_process";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import type { Bench, Measure } from "../bench.ts";
import { atMost, type Goal, timesPeer } from "../goals.ts";
import type { Postgres } from "../postgres.ts";
import { peakMiB } from "../process.ts";
import { processorMs, residentMiB } from "../process-tree.ts";
import { EVERYTHING, pathOf, type Range, rangeOf, whereOf, whereValues } from "../questions.ts";
import type { Figure } from "../results.ts";
import { median, timed } from "../statistics.ts";

const TIMES = 3;
/** Beyond this many events the last thirty days are exported, which are 600,000 rows of ten million. */
const WHOLE_EVENTS_MAX = 1_000_000;
const NEWLINE = 10;

interface Exported {
  readonly ms: number;
  readonly firstByteMs: number;
  readonly lines: number;
  readonly aboveIdleMiB: number;
  readonly processorMs: number;
}

/** All of the largest organization as CSV and as NDJSON. What arrives is thrown away by both peers. */
export const exports: Measure = async (bench) => {
  const { dataset, postgres } = bench;
  const whole = dataset.events <= WHOLE_EVENTS_MAX;
  const range = rangeOf(dataset, whole ? undefined : 30);
  const rows = await countRows(bench, range);
  const csv = await exported(bench, "csv", range, rows + 1);
  const peer = postgres && (await copied(postgres, range));
  const ndjson = await exported(bench, "ndjson", range, rows);
  const csvSeconds = median(csv.map(({ ms }) => ms)) / 1000;
  const what = `export of ${rows.toLocaleString("en")} rows`;
  return [
    ...figuresOf(`CSV ${what}`, csv, rows, timesPeer(whole ? 1 : 3), peer),
    ...figuresOf(`NDJSON ${what}`, ndjson, rows, atMost(csvSeconds, "≤ CSV"), undefined),
  ];
};

function figuresOf(
  what: string,
  runs: readonly Exported[],
  rows: number,
  goal: Goal,
  peer: { ms: number; processorMs: number } | undefined,
): Figure[] {
  const middle = (of: (run: Exported) => number) => median(runs.map(of));
  const perRow = (ms: number) => (ms / rows) * 1000;
  return [
    {
      what: `${what}, median of ${TIMES}`,
      unit: "s",
      daybook: middle(({ ms }) => ms) / 1000,
      postgres: peer && peer.ms / 1000,
      goal,
      processor: {
        unit: "µs",
        an: "a row",
        daybook: perRow(middle(({ processorMs: spent }) => spent)),
        postgres: peer && perRow(peer.processorMs),
      },
      ...(peer && { note: "PostgreSQL: psql \\copy" }),
    },
    {
      what: "the same, first byte, slowest",
      unit: "ms",
      daybook: Math.max(...runs.map(({ firstByteMs }) => firstByteMs)),
      goal: atMost(200),
    },
    {
      what: "the same, memory above idle, highest",
      unit: "MiB",
      daybook: Math.max(...runs.map(({ aboveIdleMiB }) => aboveIdleMiB)),
      goal: atMost(64),
    },
  ];
}

/** @throws Error when the peers disagree about how many there are. */
async function countRows({ daybook, postgres }: Bench, range: Range): Promise<number> {
  const path = pathOf("/v1/events/facets", EVERYTHING, range, { field: "outcome" });
  const { values } = await daybook.read<{ values: { count: number }[] }>(path);
  const rows = values.reduce((sum, { count }) => sum + count, 0);
  const client = await postgres?.connect();
  const text = `select count(*) from events ${whereOf(EVERYTHING)}`;
  const result = await client?.query<{ count: string }>(text, whereValues(EVERYTHING, range));
  await client?.end();
  if (result && Number(result.rows[0]?.count) !== rows) {
    throw new Error(`the peers disagree: ${rows} and ${result.rows[0]?.count} events to export`);
  }
  return rows;
}

async function exported(bench: Bench, format: "csv" | "ndjson", range: Range, expected: number): Promise<Exported[]> {
  const runs: Exported[] = [];
  for (let time = 0; time < TIMES; time++) {
    const run = await exportOnce(bench, pathOf("/v1/events/export", EVERYTHING, range, { format }));
    if (run.lines < expected) throw new Error(`the ${format} export has ${run.lines} lines, not ${expected}`);
    runs.push(run);
  }
  return runs;
}

async function exportOnce({ daybook }: Bench, path: string): Promise<Exported> {
  const { pid } = daybook;
  const idleMiB = residentMiB(pid);
  const before = processorMs(pid);
  let firstByteMs = 0;
  let lines = 0;
  let ms = 0;
  const highestMiB = await peakMiB(pid, async () => {
    const start = performance.now();
    const headers = { authorization: `Bearer ${daybook.key}` };
    const [response] = (await once(get(daybook.url + path, { headers }), "response")) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}`);
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (firstByteMs === 0) firstByteMs = performance.now() - start;
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
    }
    ms = performance.now() - start;
  });
  const aboveIdleMiB = Math.max(0, highestMiB - idleMiB);
  return { ms, firstByteMs, lines, aboveIdleMiB, processorMs: processorMs(pid) - before };
}

async function copied(postgres: Postgres, range: Range): Promise<{ ms: number; processorMs: number }> {
  const before = processorMs(postgres.pid);
  const samplesMs: number[] = [];
  for (let time = 0; time < TIMES; time++) samplesMs.push(await timed(() => copy(postgres, range)));
  return { ms: median(samplesMs), processorMs: (processorMs(postgres.pid) - before) / TIMES };
}

async function copy({ bin, url }: Postgres, range: Range): Promise<void> {
  const [tenant, start, end] = whereValues(EVERYTHING, range);
  const select = `select * from events where tenant_id = '${tenant}' and ts >= '${start}' and ts < '${end}'`;
  const command = `\\copy (${select} order by ts desc, seq desc) to '/dev/null' csv header`;
  const psql = spawn(join(bin, "psql"), [url, "-q", "-c", command], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(psql, "exit")) as [number | null];
  if (code !== 0) throw new Error(`psql ended with ${code}`);
}
