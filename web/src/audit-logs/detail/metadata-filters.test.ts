import { expect, it } from "vitest";
import { leafValue, metadataFilters, pathStep } from "./metadata-filters.ts";

it("asks for a value at its path, or leaves it out, and takes back the other", () => {
  const { wanted, unwanted } = metadataFilters({ q: "x", "not_metadata.region": ["eu", "us"] }, "region", "eu");
  expect(wanted).toEqual({ q: "x", "not_metadata.region": ["us"], "metadata.region": ["eu"] });
  expect(unwanted).toEqual({ q: "x", "not_metadata.region": ["us", "eu"] });
  expect(metadataFilters({ "metadata.region": ["eu"] }, "region", "eu").unwanted).toEqual({
    "not_metadata.region": ["eu"],
  });
});

it("asks for nothing that the server does not take", () => {
  expect(metadataFilters({}, "region", "")).toEqual({ wanted: undefined, unwanted: undefined });
  expect(metadataFilters({}, "region", "x".repeat(5000))).toEqual({ wanted: undefined, unwanted: undefined });
});

it("writes paths and values as the API compares them", () => {
  expect(pathStep("a.b\\c")).toBe("a\\.b\\\\c");
  expect(['"a\\u0041"', "1.50", "null", "true"].map(leafValue)).toEqual(["aA", "1.5", "null", "true"]);
});
