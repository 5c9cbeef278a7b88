import { expect, it } from "vitest";
import { reviewQuery, shownActions } from "./use-summary.ts";

it("asks for exactly what will be signed off", () => {
  const filters = { action: ["auth.*", "-auth.logout"], start: "2026-11-01", end: "2026-11-30" };
  expect(reviewQuery("acme", { as_of: "log:9", since: "log:3", filters }).toString()).toBe(
    "tenant_id=acme&as_of=log%3A9&since=log%3A3&action=auth.*&action=-auth.logout&start=2026-11-01&end=2026-11-30",
  );
});

it("shows the actions that the action filter leaves", () => {
  const values = ["auth.login", "auth.logout", "db.update"].map((value) => ({ value, count: 1 }));
  const shown = (...action: string[]) => shownActions(values, { action }).map(({ value }) => value);
  expect(shown()).toEqual(["auth.login", "auth.logout", "db.update"]);
  expect(shown("auth.*", "-auth.logout")).toEqual(["auth.login"]);
  expect(shown("-auth.*")).toEqual(["db.update"]);
});
