import { expect, it } from "vitest";
import { relativeTime } from "./relative.ts";

const now = new Date("2026-11-22T12:00:00.000Z");

it.each([
  ["2026-11-22T11:59:30.000Z", "just now"],
  ["2026-11-22T12:00:30.000Z", "in less than a minute"],
  ["2026-11-22T11:58:01.000Z", "1 minute ago"],
  ["2026-11-22T09:00:00.000Z", "3 hours ago"],
  ["2026-11-20T11:00:00.000Z", "2 days ago"],
  ["2026-11-29T11:59:59.000Z", "in 7 days"],
  ["2026-11-28T23:00:00.000Z", "in 6 days"],
  ["2027-02-20T11:59:59.000Z", "in 90 days"],
  ["2027-05-22T12:00:00.000Z", "in 6 months"],
  ["2026-08-01T00:00:00.000Z", "3 months ago"],
  ["2024-11-22T00:00:00.000Z", "2 years ago"],
])("tells %s as %s", (instant, text) => {
  expect(relativeTime(instant, now)).toBe(text);
});
