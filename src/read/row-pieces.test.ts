import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FairTurns } from "../admission/fair-turns.ts";
import { encodeEntry } from "../event/codec.ts";
import { entryPacking } from "../event/entry-packing.ts";
import type { LogEntry } from "../log/contract.ts";
import { type OpenLog, openLog } from "../log/log.ts";
import type { Query } from "../query/query.ts";
import type { Place } from "../search/contract.ts";
import { PlaceList } from "../search/place-list.ts";
import { foundJson, readEntries } from "./entries.ts";
import { type Format, type Written, writeRows } from "./export-format.ts";
import { FormatThreads, inThisThread } from "./formatter.ts";
import type { ReaderParts } from "./parts.ts";
import { type RowPiece, rowPieces } from "./row-pieces.ts";

const ENTRIES = 1_500;
const SEGMENT_BYTES = 256 * 1024;
const NDJSON: Format = { format: "ndjson", raw: false, organization: "acme", within: undefined };
const SIGNAL = new AbortController().signal;

let directory: string;
let log: OpenLog;
/** Of each file of the log, as soon as it was compressed. */
let compressed: string[];
let entries: LogEntry[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "daybook-rows-"));
  compressed = [];
  log = await open();
  await append(ENTRIES);
  // All but the last segment, which stays raw.
  await vi.waitFor(() => expect(compressed.length).toBeGreaterThanOrEqual(2), { timeout: 30_000 });
  entries = [];
  for await (const chunk of log.follow(0, SIGNAL)) {
    entries.push(...chunk);
    if (entries.length === log.end) break;
  }
});

afterEach(async () => {
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

function open(): Promise<OpenLog> {
  return openLog({
    directory,
    packing: entryPacking,
    segmentBytes: SEGMENT_BYTES,
    ballastBytes: 4096,
    compression: "here",
    onNotice: (notice) => {
      if (notice.kind === "compressed") compressed.push(notice.file);
    },
  });
}

/** Three organizations; some events are longer than a block. */
async function append(count: number): Promise<void> {
  const appended = Array.from({ length: count }, (_, index) => {
    const organization = ["acme", "acme", "globex", "initech"][index % 4] as string;
    const event = {
      action: "db.update",
      actor: { type: "user" as const, id: `u-${index % 7}`, name: "Ada, née Ülk" },
      resource: { type: "row", id: `=${index}` },
      targets: [{ type: "t", id: "1" }, index % 3 === 0 ? { type: "t", name: 'a "named" one' } : { type: "t" }],
      description: index % 400 === 8 ? "x".repeat(40_000) : `Changed row ${index}\n"twice"`,
    };
    const encode = (sequence: number, recordedAt: number) =>
      encodeEntry(event, { id: `e-${index}`, organization, source: { type: "daybook" }, sequence, recordedAt });
    return { organization, encode };
  });
  for (let at = 0; at < count; at += 100) await Promise.all(log.append(appended.slice(at, at + 100)));
}

/** The tree's leaves, as they were when everything was still whole. */
function treeOf(all: readonly LogEntry[]): ReaderParts["tree"] {
  const leaves = all.filter(({ organization }) => organization === "acme").map(({ leafHash }) => leafHash);
  return {
    size: () => leaves.length,
    tile: (_organization, _level, index, width) => Buffer.concat(leaves.slice(256 * index, 256 * index + width)),
    logPosition: (_organization, sequence) => sequence,
  };
}

interface Outcome {
  readonly lines: string[];
  readonly damage: string[];
}

/** What pages show at places, and what is reported of them. */
async function shown(places: readonly Place[]): Promise<Outcome> {
  const damage: string[] = [];
  const lines: string[] = [];
  for await (const found of readEntries(partsOf(damage), query, places)) {
    lines.push(...found.map((one) => foundJson(one, "acme")));
  }
  return { lines, damage: damage.sort() };
}

/** What an export writes at the same places, and what is reported of them. */
async function exported(places: readonly Place[]): Promise<Outcome> {
  const damage: string[] = [];
  const parts = partsOf(damage);
  let text = "";
  for await (const { rows, placeOf } of rowPieces(parts, query, PlaceList.of(places), SIGNAL)) {
    const { bytes, damaged } = writeRows(NDJSON, rows);
    for (const { at, damage: what } of damaged) parts.onDamage("acme", placeOf(at), what);
    text += Buffer.from(bytes).toString("utf8");
  }
  return { lines: text.trimEnd().split("\n"), damage: damage.sort() };
}

const query = { tenant: "acme", within: undefined } as Query;

function partsOf(damage: string[]): ReaderParts {
  return {
    log,
    turns: new FairTurns(),
    tree: treeOf(entries),
    formatter: inThisThread,
    onDamage: (_organization, { position }, what) => damage.push(`${position} ${what}`),
  } as Partial<ReaderParts> as ReaderParts;
}

function placesOf(organization: string): Place[] {
  return entries
    .filter((entry) => entry.organization === organization)
    .map(({ position, sequence }) => ({ position, sequence, timestamp: position }));
}

/** The same order each time, far from that of the log. */
function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value, index) => ({ value, key: (index * 7919) % list.length }))
    .sort((one, other) => one.key - other.key)
    .map(({ value }) => value);
}

