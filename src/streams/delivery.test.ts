import { expect, it, onTestFinished, vi } from "vitest";
import { anEntry } from "../../test/streams/records.ts";
import { CLOCK } from "../clock.ts";
import type { LogEntry, LogReader } from "../log/index.ts";
import { Collector } from "./collector.ts";
import { type Batch, DeliveryError, type OutgoingRecord } from "./contract.ts";
import { type Cursor, KeptCursor } from "./cursor.ts";
import { Delivery, type DeliveryParts } from "./delivery.ts";
import { retryWaitMs } from "./retry-wait.ts";

const DAY_MS = 86_400_000;
const START: Cursor = {
  log_id: "log",
  position: 0,
  next: 0,
  planned_end: null,
  delivered: 0,
  last_delivered_at: null,
  disabled: null,
};
const ENTRIES = [0, 1, 2].map((sequence) => anEntry(sequence));

/** A log of one organization, read two entries at a time. What is added later is read, too. */
class SmallLog {
  readonly id = "log";
  readonly entries: LogEntry[] = [...ENTRIES];
  private wake: () => void = () => undefined;

  get end(): number {
    return this.entries.length;
  }

  size(): number {
    return this.end;
  }

  add(): void {
    this.entries.push(anEntry(this.end));
    this.wake();
  }

  async *follow(from: number, signal: AbortSignal): AsyncGenerator<LogEntry[]> {
    for (let at = from; !signal.aborted; ) {
      const entries = this.entries.slice(at, at + 2);
      at += entries.length;
      if (entries.length > 0) yield entries;
      else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
          signal.addEventListener("abort", () => resolve());
        });
      }
    }
  }
}

interface Given extends Partial<Pick<DeliveryParts, "clock" | "retryWaitMs" | "checkpoints" | "onFailure">> {
  readonly send: (batch: Batch, signal: AbortSignal) => Promise<void>;
  readonly lagMs?: number;
  /** Of a batch. */
  readonly recordsMax?: number;
  /** Called before the cursor is written. */
  readonly beforeWriting?: () => Promise<void>;
}

/** A stream at work, and what it has written down. */
function deliver({ send, lagMs = 0, recordsMax = 100, beforeWriting, checkpoints, ...times }: Given) {
  const log = new SmallLog();
  const written: Cursor[] = [];
  /** Sequences that were turned into records. */
  const read: number[] = [];
  const reader = log as unknown as LogReader;
  const limits = { records: recordsMax, bytes: 1e6, recordBytes: 1e6, lingerMs: 0 };
  const records = {
    of({ sequence }: LogEntry) {
      read.push(sequence);
      return { id: `e-${sequence}`, text: "{}" } as OutgoingRecord;
    },
  };
  const collector = new Collector({ log: reader, records, organization: "acme", limits, turn: () => undefined });
  const memory = {
    lagMs,
    read: async () => undefined,
    async write(_: string, text: string) {
      await beforeWriting?.();
      written.push(JSON.parse(text));
    },
    forget: async () => undefined,
    place: () => "",
  };
  const delivery = new Delivery(
    {
      streamId: "s",
      organization: "acme",
      log: reader,
      sink: { limits, send, close: () => undefined },
      collector,
      checkpoints,
      kept: new KeptCursor(memory),
      onFailure: () => undefined,
      onGone: () => undefined,
      ...times,
    },
    START,
  );
  onTestFinished(() => delivery.stop());
  delivery.start();
  return { delivery, log, read, written };
}

it("sends the same batch again through three days of outage, and goes on from there", async () => {
  const sent: Batch[] = [];
  let waitedMs = 0;
  const { delivery, log } = deliver({
    async send(batch) {
      sent.push(batch);
      if (waitedMs < 3 * DAY_MS) throw new DeliveryError("unavailable", "away");
    },
    retryWaitMs(attempt, askedMs) {
      waitedMs += retryWaitMs(attempt, askedMs, () => 1);
      return 0;
    },
  });
  await expect.poll(() => delivery.state().health).toBe("failing");
  await expect.poll(() => delivery.state()).toMatchObject({ health: "ok", lag: 0, delivered: 3 });
  expect(sent.length).toBeGreaterThan(860);
  expect(new Set(sent.map(({ id }) => id))).toEqual(new Set(["s-0-2"]));
  log.add();
  await expect.poll(() => delivery.state().delivered).toBe(4);
  expect(sent.at(-1)?.id).toBe("s-3-3");
});

it("is delayed once an event has waited for more than a minute", async () => {
  let now = 0;
  let acknowledge: (() => void) | undefined;
  const { delivery } = deliver({
    clock: { ...CLOCK, now: () => now },
    send: () =>
      new Promise<void>((resolve) => {
        acknowledge = resolve;
      }),
  });
  await expect.poll(() => acknowledge).toBeDefined();
  now = 60_000;
  expect(delivery.state().health).toBe("ok");
  now = 60_001;
  expect(delivery.state().health).toBe("delayed");
  acknowledge?.();
  await expect.poll(() => delivery.state()).toMatchObject({ health: "ok", lag: 0 });
});

