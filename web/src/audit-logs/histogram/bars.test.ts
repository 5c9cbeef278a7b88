import { describe, expect, it } from "vitest";
import { highest, joined, partHeights, rounded, toBars, withArrived } from "./bars.ts";
import { spanText } from "./text.ts";

const bars = toBars({
  interval_ms: 3_600_000,
  buckets: [
    {
      start: "2026-11-22T22:00:00.000Z",
      counts: { auth: 3, knowledge: 1, message: 2, billing: 4, db: 1 },
      failures: 2,
    },
    { start: "2026-11-22T23:00:00.000Z", counts: {}, failures: 0 },
    { start: "2026-11-23T00:00:00.000Z", counts: { api_key: 7 }, failures: 1 },
  ],
});

describe("the bars", () => {
  it("stack families as the badges tell them apart", () => {
    expect(bars.map(({ counts }) => counts)).toEqual([
      [3, 0, 3, 5],
      [0, 0, 0, 0],
      [0, 7, 0, 0],
    ]);
    expect(bars[0]?.total).toBe(11);
  });

  it("joined count all of a stretch, whichever end it begins at", () => {
    expect(joined(bars, 2, 0)).toEqual(joined(bars, 0, 2));
    expect(joined(bars, 0, 2)).toMatchObject({ total: 18, failures: 3, start: bars[0]?.start, end: bars[2]?.end });
    expect(joined([], 0, 0)).toBeUndefined();
  });

  it("count what came live since, in the bar of its time or in one after the last", () => {
    const arrived = withArrived(bars, [
      { timestamp: "2026-11-22T23:30:00.000Z", action: "auth.login", outcome: "denied" },
      { timestamp: "2026-11-23T02:10:00.000Z", action: "api_key.create", outcome: "success" },
      { timestamp: "2026-11-22T21:59:00.000Z", action: "auth.login", outcome: "failure" },
    ]);
    expect(arrived.map(({ total }) => total)).toEqual([11, 1, 7, 0, 1]);
    expect(arrived.map(({ failures }) => failures)).toEqual([2, 1, 1, 0, 0]);
    expect(arrived[4]).toMatchObject({ start: Date.UTC(2026, 10, 23, 2), end: Date.UTC(2026, 10, 23, 3) });
    expect(bars.map(({ total }) => total)).toEqual([11, 0, 7]);
  });

  it("are measured by the highest", () => {
    expect(highest(bars)).toBe(11);
    expect(highest([])).toBe(1);
  });

  it("draw the least part so that it is seen, and are no higher for it", () => {
    const bar = { start: 0, end: 1, counts: [97, 1, 0, 2], failures: 0, total: 100 };
    expect(partHeights(bar, 100, 100, 4)).toEqual([92, 4, 0, 4]);
    expect(partHeights(bar, 100_000, 100, 4)).toEqual([4, 4, 0, 4]);
    expect(partHeights({ ...bar, counts: [50, 0, 50, 0] }, 100, 64, 4)).toEqual([32, 0, 32, 0]);
    expect(partHeights({ ...bar, counts: [0, 0, 0, 0], total: 0 }, 1, 64, 4)).toEqual([0, 0, 0, 0]);
  });

  it("become a range of whole minutes, or seconds where they are short", () => {
    const part = { start: 61_001, end: 121_999 };
    expect(rounded(part, 600_000)).toEqual({ start: 60_000, end: 180_000 });
    expect(rounded(part, 1500)).toEqual({ start: 61_000, end: 122_000 });
  });

  it("tell their time in the zone", () => {
    const [first] = bars;
    expect(first && spanText(first, "UTC")).toBe("2026-11-22 22:00 – 23:00");
    expect(first && spanText(first, "Europe/Berlin")).toBe("2026-11-22 23:00 – 2026-11-23 00:00");
  });
});
