import { expect, it } from "vitest";
import { instantOf } from "../../time/zoned.ts";
import { histogramTicks } from "./ticks.ts";

const labels = (start: string, end: string, zone = "UTC") =>
  histogramTicks(instantOf(start, zone), instantOf(end, zone), zone).map(({ label }) => label);

it("marks days where they begin, also over a change of the clock", () => {
  expect(labels("2026-10-20", "2026-10-30", "Europe/Berlin")).toEqual(["10-23", "10-25", "10-27"]);
  const [change] = histogramTicks(
    instantOf("2026-10-24", "Europe/Berlin"),
    instantOf("2026-10-27", "Europe/Berlin"),
    "Europe/Berlin",
  );
  // Of 73 hours the first day has 24.
  expect(change).toEqual({ at: 24 / 73, label: "10-25" });
});

it("marks hours of a day, and never more than have room", () => {
  expect(labels("2026-11-26T10:00", "2026-11-27T10:00")).toEqual(["18:00", "11-27", "06:00"].slice(0, 3));
  for (const days of [2, 3, 7, 30, 90, 365, 3650]) {
    const end = new Date(Date.UTC(2026, 10, 27) + days * 86_400_000).toISOString().slice(0, 10);
    expect(labels("2026-11-27", end).length, `${days} days`).toBeLessThanOrEqual(7);
  }
  expect(histogramTicks(5, 5, "UTC")).toEqual([]);
});
