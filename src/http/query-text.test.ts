import { expect, test } from "vitest";
import { DaybookError } from "../errors.ts";
import { requireWellFormedQuery } from "./query-text.ts";

function faults(query: string): string[] {
  try {
    requireWellFormedQuery(`http://localhost/v1/events?${query}`);
    return [];
  } catch (error) {
    if (error instanceof DaybookError && error.code === "invalid_parameter") return error.errors.map((e) => e.pointer);
    throw error;
  }
}

test.each([
  ["q=%zz", ["q"]],
  ["q=100%", ["q"]],
  ["q=%ff", ["q"]],
  ["q=%c3%28", ["q"]],
  ["q=%ed%a0%80", ["q"]],
  ["a=1&actor_id=%&b=%41&role=%e2%82", ["actor_id", "role"]],
  ["%ff=1", ["%ff"]],
  ["metadata.a%5Cb=%f8", ["metadata.a\\b"]],
])("names the parameter of %s", (query, expected) => {
  expect(faults(query)).toEqual(expected);
});

test.each(["", "q", "q=", "q=a+b%20c", "q=%F0%9F%98%80", "q=%00", "q=a%3Db=c", "a&&b=%25"])("takes %s", (query) => {
  expect(faults(query)).toEqual([]);
});
