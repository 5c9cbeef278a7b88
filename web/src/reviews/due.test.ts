import { expect, it } from "vitest";
import { dueText, nextDue } from "./due.ts";

// 2026-11-23 is a Monday.
it.each([
  ["nobody ever reviewed", undefined, "2026-11-27", { day: "2026-11-23", state: "overdue" }],
  ["the week before was the last", "2026-11-16", "2026-11-27", { day: "2026-11-23", state: "overdue" }],
  ["it was reviewed on the day", "2026-11-23", "2026-11-27", { day: "2026-11-30", state: "later" }],
  ["it was reviewed early", "2026-11-17", "2026-11-23", { day: "2026-11-30", state: "later" }],
  ["it is the day", "2026-11-16", "2026-11-23", { day: "2026-11-23", state: "today" }],
  ["it was reviewed late", "2026-11-25", "2026-11-30", { day: "2026-12-07", state: "later" }],
] as const)("says when a review is due: %s", (_, reviewed, today, expected) => {
  expect(nextDue("mon", reviewed, today)).toEqual(expected);
});

it("names the cadence, and the day where it is late", () => {
  expect(dueText("mon", nextDue("mon", undefined, "2026-11-27"))).toBe("Weekly, overdue since Monday 2026-11-23");
  expect(dueText("fri", nextDue("fri", "2026-11-20", "2026-11-26"))).toBe("Weekly, due Friday 2026-11-27");
});
