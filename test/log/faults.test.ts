import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import type { LogEntry } from "../../src/log/contract.ts";
import { LogIoError } from "../../src/log/errors.ts";
import { type OpenLog, openLog } from "../../src/log/log.ts";
import { campaign } from "./campaign.ts";
import { Oracle, readAll } from "./oracle.ts";
import { Random } from "./random.ts";
import { type Call, type Fate, GO, type Operation, SimulatedDisk } from "./simulated-disk.ts";

const FATES: Fate[] = [
  { kind: "fail", code: "EIO", when: "before" },
  { kind: "fail", code: "EIO", when: "after" },
  { kind: "fail", code: "ENOSPC", when: "before" },
  { kind: "fail", code: "ENOSPC", when: "after" },
  { kind: "short" },
  { kind: "kill", when: "before" },
  { kind: "kill", when: "after" },
];
/** Power losses tried after each fault. */
const LOSSES = campaign("DAYBOOK_TEST_LOSSES", 1, 5);
/** Calls after whose failure nothing is known: the start is refused, or the process must end. */
const FATAL: Record<string, Operation[]> = {
  EIO: ["fsync", "fdatasync", "fsync-directory", "write", "ftruncate", "rename", "unlink", "mkdir"],
  ENOSPC: ["fsync", "fdatasync", "fsync-directory", "ftruncate"],
};

/** A disk to start from, and what the oracle knows of it. */
interface Origin {
  disk: SimulatedDisk;
  oracle: Oracle;
}

const ORIGINS = {
  "an empty disk": async (): Promise<Origin> => ({ disk: new SimulatedDisk(), oracle: new Oracle() }),
  "a log of several segments": async (): Promise<Origin> => {
    const origin = { disk: new SimulatedDisk(), oracle: new Oracle() };
    await live(origin, () => undefined);
    return origin;
  },
  "a log with a torn tail": async (): Promise<Origin> => {
    const origin = { disk: new SimulatedDisk(), oracle: new Oracle() };
    await live(origin, () => undefined);
    const newest =
      origin.disk
        .paths()
        .filter((path) => path.endsWith(".seg"))
        .sort()
        .at(-1) ?? "";
    const torn = Buffer.concat([
      origin.disk.content(newest) ?? Buffer.of(),
      Buffer.from("DbRe, and then the power went"),
    ]);
    origin.disk.overwrite(newest, torn);
    return origin;
  },
};

describe.each(Object.keys(ORIGINS) as (keyof typeof ORIGINS)[])("on %s", (name) => {
  const calls: Call[] = [];
  let origin: Origin;

  beforeAll(async () => {
    origin = await ORIGINS[name]();
    const { disk, oracle } = { disk: origin.disk.clone(), oracle: origin.oracle.clone() };
    disk.decide = (call) => {
      calls.push(call);
      return GO;
    };
    await live({ disk, oracle }, () => undefined, true);
    // The life compresses segments, too: writes a file, gives it its name, and removes the raw one.
    const did = calls.map(({ operation, path }) => `${operation} ${path.slice(path.lastIndexOf("."))}`);
    expect(did).toEqual(expect.arrayContaining(["rename .segz", "unlink .seg"]));
  });

  test.each(FATES)(
    "no call that meets $kind $code $when loses an entry or gives a wrong answer",
    { timeout: 60_000 * (1 + LOSSES) },
    async (fate) => {
      expect(calls.length).toBeGreaterThan(40);
      for (const [index, call] of calls.entries()) {
        if (fate.kind === "short" && call.operation !== "read" && call.operation !== "write") continue;
        try {
          await meet({ disk: origin.disk.clone(), oracle: origin.oracle.clone() }, index, fate);
        } catch (error) {
          throw new Error(`at call ${index}, ${call.operation} ${call.path}`, { cause: error });
        }
      }
    },
  );
});

