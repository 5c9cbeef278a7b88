import { expect, test } from "vitest";
import { atLeast, atMost, goalText, timesBetter, timesPeer, verdictOf } from "./goals.ts";

test("a rate is better when higher, anything else when lower", () => {
  expect(timesBetter({ unit: "events/s", daybook: 30_000, postgres: 10_000 })).toBe(3);
  expect(timesBetter({ unit: "ms", daybook: 10, postgres: 5 })).toBe(0.5);
  expect(timesBetter({ unit: "ms", daybook: 10 })).toBeUndefined();
  expect(timesBetter({ unit: "ms", daybook: 0, postgres: 5 })).toBeUndefined();
});

test("a goal is met at its very number, and missed beyond it", () => {
  expect(verdictOf(atMost(25), { unit: "ms", daybook: 25 })).toBe("met");
  expect(verdictOf(atMost(25), { unit: "ms", daybook: 25.01 })).toBe("missed");
  expect(verdictOf(atLeast(60_000), { unit: "events/s", daybook: 60_000 })).toBe("met");
  expect(verdictOf(atLeast(60_000), { unit: "events/s", daybook: 59_999 })).toBe("missed");
  expect(verdictOf(timesPeer(3), { unit: "events/s", daybook: 30, postgres: 10 })).toBe("met");
  expect(verdictOf(timesPeer(1), { unit: "s", daybook: 2, postgres: 1 })).toBe("missed");
});

test("what was not measured, or has no peer to be compared with, is neither met nor missed", () => {
  expect(verdictOf(atMost(25), { unit: "ms" })).toBe("not measured");
  expect(verdictOf(atMost(25), { unit: "ms", daybook: Number.NaN })).toBe("not measured");
  expect(verdictOf(timesPeer(3), { unit: "ms", daybook: 3 })).toBe("not measured");
});

test("a goal is written with its unit, or in its own words", () => {
  expect(goalText(atMost(60), "µs an event")).toBe("≤ 60 µs an event");
  expect(goalText(atLeast(60_000), "events/s")).toBe("≥ 60,000 events/s");
  expect(goalText(timesPeer(2.7), "events/s")).toBe("≥ 2.7 × PostgreSQL");
  expect(goalText(atMost(1.5, "≤ CSV"), "s")).toBe("≤ CSV");
});
