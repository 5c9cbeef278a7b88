import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundMs, boundText, readBound, shortestBound } from "../../time/bound.ts";
import { type Clock, isBackwards, PRESETS, presetRange, rangeText, resolveRange } from "./range.ts";

const CLOCK: Clock = { now: Date.parse("2026-11-22T10:20:30.400Z"), today: "2026-11-22", zone: "UTC" };
const day = fc
  .date({ min: new Date("2000-01-01"), max: new Date("2030-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe("the range", () => {
  it("is the last 30 days by default, today being one of them", () => {
    expect(resolveRange({}, CLOCK)).toEqual({ start: "2026-10-24", end: "2026-11-22" });
  });

  it("leaves the start where it was when only the end is chosen", () => {
    expect(resolveRange({ end: "2026-11-10" }, CLOCK)).toEqual({ start: "2026-10-24", end: "2026-11-10" });
  });

  it("never runs backwards by default", () => {
    fc.assert(
      fc.property(day, (end) => {
        expect(isBackwards(resolveRange({ end }, CLOCK), CLOCK)).toBe(false);
      }),
    );
  });

  it("runs backwards when it ends before it starts, also within a day", () => {
    const [noon, one] = ["2026-11-22T12:00:00Z", "2026-11-22T13:00:00Z"];
    expect(isBackwards({ start: one, end: noon }, CLOCK)).toBe(true);
    expect(isBackwards({ start: noon, end: one }, CLOCK)).toBe(false);
    expect(isBackwards({ start: "2026-11-22", end: "2026-11-22" }, CLOCK)).toBe(false);
  });
});

describe("presets", () => {
  it.each([
    ["1h", "2026-11-22T09:20:00Z", undefined],
    ["24h", "2026-11-21T10:20:00Z", undefined],
    ["7d", "2026-11-16", "2026-11-22"],
    ["90d", "2026-08-25", "2026-11-22"],
  ] as const)("%s begins at %s", (preset, start, end) => {
    expect(presetRange(preset, CLOCK)).toEqual({ start, end });
  });

  it("follow the clock", () => {
    const tomorrow = { ...CLOCK, now: CLOCK.now + 86_400_000, today: "2026-11-23" };
    for (const preset of PRESETS) {
      expect(boundMs(presetRange(preset, tomorrow).start, "UTC", "start")).toBe(
        boundMs(presetRange(preset, CLOCK).start, "UTC", "start") + 86_400_000,
      );
    }
  });

  it("are named for the eye", () => {
    expect(rangeText({ range: "24h" }, CLOCK)).toBe("Last 24 hours");
    expect(rangeText({ start: "2026-11-01", end: "2026-11-22T09:30:00Z" }, { ...CLOCK, zone: "Europe/Berlin" })).toBe(
      "2026-11-01 – 2026-11-22 10:30",
    );
  });
});

describe("a bound", () => {
  const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata");

  it("is read as it is written", () => {
    expect(readBound("2026-11-22", "Europe/Berlin")).toBe("2026-11-22");
    expect(readBound(" 2026-11-22 10:30 ", "Europe/Berlin")).toBe("2026-11-22T09:30:00Z");
    expect(readBound("2026-07-01 10:30:05", "Europe/Berlin")).toBe("2026-07-01T08:30:05Z");
    expect(
      ["2026-11-22 25:00", "2026-11-31", "1969-12-31", "2200-01-01", "22.11.2026"].map((t) => readBound(t, "UTC")),
    ).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it("is a day where it lies between days, of the zone, also when clocks change", () => {
    const spring = Date.parse("2026-03-28T23:00:00Z");
    expect(shortestBound(spring, "Europe/Berlin", "start")).toBe("2026-03-29");
    expect(shortestBound(spring + 23 * 3_600_000, "Europe/Berlin", "end")).toBe("2026-03-29");
    expect(shortestBound(spring, "UTC", "start")).toBe("2026-03-28T23:00:00Z");
  });

  it("says the same instant however it is written", () => {
    const instants = fc.integer({ min: Date.parse("2000-01-01"), max: Date.parse("2030-01-01") });
    fc.assert(
      fc.property(instants, zones, fc.constantFrom("start", "end"), (ms, zone, side) => {
        expect(boundMs(shortestBound(ms, zone, side), zone, side)).toBe(ms);
      }),
    );
    fc.assert(
      fc.property(instants, zones, (ms, zone) => {
        const written = boundText(shortestBound(ms, zone, "start"), zone);
        const read = readBound(written, zone);
        expect(read && boundText(read, zone)).toBe(written);
      }),
    );
  });
});