/** Lives the life of a log, its call number `index` meeting its fate; then opens what is left, as it is and after a power loss. */
async function meet({ disk, oracle }: Origin, index: number, fate: Fate): Promise<void> {
  let left = index;
  // How many calls the background scan has made by some moment varies: this life's call may be another, or its last one earlier.
  let met: Call | undefined;
  disk.decide = (current) => {
    if (left-- !== 0) return GO;
    met = current;
    return fate;
  };
  const failures: unknown[] = [];
  await live({ disk, oracle }, (error) => failures.push(error));
  disk.kill();
  disk.decide = () => GO;

  for (const failure of failures) {
    expect(failure).toBeInstanceOf(LogIoError);
    expect(String(failure)).toMatch(/(EIO|ENOSPC)/);
    expect(String(failure)).toContain(met?.path);
  }
  if (fate.kind === "fail" && met && FATAL[fate.code]?.includes(met.operation)) expect(failures).toHaveLength(1);
  if (fate.kind === "short") expect(failures).toEqual([]);

  for (let loss = 0; loss < LOSSES; loss++) {
    const lost = disk.clone();
    lost.losePower(new Random(index * 1000 + loss));
    await startAgain(lost, oracle);
  }
  await startAgain(disk, oracle);
}

/** What was started again and passed. Most faults leave what another one has left: the same bytes and promises are tried once. */
const passed = new Set<string>();

async function startAgain(disk: SimulatedDisk, oracle: Oracle): Promise<void> {
  const state = `${disk.fingerprint()} ${oracle.fingerprint()}`;
  if (passed.has(state)) return;
  const log = await open(disk, (error) => {
    throw error;
  });
  await oracle.check(log);
  const [appended] = await Promise.all(
    log.append([{ organization: "after", encode: () => ({ header: Buffer.from("{}"), body: Buffer.of() }) }]),
  );
  expect(appended?.position).toBe(log.end - 1);
  await log.close();
  passed.add(state);
}

/**
 * Starts a log, appends, rolls, reads, stops, and starts it again. Ends early when the process dies, when its start is refused
 * or when it says that it must end; `onFailure` hears of the last two.
 *
 * @param patient whether it waits for the compression of what is full, for which a busy machine can find no time before the end.
 */
async function live({ disk, oracle }: Origin, onFailure: (error: unknown) => void, patient = false): Promise<void> {
  await new Promise<void>((end) => {
    disk.onKill = end;
    let dead = false;
    const fail = (error: unknown) => {
      // What fails while the log closes is heard of twice. By the second time, another process can be using the disk.
      if (dead) return;
      dead = true;
      onFailure(error);
      disk.kill();
      end();
    };
    const whole = async () => {
      for (const appends of [4, 1]) {
        const log = await open(disk, fail);
        oracle.see(await oracle.check(log));
        for (let turn = 0; turn < appends; turn++) {
          await appendSome(log, oracle, turn);
          while (log.readOnly === "the disk is full") await new Promise(setImmediate);
        }
        await readSome(log, oracle);
        while (patient && hasSealed(disk)) await pause(1);
        await log.close();
      }
    };
    whole().then(end, fail);
  });
}

/** Whether there is a segment that is full and not yet compressed. */
function hasSealed(disk: SimulatedDisk): boolean {
  return disk.paths().filter((path) => path.endsWith(".seg")).length > 1;
}

async function appendSome(log: OpenLog, oracle: Oracle, turn: number): Promise<void> {
  const attempts = [0, 1, 2].map((index) => oracle.attempt(`org${index}`, Buffer.alloc(100 * turn + index, index)));
  const promises = log.append(attempts.map(({ append }, index) => ({ ...append, reserved: index === 2 })));
  await Promise.all(promises.map((promise, index) => attempts[index]?.watch(promise)));
}

async function readSome(log: OpenLog, oracle: Oracle): Promise<void> {
  oracle.see(await oracle.check(log));
  const entries = await readAll(log);
  for (const position of [0, log.end >> 1, log.end - 1]) {
    // Between the two reads the segment can have been compressed: then the leaf hash is no longer stored, but the same.
    if (log.end === 0) return;
    const [read, followed] = [contentOf(await log.entry(position)), contentOf(entries[position] as LogEntry)];
    // A tenth of the time of this file if `expect` compared their bytes.
    if (!isDeepStrictEqual(read, followed)) expect(read).toEqual(followed);
  }
}

function contentOf({ position, organization, sequence, leafHash, header, body }: LogEntry) {
  return {
    position,
    organization,
    sequence,
    leafHash: Buffer.from(leafHash),
    header: Buffer.from(header),
    body: body && Buffer.from(body),
  };
}

function open(disk: SimulatedDisk, onFatal: (error: Error) => void): Promise<OpenLog> {
  return openLog({
    directory: "/data/log",
    disk: disk.attach(),
    now: () => 1_700_000_000_000,
    segmentBytes: 1500,
    ballastBytes: 1024,
    probeIntervalMs: 1,
    onFatal,
  });
}
