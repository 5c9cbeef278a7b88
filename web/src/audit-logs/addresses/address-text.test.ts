import { expect, it } from "vitest";
import { addressText, baseOf } from "./address-text.ts";

const current = { built_at: "2026-11-20T00:00:00.000Z", stale: false };
const old = { built_at: "2025-02-03T00:00:00.000Z", stale: true };
const nl = { code: "NL", name: "Netherlands" };

it.each([
  [
    { country: nl, network: { number: 64_496, name: "Example Hosting" } },
    [current],
    "Netherlands · AS64496 Example Hosting",
  ],
  [{ country: nl }, [current, old], "Netherlands · as of 2025-02-03"],
  [{ network: { number: 64_496 } }, [current], "AS64496"],
  [{}, [old], ""],
])("says of %j what is known of an address", (facts, databases, text) => {
  expect(addressText({ ip: "203.0.113.7", ...facts }, databases)).toBe(text);
});

it("asks about a network by its first address", () => {
  expect(["203.0.113.0/24", "2001:db8::/64", "203.0.113.7"].map(baseOf)).toEqual([
    "203.0.113.0",
    "2001:db8::",
    "203.0.113.7",
  ]);
});
