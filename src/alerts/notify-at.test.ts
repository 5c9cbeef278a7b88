import { expect, it } from "vitest";
import { type DeliverySettings, newAlert } from "./definition.ts";
import { notifyAt } from "./notify-at.ts";

it.each<[DeliverySettings["when"], string | undefined, string, string]>([
  ["at_once", undefined, "2026-11-27T10:20:30.400Z", "2026-11-27T10:20:30.400Z"],
  ["hourly", undefined, "2026-11-27T10:20:30.400Z", "2026-11-27T11:00:00.000Z"],
  ["hourly", undefined, "2026-11-27T11:00:00.000Z", "2026-11-27T12:00:00.000Z"],
  ["daily", undefined, "2026-11-27T07:59:59.999Z", "2026-11-27T08:00:00.000Z"],
  ["daily", undefined, "2026-11-27T08:00:00.000Z", "2026-11-28T08:00:00.000Z"],
  ["daily", "Asia/Tokyo", "2026-11-27T22:59:00.000Z", "2026-11-27T23:00:00.000Z"],
  // That night, clocks are set forward: 08:00 is an hour earlier.
  ["daily", "Europe/Paris", "2027-03-27T10:00:00.000Z", "2027-03-28T06:00:00.000Z"],
])("notifies %s in %s of what fires at %s at %s", (when, timeZone, now, due) => {
  const alert = newAlert.parse({ name: "a", condition: { type: "match" }, deliver: { when } });
  expect(new Date(notifyAt(alert, timeZone, Date.parse(now))).toISOString()).toBe(due);
});

it("sends a report when it is due, whatever else is chosen", () => {
  const alert = newAlert.parse({ name: "a", condition: { type: "report" }, deliver: { when: "daily" } });
  expect(notifyAt(alert, undefined, 1)).toBe(1);
});
