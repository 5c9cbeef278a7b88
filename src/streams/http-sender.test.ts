import { describe, expect, it } from "vitest";
import { failureOf } from "./http-sender.ts";

const NOW = Date.parse("2026-11-27T00:00:00Z");

describe("an answer that does not acknowledge", () => {
  it.each([
    [301, "unavailable"],
    [400, "refused"],
    [401, "unavailable"],
    [404, "unavailable"],
    [410, "gone"],
    [413, "refused"],
    [422, "refused"],
    [429, "unavailable"],
    [500, "unavailable"],
    [503, "unavailable"],
  ])("%i means %s", (status, failure) => {
    expect(failureOf({ status, headers: {}, body: "" }, NOW).failure).toBe(failure);
  });

  it("is quoted in one line and at most 200 characters", () => {
    const { message } = failureOf({ status: 500, headers: {}, body: `line\nbreak ${"x".repeat(500)}` }, NOW);
    expect(message).toMatch(/^The receiver answered 500: line break x+$/);
    expect(message.length).toBeLessThan(240);
  });

  it("says when to come back", () => {
    const { retryAfterMs: ms } = failureOf({ status: 429, headers: { "retry-after": "7" }, body: "" }, NOW);
    expect(ms).toBe(7_000);
  });
});
