import { expect, test } from "vitest";
import { boundInstant, isTimeZone } from "./range.ts";

/** The first quarter of an hour whose local date is this day, by trying them all. */
function firstQuarter(day: string, timeZone: string): number {
  const local = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  let at = Date.parse(`${day}T00:00:00Z`) - 15 * 3_600_000;
  while (local.format(at) < day) at += 900_000;
  return at;
}

const DAYS: [zone: string, days: string[]][] = [
  ["UTC", ["2026-01-01", "2024-02-29"]],
  ["Europe/Paris", ["2026-03-29", "2026-03-30", "2026-10-25", "2026-10-26"]],
  ["America/New_York", ["2026-03-08", "2026-03-09", "2026-11-01", "2026-11-02"]],
  // Clocks go forward at midnight: the day begins at one o'clock.
  ["Asia/Beirut", ["2026-03-29", "2026-03-30"]],
  ["America/Santiago", ["2026-09-06", "2026-09-07"]],
  // Clocks go back at one o'clock, over midnight: the day begins twice.
  ["Asia/Gaza", ["2021-10-29", "2021-10-30"]],
  ["Asia/Amman", ["2020-10-30", "2020-10-31"]],
  // Half an hour, and a day that is missing.
  ["Australia/Lord_Howe", ["2026-04-05", "2026-10-04"]],
  ["Pacific/Apia", ["2011-12-29", "2011-12-31"]],
];

test.each(DAYS)("a day in %s begins with its first instant and ends with the next day's", (zone, days) => {
  for (const day of days) {
    expect(new Date(boundInstant(day, zone, "start") ?? 0)).toEqual(new Date(firstQuarter(day, zone)));
    const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
    expect(new Date(boundInstant(day, zone, "end") ?? 0)).toEqual(new Date(firstQuarter(next, zone)));
  }
});

test("a timestamp is the same instant whatever the time zone, rounded up to what events are kept to", () => {
  const at = Date.UTC(2026, 0, 31, 12);
  for (const zone of ["UTC", "Asia/Kolkata"]) {
    for (const side of ["start", "end"] as const) {
      expect(boundInstant("2026-01-31T12:00:00Z", zone, side)).toBe(at);
      expect(boundInstant("2026-01-31T13:30:00.5+01:30", zone, side)).toBe(at + 500);
      expect(boundInstant("2026-01-31T12:00:00.000100Z", zone, side)).toBe(at + 1);
      expect(boundInstant("2026-01-31T12:00:00.001000Z", zone, side)).toBe(at + 1);
    }
  }
});

test.each([
  "",
  "yesterday",
  "2026-1-31",
  "2026-02-30",
  "2026-13-01",
  "2026-01-31T12:00:00",
  "2026-01-31 12:00:00Z",
  "20260131",
  "1769860800",
])("%j is no bound", (text) => expect(boundInstant(text, "UTC", "start")).toBeUndefined());

test("time zones have IANA names", () => {
  expect(["UTC", "Europe/Paris", "America/Argentina/Ushuaia", "Etc/GMT+5"].filter(isTimeZone)).toHaveLength(4);
  expect(["", "+05:00", "-0800", "Nope/Zone", "Europe/Paris;", "5"].filter(isTimeZone)).toEqual([]);
});
