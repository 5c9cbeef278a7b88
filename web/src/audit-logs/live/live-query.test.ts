import { expect, it } from "vitest";
import { liveHindrance, liveQuery } from "./live-query.ts";

const clock = { now: Date.parse("2026-11-22T12:00:00Z"), today: "2026-11-22", zone: "UTC" };

it("follows a range that nobody ended beyond today", () => {
  expect(String(liveQuery({ action: ["auth.login"], since: "4" }, "acme", clock))).toBe(
    "tenant_id=acme&start=2026-10-24&action=auth.login",
  );
  expect(liveHindrance({}, clock, "desc")).toBeUndefined();
  expect(liveHindrance({ range: "1h" }, clock, "desc")).toBeUndefined();
});

it("follows a range that ends later up to its end", () => {
  expect(liveQuery({ end: "2026-11-22" }, "acme", clock).get("end")).toBe("2026-11-22");
  expect(liveHindrance({ end: "2026-11-22" }, clock, "desc")).toBeUndefined();
});

it.each([{ end: "2026-11-21" }, { end: "2026-11-22T11:00:00Z" }, { as_of: "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21:7" }])(
  "says why it cannot follow %j",
  (filters) => {
    expect(liveHindrance(filters, clock, "desc")).toBeTruthy();
  },
);

it("does not follow rows that begin with the oldest", () => {
  expect(liveHindrance({}, clock, "asc")).toBeTruthy();
});
