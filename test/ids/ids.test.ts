import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeEntry } from "../../src/event/codec.ts";
import { readEvent } from "../../src/event/validate.ts";
import { Ids } from "../../src/ids/ids.ts";
import { PAGE_BYTES, PAGE_RECORDS } from "../../src/ids/run-format.ts";
import { type OpenLog, openLog } from "../../src/log/log.ts";
import { temporaryDirectory } from "../support/server.ts";

const SOURCE = { type: "api_key", id: "k" } as const;
const TAIL = { tailMax: 300 };
const EVENT = readEvent(
  '{"action":"a","actor":{"type":"user"},"resource":{"type":"t"}}',
  { action: "a", actor: { type: "user" }, resource: { type: "t" } },
  Date.now(),
);

let directory: string;
let log: OpenLog;
/** By organization and id, its first position. */
let known: Map<string, number>;

beforeEach(async () => {
  directory = temporaryDirectory();
  log = await openLog({ directory: join(directory, "log") });
  known = new Map();
});

afterEach(async () => {
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

const idsDirectory = () => join(directory, "ids");
const open = () => Ids.open(idsDirectory(), log, TAIL);
const files = () => readdirSync(idsDirectory()).sort();

async function append(ids: readonly (readonly [organization: string, id: string])[]): Promise<void> {
  const appended = await Promise.all(
    log.append(
      ids.map(([organization, id]) => ({
        organization,
        encode: (sequence, recordedAt) =>
          encodeEntry(EVENT, { id, organization, source: SOURCE, sequence, recordedAt }),
      })),
    ),
  );
  for (const [at, { position }] of appended.entries()) {
    const name = (ids[at] as readonly string[]).join("/");
    if (!known.has(name)) known.set(name, position);
  }
}

/** Ids of three organizations, which share some. */
const some = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at): [string, string] => [
    `org-${(from + at) % 3}`,
    `id-${Math.floor((from + at) / 2)}`,
  ]);

/** Follows the log until all was read. */
async function following<T>(ids: Ids, work: () => T | Promise<T>): Promise<T> {
  const stop = new AbortController();
  const done = ids.follow(log, stop.signal);
  try {
    await ids.reached(log.end);
    return await work();
  } finally {
    stop.abort();
    await done;
  }
}

function expectExact(ids: Ids): void {
  for (const [name, position] of known) {
    const [organization = "", id = ""] = name.split("/");
    expect([name, ids.candidates(organization, id)[0]]).toEqual([name, position]);
  }
  for (const id of ["absent", "id-1 ", "id"]) expect(ids.candidates("org-0", id)).toEqual([]);
  expect(ids.candidates("org-9", "id-1")).toEqual([]);
}

describe("the index of ids", () => {
  it("finds the first entry of every id and nothing else, from memory, runs and merged runs", async () => {
    const ids = open();
    for (let turn = 0; turn < 12; turn++) {
      await append(some(turn * 250, turn * 250 + 250));
      await following(ids, () => expectExact(ids));
    }
    // The same ids again are no other entry's.
    await append(some(0, 500));
    await following(ids, () => expectExact(ids));
    await ids.close();
    const again = open();
    expect(again.position).toBe(log.end);
    expectExact(again);
    await again.close();
    expect(files().length).toBeLessThan(6);
  });

  it("takes at most 20 bytes an id", async () => {
    const ids = Ids.open(idsDirectory(), log);
    await append(some(0, 20_000));
    await following(ids, () => undefined);
    await ids.close();
    const bytes = files().reduce((sum, name) => sum + statSync(join(idsDirectory(), name)).size, 0);
    expect(bytes / 20_000).toBeLessThan(20);
  });

  it("reads again what it had only in memory, after a crash", async () => {
    const ids = open();
    await append(some(0, 1000));
    await following(ids, () => undefined);
    // Not closed.
    const again = open();
    expect(again.position).toBeLessThan(log.end);
    await following(again, () => expectExact(again));
    await again.close();
  });

  it("counts the longest run at each place, and removes what a crash has left beside it", async () => {
    const ids = open();
    await append(some(0, 700));
    await following(ids, () => undefined);
    await ids.close();
    const before = join(directory, "before");
    cpSync(idsDirectory(), before, { recursive: true });
    const more = open();
    await append(some(700, 1500));
    await following(more, () => undefined);
    await more.close();
    cpSync(before, idsDirectory(), { recursive: true });
    writeFileSync(join(idsDirectory(), "0000000000000000-0000000000009999.ids.tmp"), "half");
    writeFileSync(join(idsDirectory(), "ids.db"), "of another version");
    const again = open();
    expect(files().some((name) => !/^\d+-\d+\.ids$/.test(name))).toBe(false);
    await following(again, () => expectExact(again));
    await again.close();
  });

  it("begins again for another log, and for one that holds less than it has read", async () => {
    await append(some(0, 400));
    await log.close();
    cpSync(join(directory, "log"), join(directory, "backup"), { recursive: true });
    log = await openLog({ directory: join(directory, "log") });
    const atBackup = new Map(known);
    const ids = open();
    await append(some(400, 900));
    await following(ids, () => undefined);
    await ids.close();
    await log.close();

    log = await openLog({ directory: join(directory, "backup") });
    known = atBackup;
    const restored = open();
    expect(restored.position).toBe(0);
    await following(restored, () => expectExact(restored));
    await restored.close();
    await log.close();

    log = await openLog({ directory: join(directory, "other") });
    known = new Map();
    await append(some(5000, 5400));
    const other = open();
    expect(other.position).toBe(0);
    await following(other, () => expectExact(other));
    await other.close();
  });

  it("tells a new id of the newest kind without looking", async () => {
    const uuid = (time: string) => `${time}-7abc-8def-0123456789ab`;
    const ids = open();
    await append([
      ["acme", uuid("01a049ca-4936")],
      ["acme", "zzz"],
    ]);
    await following(ids, () => undefined);
    await ids.close();
    const again = open();
    expect([uuid("01a049ca-4936"), uuid("01a049ca-4935"), "zzzz"].map((id) => again.isNewerThanAll(id))).toEqual([
      false,
      false,
      false,
    ]);
    expect(again.isNewerThanAll(uuid("01a049ca-4937"))).toBe(true);
    await again.close();
  });
});

