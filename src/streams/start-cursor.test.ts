import { describe, expect, it, onTestFinished, vi } from "vitest";
import { anEntry } from "../../test/streams/records.ts";
import type { LogReader } from "../log/index.ts";
import type { Cursor } from "./cursor.ts";
import { cursorAt, translated, warningsOf } from "./start-cursor.ts";

/** A log of ten entries: acme has every second one, and a checkpoint covers the first three of these. */
const log = {
  id: "new",
  earlier: [{ id: "old", entries: 6 }],
  end: 10,
  size: () => 5,
} as unknown as LogReader;
const tree = { size: () => 3, logPosition: (_: string, index: number) => index * 2 };

const at = (log_id: string, position: number, next: number): Cursor => ({
  log_id,
  position,
  next,
  planned_end: position + 2,
  delivered: 7,
  last_delivered_at: 1,
  disabled: null,
});

describe("a cursor after a restore", () => {
  it("stays as it is in the same log", () => {
    expect(translated(at("new", 8, 4), { log }, "acme")).toEqual(at("new", 8, 4));
  });

  it("keeps its place where the log kept its entries", () => {
    expect(translated(at("old", 4, 2), { log }, "acme")).toMatchObject({
      log_id: "new",
      position: 4,
      next: 2,
      planned_end: null,
    });
  });

  it("goes back to the last entry that was restored: what the receiver got beyond is not in this log", () => {
    expect(translated(at("old", 9, 4), { log }, "acme")).toMatchObject({ log_id: "new", position: 6, delivered: 7 });
  });

  it("begins at the beginning of a log that it has never seen", () => {
    expect(translated(at("another", 9, 4), { log }, "acme")).toMatchObject({ position: 0, next: 0 });
  });

  it("goes back to the end of a log that is shorter than it was", () => {
    expect(translated(at("new", 20, 9), { log }, "acme")).toMatchObject({ position: 10, next: 5 });
  });
});

describe("a stream begins", () => {
  const begin = (start: Parameters<typeof cursorAt>[2]) => cursorAt({ log, tree }, "acme", start);

  it.each([
    ["now", { position: 10, next: 5 }],
    ["beginning", { position: 0, next: 0 }],
  ] as const)("%s", async (start, place) => {
    expect(await begin(start)).toMatchObject(place);
  });

  it("at a sequence that a checkpoint covers, at its very position", async () => {
    expect(await begin({ sequence: 2 })).toMatchObject({ position: 4, next: 2 });
  });

  it("a little earlier where no checkpoint covers the sequence yet", async () => {
    expect(await begin({ sequence: 4 })).toMatchObject({ position: 5, next: 3 });
  });

  it("at the end for a sequence beyond it", async () => {
    expect(await begin({ sequence: 99 })).toMatchObject({ position: 10, next: 5 });
  });

  it("at a position, for a stream of every organization", async () => {
    expect(await cursorAt({ log, tree }, undefined, { sequence: 7 })).toMatchObject({ position: 7, next: 7 });
  });
});

describe("a stream that begins in the past warns", () => {
  const RECORDED_AT = Date.parse("2026-11-27T10:00:00Z");
  const past = { end: 1, entry: async () => anEntry(0) } as unknown as LogReader;
  const warned = (type: string, hours: number, position = 0) => {
    vi.useFakeTimers({ toFake: ["Date"], now: RECORDED_AT + hours * 3_600_000 });
    onTestFinished(() => void vi.useRealTimers());
    return warningsOf(type, at("new", position, 0), past);
  };

  it("where its receiver drops such old events", async () => {
    expect(await warned("datadog", 18.1)).toEqual([expect.stringContaining("older than 18 hours")]);
  });

  it.each([
    ["they are not too old", "datadog", 17.9, 0],
    ["nothing is there yet", "datadog", 100, 1],
    ["its receiver takes events of any age", "webhook", 100, 0],
  ] as const)("but not where %s", async (_, type, hours, position) => {
    expect(await warned(type, hours, position)).toEqual([]);
  });
});