it("writes what pages show, in every order", async () => {
  const places = placesOf("acme");
  for (const order of [places, places.toReversed(), shuffled(places)]) {
    const outcome = await exported(order);
    expect(outcome).toEqual(await shown(order));
    expect(outcome.lines).toHaveLength(places.length);
    expect(outcome.damage).toEqual([]);
  }
});

it("shows in their places what search invents", async () => {
  const places = placesOf("acme");
  const first = places[0] as Place;
  const foreign = (placesOf("globex")[1] as Place).position;
  const invented = (): Place[] => [
    { ...first, position: log.end, sequence: 100_000 },
    { ...first, position: -1, sequence: 100_001 },
    { ...first, position: foreign, sequence: 3 },
    { ...first, position: (places[9] as Place).position, sequence: 100_002 },
    { ...first },
  ];
  const mixed = [...invented(), ...places.slice(0, 400), ...invented(), ...places.slice(400), ...invented()];
  const outcome = await exported(mixed);
  expect(outcome).toEqual(await shown(mixed));
  expect(outcome.lines).toHaveLength(mixed.length);
  const kinds = new Set(outcome.damage.map((line) => line.split(" ")[1]));
  expect([...kinds].sort()).toEqual(["beyond", "organization", "repeated", "sequence"]);
});

it("says which rows a damaged block held, and writes the others", async () => {
  const file = compressed[0] as string;
  const bytes = readFileSync(file);
  const block = bytes.indexOf("DbBk", bytes.indexOf("DbBk") + 4, "latin1");
  bytes[block + 200] = (bytes[block + 200] as number) ^ 1;
  writeFileSync(file, bytes);
  const places = placesOf("acme");
  const outcome = await exported(places);
  expect(outcome).toEqual(await shown(places));
  expect(outcome.damage.length).toBeGreaterThan(0);
  expect(outcome.damage.length).toBeLessThan(places.length);
  expect(outcome.lines.filter((line) => line.startsWith('{"damaged":true'))).toHaveLength(outcome.damage.length);
});

it("shows as damaged what does not have the tree's leaf hash", async () => {
  const places = placesOf("acme").slice(0, 20);
  const altered = entries.find(({ organization, sequence }) => organization === "acme" && sequence === 7) as LogEntry;
  const { position, organization, sequence, header, body, leaf } = altered;
  entries[position] = { position, organization, sequence, header, body, leaf, leafHash: Buffer.alloc(32) };
  const outcome = await exported(places);
  expect(outcome).toEqual(await shown(places));
  expect(outcome.damage).toEqual([`${altered.position} header`]);
});

it("writes the same in a thread of its own, and before that thread has started", async () => {
  const formatter = new FormatThreads();
  const piece = async (): Promise<RowPiece> => {
    for await (const one of rowPieces(partsOf([]), query, PlaceList.of(placesOf("acme").slice(0, 16)), SIGNAL))
      return one;
    throw new Error("there is no piece");
  };
  const csv: Format = { ...NDJSON, format: "csv" };
  const expected = writeRows(csv, (await piece()).rows);
  const write = async (): Promise<Written & { handedOver: boolean }> => {
    const { rows } = await piece();
    const written = await formatter.write(csv, rows);
    return { ...written, handedOver: rows.leaves.length === 0 };
  };
  try {
    expect(await write()).toEqual({ ...expected, handedOver: false });
    await vi.waitFor(async () => expect(await write()).toEqual({ ...expected, handedOver: true }), { timeout: 60_000 });
  } finally {
    await formatter.close();
  }
});