it("measures time by a clock that nobody sets", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const asked: number[] = [];
  const due = (_: unknown, __: unknown, now: number) => void asked.push(now);
  const checkpoints = { due, idleMs: () => undefined } as unknown as NonNullable<DeliveryParts["checkpoints"]>;
  const { delivery, log } = deliver({ send: async () => undefined, checkpoints });
  await expect.poll(() => delivery.state().delivered).toBe(3);
  vi.setSystemTime(Date.now() - 3_600_000);
  log.add();
  await expect.poll(() => delivery.state().delivered).toBe(4);
  expect(asked).toEqual([...asked].sort((a, b) => a - b));
});

it("writes down how far it is no more often than its memory wants, and once more when it stops", async () => {
  let now = 0;
  const { delivery, log, written } = deliver({
    clock: { ...CLOCK, now: () => now },
    lagMs: 1_000,
    send: async () => undefined,
  });
  for (const [ms, delivered] of [
    [0, 3],
    [999, 4],
    [1_000, 5],
    [1_001, 6],
  ] as const) {
    now = ms;
    if (delivered > 3) log.add();
    await expect.poll(() => delivery.state().delivered).toBe(delivered);
  }
  expect(written.map((cursor) => cursor.delivered)).toEqual([3, 5]);
  await delivery.stop();
  expect(written.at(-1)?.delivered).toBe(6);
});

/** A receiver that acknowledges when the test says so. */
function patientReceiver() {
  const sent: string[] = [];
  let acknowledge: () => void = () => undefined;
  return {
    sent,
    acknowledge: () => acknowledge(),
    send({ id }: Batch, signal: AbortSignal): Promise<void> {
      sent.push(id);
      return new Promise((resolve, reject) => {
        acknowledge = resolve;
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    },
  };
}

it("sends all that the log has at hand as one batch", async () => {
  const { send, sent } = patientReceiver();
  deliver({ send });
  await expect.poll(() => sent).toEqual(["s-0-2"]);
});

it("computes no header of another organization's entry", async () => {
  const { send, sent } = patientReceiver();
  const { delivery, log } = deliver({ send });
  const header = () => expect.unreachable("the header was asked for");
  const foreign = { ...anEntry(3), organization: "globex", headerStart: new Uint8Array(9) };
  log.entries.push(Object.defineProperty(foreign, "header", { get: header, enumerable: true }));
  await expect.poll(() => sent).toEqual(["s-0-2"]);
  expect(delivery.state().health).toBe("ok");
});

it("reads the next batch while one is under way, and sends it when that is acknowledged", async () => {
  const { send, sent, acknowledge } = patientReceiver();
  const { log, read } = deliver({ send, recordsMax: 2 });
  log.add();
  log.add();
  await expect.poll(() => read).toEqual([0, 1, 2, 3]);
  expect(sent).toEqual(["s-0-1"]);
  acknowledge();
  await expect.poll(() => sent).toEqual(["s-0-1", "s-2-3"]);
  acknowledge();
  await expect.poll(() => sent).toEqual(["s-0-1", "s-2-3", "s-4-4"]);
  expect(read).toEqual([0, 1, 2, 3, 4]);
});

it("adds to the next batch what comes while one is under way", async () => {
  const { send, sent, acknowledge } = patientReceiver();
  const { log, read } = deliver({ send });
  await expect.poll(() => sent).toEqual(["s-0-2"]);
  for (const known of [4, 5, 6]) {
    log.add();
    await expect.poll(() => read.length).toBe(known);
  }
  acknowledge();
  await expect.poll(() => sent).toEqual(["s-0-2", "s-3-5"]);
});

it("forgets what it has read ahead when the receiver fails", async () => {
  const sent: string[] = [];
  const { delivery, read } = deliver({
    recordsMax: 2,
    async send({ id }) {
      sent.push(id);
      await expect.poll(() => read.length).toBeGreaterThan(sent.length === 1 ? 2 : 0);
      if (sent.length === 1) throw new DeliveryError("unavailable", "away");
    },
    retryWaitMs: () => 0,
  });
  await expect.poll(() => delivery.state().delivered).toBe(3);
  expect(sent).toEqual(["s-0-1", "s-0-1", "s-2-2"]);
});

it("sends the next batch while it writes down how far it is, but is never two writes behind", async () => {
  const { send, sent, acknowledge } = patientReceiver();
  const writes: (() => void)[] = [];
  let isSlow = true;
  const beforeWriting = () => new Promise<void>((resolve) => (isSlow ? void writes.push(resolve) : resolve()));
  const { log, written } = deliver({ send, recordsMax: 1, beforeWriting });
  for (const id of ["s-0-0", "s-1-1"]) {
    await expect.poll(() => sent.at(-1)).toBe(id);
    acknowledge();
  }
  log.add();
  await expect.poll(() => writes.length).toBe(1);
  expect([sent, written]).toEqual([["s-0-0", "s-1-1"], []]);
  isSlow = false;
  writes[0]?.();
  await expect.poll(() => sent).toEqual(["s-0-0", "s-1-1", "s-2-2"]);
});

it("reports that how far it is cannot be written, and goes on", async () => {
  let isFull = true;
  const failures: unknown[] = [];
  const { delivery, log, written } = deliver({
    send: async () => undefined,
    retryWaitMs: () => 0,
    async beforeWriting() {
      if (isFull) throw new Error("no space left");
    },
    onFailure: (error) => failures.push(error),
  });
  await expect.poll(() => failures.length).toBe(1);
  isFull = false;
  log.add();
  await expect.poll(() => written.at(-1)?.delivered).toBe(4);
  await expect.poll(() => delivery.state()).toMatchObject({ health: "ok", delivered: 4 });
});
