import { expect, it, onTestFinished, vi } from "vitest";
import { anEntry } from "../../test/streams/records.ts";
import type { LogEntry, LogReader } from "../log/index.ts";
import { backoffMs } from "./backoff.ts";
import { Collector } from "./collector.ts";
import { type Batch, DeliveryError, type OutgoingRecord } from "./contract.ts";
import { type Cursor, KeptCursor } from "./cursor.ts";
import { Delivery, type DeliveryParts } from "./delivery.ts";

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

/** A log of one organization. What is added later is read, too. */
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
      const entries = this.entries.slice(at);
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

interface Given extends Partial<Pick<DeliveryParts, "now" | "backoffMs" | "checkpoints">> {
  readonly send: (batch: Batch) => Promise<void>;
  readonly lagMs?: number;
}

/** A stream at work, and what it has written down. */
function deliver({ send, lagMs = 0, checkpoints, ...times }: Given) {
  const log = new SmallLog();
  const written: Cursor[] = [];
  const reader = log as unknown as LogReader;
  const limits = { records: 100, bytes: 1e6, recordBytes: 1e6, lingerMs: 0 };
  const records = { of: ({ sequence }: LogEntry) => ({ id: `e-${sequence}`, text: "{}" }) as OutgoingRecord };
  const collector = new Collector({ log: reader, records, organization: "acme", limits, turn: () => undefined });
  const memory = {
    lagMs,
    read: async () => undefined,
    write: async (_: string, text: string) => void written.push(JSON.parse(text)),
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
  return { delivery, log, written };
}

it("sends the same batch again through three days of outage, and goes on from there", async () => {
  const sent: Batch[] = [];
  let waitedMs = 0;
  const { delivery, log } = deliver({
    async send(batch) {
      sent.push(batch);
      if (waitedMs < 3 * DAY_MS) throw new DeliveryError("unavailable", "away");
    },
    backoffMs(attempt, askedMs) {
      waitedMs += backoffMs(attempt, askedMs, () => 1);
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
    now: () => now,
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
  const { delivery, log, written } = deliver({ now: () => now, lagMs: 1_000, send: async () => undefined });
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
