import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DaybookError } from "../../src/errors.ts";
import { decodeEntry } from "../../src/event/codec.ts";
import { fieldsOf } from "../../src/event/event-fields.ts";
import { readEvent } from "../../src/event/validate.ts";
import { Ids } from "../../src/ids/ids.ts";
import { Runs } from "../../src/ids/runs.ts";
import { Tail } from "../../src/ids/tail.ts";
import { type OpenLog, openLog } from "../../src/log/log.ts";
import type { Outcome } from "../../src/record/outcomes.ts";
import { Recorder, type Recording } from "../../src/record/recorder.ts";
import { temporaryDirectory } from "../support/server.ts";

let directory: string;
let log: OpenLog;
let ids: Ids;
let stop: AbortController;
let following: Promise<void>;

beforeEach(async () => {
  directory = temporaryDirectory();
  await open();
  follow();
});

afterEach(async () => {
  await close();
  rmSync(directory, { recursive: true, force: true });
});

async function open(): Promise<void> {
  log = await openLog({ directory: join(directory, "log") });
  ids = Ids.open(join(directory, "ids"), log);
  stop = new AbortController();
  following = Promise.resolve();
}

function follow(): void {
  following = ids.follow(log, stop.signal);
}

async function close(): Promise<void> {
  stop.abort();
  await following;
  await ids.close();
  await log.close();
}

async function caughtUp(): Promise<void> {
  while (ids.position < log.end) await new Promise(setImmediate);
}

function recording(fields: Record<string, unknown>, organization = "acme"): Recording {
  const text = JSON.stringify({ action: "a", actor: { type: "user" }, resource: { type: "t" }, ...fields });
  return {
    organization,
    source: { type: "api_key", id: "k" },
    event: fieldsOf(readEvent(text, JSON.parse(text), Date.now())),
  };
}

const codesOf = async (outcomes: Promise<readonly Outcome[]>) =>
  (await outcomes).map((outcome) => (outcome instanceof DaybookError ? outcome.code : "recorded"));

describe("the recorder", () => {
  it("gives every retry of an id the first receipt, within a request, before and after the follower has read it", async () => {
    const recorder = new Recorder(log, ids);
    const [first, second] = await recorder.recordAll([recording({ id: "x" }), recording({ id: "x" })]);
    await caughtUp();
    const [third] = await recorder.recordAll([recording({ id: "x" })]);
    await close();
    await open();
    follow();
    await caughtUp();
    const [fourth] = await new Recorder(log, ids).recordAll([recording({ id: "x" })]);
    expect(first?.duplicate).toBe(false);
    for (const retry of [second, third, fourth]) expect(retry).toEqual({ ...first, duplicate: true });
    expect(log.end).toBe(1);
  });

  it("records what the wall clock shows where the log's time is ahead of it", async () => {
    let offset = 0;
    const recorder = new Recorder(log, ids, () => Date.now() + offset);
    const timesOf = async (id: string) => {
      await recorder.recordAll([recording({ id })]);
      const entry = await recorder.find("acme", id);
      if (entry === undefined) throw new Error("not found");
      return decodeEntry(entry.header, entry.body);
    };
    const usual = await timesOf("x");
    expect(usual).not.toHaveProperty("clock_at");
    expect(usual.timestamp).toBe(usual.recorded_at);
    offset = -3_600_000;
    const late = await timesOf("y");
    expect(late.timestamp).toBe(late.clock_at);
    expect(Date.parse(late.recorded_at) - Date.parse(late.timestamp)).toBeGreaterThan(3_500_000);
  });

  it("refuses an id with other content, and keeps the first", async () => {
    const recorder = new Recorder(log, ids);
    const outcomes = recorder.record([recording({ id: "x" }), recording({ id: "x", description: "other" })]);
    expect(await codesOf(outcomes)).toEqual(["recorded", "id_conflict"]);
    await caughtUp();
    expect(await codesOf(recorder.record([recording({ id: "x", action: "b" })]))).toEqual(["id_conflict"]);
    expect(log.end).toBe(1);
  });

  it("keeps the ids of one organization apart from another's", async () => {
    const recorder = new Recorder(log, ids);
    const receipts = await recorder.recordAll([
      recording({ id: "x" }, "a"),
      recording({ id: "x", description: "other" }, "b"),
    ]);
    expect(receipts.map(({ duplicate, sequence }) => [duplicate, sequence])).toEqual([
      [false, 0],
      [false, 0],
    ]);
    await caughtUp();
    expect((await recorder.find("b", "x"))?.organization).toBe("b");
    expect(await recorder.find("c", "x")).toBeUndefined();
  });

  it("answers that it cannot decide, rather than guess, while the ids of earlier runs are unread", async () => {
    await new Recorder(log, ids).recordAll([recording({ id: "x" })]);
    await close();
    rmSync(join(directory, "ids"), { recursive: true });
    await open();
    const recorder = new Recorder(log, ids);
    expect(await codesOf(recorder.record([recording({ id: "x" })]))).toEqual(["id_undecided"]);
    await expect(recorder.find("acme", "x")).rejects.toMatchObject({ code: "id_undecided" });
    expect(await codesOf(recorder.record([recording({})]))).toEqual(["recorded"]);
    follow();
    await caughtUp();
    expect((await recorder.recordAll([recording({ id: "x" })]))[0]?.duplicate).toBe(true);
  });

  it("leaves the id of an event that was not recorded free for a retry, also one that waits behind it", async () => {
    const recorder = new Recorder(log, ids);
    const outcomes = recorder.record([
      recording({ id: "x", description: "d".repeat(300_000) }),
      recording({ id: "x" }),
    ]);
    expect(await codesOf(outcomes)).toEqual(["event_too_large", "recorded"]);
    expect(await codesOf(recorder.record([recording({ id: "x" })]))).toEqual(["recorded"]);
    expect(log.end).toBe(1);
  });

  it("finds an event the moment it was acknowledged", async () => {
    stop.abort();
    await following;
    const recorder = new Recorder(log, ids);
    const [receipt] = await recorder.recordAll([recording({ id: "x" })]);
    expect((await recorder.find("acme", "x"))?.sequence).toBe(receipt?.sequence);
  });

  it("tells ids apart that the index cannot, by their entries", async () => {
    await new Recorder(log, ids).recordAll([recording({ id: "y" })]);
    await close();
    // The index says that "x" may be where "y" is.
    rmSync(join(directory, "ids"), { recursive: true });
    log = await openLog({ directory: join(directory, "log") });
    const runs = Runs.open(join(directory, "ids"), log);
    const records = new Tail();
    records.add("acme/x", 0);
    await runs.add(await records.sorted(), 0, log.end, "");
    runs.close();
    await log.close();
    await open();
    follow();
    const recorder = new Recorder(log, ids);
    expect(await recorder.find("acme", "x")).toBeUndefined();
    const [first] = await recorder.recordAll([recording({ id: "x" })]);
    const [second] = await recorder.recordAll([recording({ id: "x" })]);
    await caughtUp();
    const [third] = await recorder.recordAll([recording({ id: "x" })]);
    expect([first, second, third].map((receipt) => [receipt?.sequence, receipt?.duplicate])).toEqual([
      [1, false],
      [1, true],
      [1, true],
    ]);
  });
});
