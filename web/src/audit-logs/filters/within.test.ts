import { expect, it } from "vitest";
import { showsAction, showsOutcome, visibleActions } from "./within.ts";

it("shows everything where nothing is fixed", () => {
  expect(showsAction(undefined, "auth.login")).toBe(true);
  expect(showsOutcome({}, "denied")).toBe(true);
});

it("shows the actions that the fixed filter lets through, families and exclusions included", () => {
  const fixed = { action: ["auth.*", "-auth.logout"], outcome: ["success"] };
  const shown = ["auth.login", "auth.logout", "db.update"].filter((action) => showsAction(fixed, action));
  expect(shown).toEqual(["auth.login"]);
  expect(showsAction({ action: "-auth.*" }, "db.update")).toBe(true);
  expect(showsAction({ resource_type: "channel" }, "db.update")).toBe(true);
});

it("shows the outcomes that the fixed filter lets through", () => {
  expect(showsOutcome({ outcome: ["failure"] }, "success")).toBe(false);
  expect(showsOutcome({ not_outcome: ["failure"] }, "failure")).toBe(false);
  expect(showsOutcome({ not_outcome: ["failure"] }, "denied")).toBe(true);
});

it("counts a fixed family of the data's own as able to hold such actions", () => {
  expect(visibleActions({ action: ["billing.*"] }, "update")).toEqual(["billing.update"]);
  expect(visibleActions({ action: ["auth.login"] }, "update")).toEqual(["auth.login"]);
});
