// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { safeTarget, tokenIn } from "./link.ts";

describe("after signing in", () => {
  it("goes to an address of this console", () => {
    expect(safeTarget("/settings/organization/audit-logs?q=a#x")).toBe("/settings/organization/audit-logs?q=a#x");
    expect(safeTarget(undefined)).toBe("/");
  });

  it.each([
    "//evil.example/a",
    "https://evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "http://",
    "/x/..//evil.example",
    "/sign-in?redirect=/sign-in",
  ])("never goes to %s", (target) => {
    expect(safeTarget(target)).toBe("/");
  });
});

it("reads a link's token", () => {
  expect(tokenIn("token=abc-123")).toBe("abc-123");
  expect(tokenIn("")).toBeUndefined();
});
