import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayIn, instantOf, isZone, offsetName, offsetOf, wallTime } from "./zoned.ts";

const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Santiago"];
const utc = (text: string) => Date.parse(text);

describe("the clock of a zone", () => {
  it.each([
    ["2026-11-22T23:30:00.125Z", "UTC", "2026-11-22T23:30:00.125"],
    ["2026-11-22T23:30:00.125Z", "Europe/Berlin", "2026-11-23T00:30:00.125"],
    ["2026-11-22T23:30:00Z", "Asia/Kolkata", "2026-11-23T05:00:00.000"],
    ["2026-03-29T00:59:59Z", "Europe/Berlin", "2026-03-29T01:59:59.000"],
    ["2026-03-29T01:00:00Z", "Europe/Berlin", "2026-03-29T03:00:00.000"],
    ["1969-12-31T23:59:59.999Z", "Europe/Berlin", "1970-01-01T00:59:59.999"],
  ])("shows %s in %s as %s", (instant, zone, wall) => {
    expect(wallTime(utc(instant), zone)).toBe(wall);
  });

  it("shows twice what an hour that comes twice shows, and the first time counts", () => {
    expect(instantOf("2026-10-25T02:30", "Europe/Berlin")).toBe(utc("2026-10-25T00:30:00Z"));
    expect(wallTime(utc("2026-10-25T01:30:00Z"), "Europe/Berlin")).toBe("2026-10-25T02:30:00.000");
  });

  it("goes on where clocks go forward past a time", () => {
    expect(instantOf("2026-03-29T02:30", "Europe/Berlin")).toBe(utc("2026-03-29T01:00:00Z"));
    expect(instantOf("2026-09-06", "America/Santiago")).toBe(utc("2026-09-06T04:00:00Z"));
  });

  it("comes back from an instant to one that shows the same", () => {
    const instants = fc.integer({ min: utc("1971-01-01"), max: utc("2199-12-31") });
    fc.assert(
      fc.property(instants, fc.constantFrom(...ZONES), (ms, zone) => {
        const wall = wallTime(ms, zone);
        const back = instantOf(wall, zone);
        expect(wallTime(back, zone)).toBe(wall);
        expect(back).toBeLessThanOrEqual(ms);
      }),
    );
  });
});

it("days follow the zone", () => {
  expect(dayIn(utc("2026-11-22T23:30:00Z"), "Europe/Berlin")).toBe("2026-11-23");
  expect(dayIn(utc("2026-11-22T03:30:00Z"), "America/New_York")).toBe("2026-11-21");
});

it("says how far a zone is from UTC, which summer changes", () => {
  expect(offsetOf(utc("2026-07-01T00:00:00Z"), "Europe/Berlin")).toBe("+02:00");
  expect(offsetName(utc("2026-12-01T00:00:00Z"), "Europe/Berlin")).toBe("UTC+1");
  expect(offsetName(utc("2026-12-01T00:00:00Z"), "Asia/Kolkata")).toBe("UTC+5:30");
  expect(offsetName(utc("2026-12-01T00:00:00Z"), "America/New_York")).toBe("UTC\u22125");
  expect(offsetOf(utc("2026-12-01T00:00:00Z"), "UTC")).toBe("Z");
});

it("knows zones by their names alone", () => {
  expect(["Europe/Berlin", "UTC", "+05:00", "Nowhere/Land", ""].filter(isZone)).toEqual(["Europe/Berlin", "UTC"]);
});
