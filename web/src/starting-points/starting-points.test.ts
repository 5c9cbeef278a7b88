import { describe, expect, it } from "vitest";
import { startingPointOf } from "./starting-point-of.ts";
import { changes, failedLogins } from "./starting-points.ts";

describe("a starting point", () => {
  it("keeps the range and nothing else of what was there", () => {
    const before = { range: "7d", q: "x", ip: ["10.0.0.1"], since: "4" } as const;
    expect(failedLogins(before)).toEqual({ range: "7d", action: ["auth.login"], outcome: ["failure", "denied"] });
  });

  it("finds changes also by actions that only the data holds", () => {
    const { action = [] } = changes({}, ["billing.update", "billing.create", "seat_update"]);
    expect(action).toContain("knowledge.update");
    expect(action).toContain("db.update");
    expect(action).toContain("billing.update");
    expect(action).toContain("seat_update");
    expect(action).not.toContain("billing.create");
  });

  it("is known by its filters, also when somebody set them by hand", () => {
    expect(startingPointOf(failedLogins({}))).toBe("failed_logins");
    expect(startingPointOf({ action: ["auth.login"], outcome: ["failure"], ip: ["10.0.0.1"] })).toBe("failed_logins");
    expect(startingPointOf({ action: ["auth.login"] })).toBeUndefined();
    expect(startingPointOf({ action: ["auth.login"], outcome: ["failure", "success"] })).toBeUndefined();
    expect(startingPointOf({ action: ["db.update"], resource_id: ["db_1"] })).toBe("changes");
    expect(startingPointOf(changes({}, []))).toBe("changes");
    expect(startingPointOf({ action: ["db.update"] })).toBeUndefined();
    expect(startingPointOf({ action: ["db.update", "db.delete"] })).toBeUndefined();
    expect(startingPointOf({ action: ["-db.update"] })).toBeUndefined();
    expect(startingPointOf({})).toBeUndefined();
  });
});
