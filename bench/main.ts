import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bench, Measure } from "./bench.ts";
import { BATCH_EVENTS, writeDataset } from "./dataset.ts";
import { Daybook } from "./daybook.ts";
import { coldPages } from "./measures/cold-pages.ts";
import { compression } from "./measures/compression.ts";
import { counts } from "./measures/counts.ts";
import { disk } from "./measures/disk.ts";
import { exports } from "./measures/export.ts";
import { fill } from "./measures/fill.ts";
import { ingest } from "./measures/ingest.ts";
import { nodes } from "./measures/nodes.ts";
import { hardPages, pages } from "./measures/pages.ts";
import { sealing } from "./measures/sealing.ts";
import { shuffledImport } from "./measures/shuffled-import.ts";
import { singleEvents } from "./measures/single-events.ts";
import { size } from "./measures/size.ts";
import { start } from "./measures/start.ts";
import { streams } from "./measures/streams.ts";
import { visibility } from "./measures/visibility.ts";
import { type BenchOptions, readOptions } from "./options.ts";
import { Postgres } from "./postgres.ts";
import { type Figure, renderFigure, renderResults, renderVerdicts, type Setting } from "./results.ts";
import { SCALE_MEASURES } from "./scale.ts";

interface Run {
  readonly setting: Setting;
  readonly figures: readonly Figure[];
}

/** In this order: what comes later needs the data that came before. */
const MEASURES: readonly (readonly [string, Measure])[] = [
  ["the disk by itself", disk],
  ["fill without HTTP", fill],
  ["ingest in batches", ingest],
  ["ingest of single events", singleEvents],
  ["visibility in search", visibility],
  ["pages and search", pages],
  ["pages that no index helps", hardPages],
  ["pages from cold files", coldPages],
  ["counts, facets, histogram", counts],
  ["exports", exports],
  ["the compressed log", compression],
  ["bytes on disk", size],
  ["sealing", sealing],
  ["start and rebuild", start],
  ["pages after a shuffled import", shuffledImport],
  ["streams", streams],
  ["nodes", nodes],
];

async function main(): Promise<void> {
  const results = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const options = readOptions(process.argv.slice(2), results, process.env);
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "daybook-bench-"));
  try {
    say("building");
    Daybook.build();
    const { setting, figures } = options.scale ? await scale(options, directory) : await usual(options, directory);
    say(renderVerdicts(figures));
    if (options.results === undefined) return;
    writeFileSync(options.results, renderResults(setting, figures));
    say(`written to ${options.results}`);
  } finally {
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
  }
}

async function usual(options: BenchOptions, directory: string): Promise<Run> {
  // PostgreSQL runs as another account where this one is root, and has its directory in here.
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o711);
  let bench: Bench | undefined;
  try {
    say(`generating ${options.events.toLocaleString("en")} events`);
    const dataset = writeDataset(join(directory, "events"), options);
    const scratch = join(directory, "scratch");
    mkdirSync(scratch);
    const daybook = await Daybook.start(join(directory, "daybook"));
    bench = { options, dataset, daybook, postgres: undefined, scratch };
    await daybook.prepare();
    const postgres = await Postgres.start(join(directory, "postgres"));
    if (postgres === undefined) say("PostgreSQL is not installed: no peer in this run");
    const measured: Bench = { ...bench, postgres };
    bench = measured;
    const figures = await measureAll(chosen(MEASURES, options), (measure) => measure(measured));
    const filled = dataset.filled * BATCH_EVENTS;
    const how =
      filled === 0
        ? "all sent over HTTP"
        : `of the batches ${filled.toLocaleString("en")} events were put in without HTTP (Daybook: by the log's own code; PostgreSQL: COPY, then indexes), the others sent`;
    const data = `${options.events.toLocaleString("en")} events in batches and ${options.singles.toLocaleString("en")} singly, ${Math.round(dataset.bytesPerEvent)} bytes of JSON each, ${how}; 100 organizations, 20,000 users, 90 days, seed ${options.seed}; each query ${options.rounds} times`;
    const beside = "[SCALE.md](SCALE.md) has figures for many organizations and entries.";
    const setting = { ...settingOf(postgres), data, floor: "the engine or the disk by itself", beside };
    return { setting, figures };
  } finally {
    await bench?.daybook.stop();
    await bench?.postgres?.stop();
  }
}

async function scale(options: BenchOptions, scratch: string): Promise<Run> {
  const figures = await measureAll(chosen(SCALE_MEASURES, options), (measure) => measure({ ...options, scratch }));
  const data = `small events (one sentence, one address) written by the log's own code or over HTTP, as each line says; seed ${options.seed}`;
  const floor = "one organization with as many events";
  const beside = "The other figures are in [RESULTS.md](RESULTS.md).";
  return { setting: { ...settingOf(undefined), data, floor, beside }, figures };
}

/** @throws RangeError for a name that no measure has. */
function chosen<M>(
  measures: readonly (readonly [string, M])[],
  { only }: BenchOptions,
): readonly (readonly [string, M])[] {
  const unknown = only.find((name) => !measures.some(([known]) => known === name));
  if (unknown !== undefined) throw new RangeError(`there is no measure "${unknown}"`);
  return only.length === 0 ? measures : measures.filter(([name]) => only.includes(name));
}

async function measureAll<M>(
  measures: readonly (readonly [string, M])[],
  run: (measure: M) => Promise<Figure[]>,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, measure] of measures) {
    say(name);
    for (const figure of await run(measure)) {
      figures.push(figure);
      say(`  ${renderFigure(figure)}`);
    }
  }
  return figures;
}

function settingOf(postgres: Postgres | undefined): Omit<Setting, "data" | "floor" | "beside"> {
  const [cpu] = cpus();
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const chdb = JSON.parse(readFileSync(new URL("../node_modules/chdb/package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}; load average ${loadBefore} before the run, ${loadavg()[0]?.toFixed(1)} after it`,
    versions: `commit ${commit}, Node ${process.version}, chDB ${chdb.version}, ${postgres?.version ?? "no PostgreSQL"}`,
    command: `npm run bench -- ${process.argv.slice(2).join(" ")}`.trim(),
  };
}

/** Whatever else ran on the machine belongs to the figures. */
const loadBefore = loadavg()[0]?.toFixed(1);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