describe("damage to the index of ids", () => {
  /** Runs on disk of ids that nobody has in memory. */
  async function closedRuns(): Promise<void> {
    const ids = open();
    await append(some(0, 2 * 300));
    await following(ids, () => undefined);
    await ids.close();
  }

  /** Whatever is asked for is found, or is said to be undecided; and once it was read again, it is found. */
  async function expectNoWrongAnswer(): Promise<void> {
    const ids = open();
    try {
      if (ids.position < log.end) return await following(ids, () => expectExact(ids));
      for (const [name, position] of known) {
        const [organization = "", id = ""] = name.split("/");
        const [found] = ids.candidates(organization, id);
        if (found === undefined) expect(ids.complete).toBe(false);
        else expect(found).toBe(position);
      }
      await following(ids, async () => {
        await expect.poll(() => ids.complete).toBe(true);
        expectExact(ids);
      });
    } finally {
      await ids.close();
    }
  }

  it("never gives a wrong answer, whichever bit is flipped", async () => {
    await closedRuns();
    const before = join(directory, "before");
    cpSync(idsDirectory(), before, { recursive: true });
    const names = files();
    const bits = fc.record({ name: fc.constantFrom(...names), at: fc.nat(), bit: fc.nat(7) });
    let damaged = 0;
    await fc.assert(
      fc.asyncProperty(bits, async ({ name, at, bit }) => {
        rmSync(idsDirectory(), { recursive: true });
        cpSync(before, idsDirectory(), { recursive: true });
        const path = join(idsDirectory(), name);
        const bytes = readFileSync(path);
        bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ (1 << bit);
        writeFileSync(path, bytes);
        await expectNoWrongAnswer();
        damaged++;
      }),
      { numRuns: 60 },
    );
    expect(damaged).toBeGreaterThan(50);
  });

  it("recognises a page of another place, another run, or an earlier time, and a run that is cut off or under another name", async () => {
    await closedRuns();
    const before = join(directory, "before");
    cpSync(idsDirectory(), before, { recursive: true });
    const [first = "", second = ""] = files();
    const page = (bytes: Buffer, number: number) =>
      bytes.subarray(PAGE_BYTES * (1 + number), PAGE_BYTES * (2 + number));
    expect(300).toBeGreaterThan(PAGE_RECORDS);
    const damages: ((path: (name: string) => string) => void)[] = [
      (path) => {
        const bytes = readFileSync(path(first));
        const copy = Buffer.from(page(bytes, 0));
        page(bytes, 1).copy(bytes, PAGE_BYTES);
        copy.copy(bytes, 2 * PAGE_BYTES);
        writeFileSync(path(first), bytes);
      },
      (path) => {
        const bytes = readFileSync(path(first));
        page(readFileSync(path(second)), 0).copy(bytes, PAGE_BYTES);
        writeFileSync(path(first), bytes);
      },
      (path) => writeFileSync(path(first), readFileSync(path(first)).subarray(0, 2 * PAGE_BYTES)),
      (path) => writeFileSync(path(second), readFileSync(path(first))),
      (path) => writeFileSync(path(first), ""),
      (path) => rmSync(path(first)),
    ];
    for (const damage of damages) {
      rmSync(idsDirectory(), { recursive: true });
      cpSync(before, idsDirectory(), { recursive: true });
      damage((name) => join(idsDirectory(), name));
      await expectNoWrongAnswer();
    }
  });
});
