import { expect, test } from "vitest";
import { readOptions } from "./options.ts";

const read = (...args: string[]) => readOptions(args, (name) => `/r/${name}`, {});

test("a run of a million events sends all of them, and a greater one fills the peers without HTTP", () => {
  expect(read()).toMatchObject({ events: 1_000_000, fill: "http", results: "/r/RESULTS.md" });
  expect(read("--events", "10000000")).toMatchObject({ fill: "direct", results: "/r/RESULTS-10M.md" });
  expect(read("--events", "20000", "--fill", "direct")).toMatchObject({ fill: "direct", results: "/r/RESULTS.md" });
  expect(read("--events", "2000000", "--fill", "http", "--results", "x")).toMatchObject({ fill: "http", results: "x" });
  expect(read("--scale")).toMatchObject({ results: "/r/SCALE.md" });
});

test("a part of the measures leaves the page of all of them as it is", () => {
  expect(read("--only", "streams")).toMatchObject({ only: ["streams"], results: undefined });
  expect(read("--only", "streams", "--results", "x")).toMatchObject({ results: "x" });
});

test("whole batches are sent", () => {
  expect(read("--events", "20001").events).toBe(21_000);
});

test("refuses what is not known", () => {
  expect(() => read("--fill", "magic")).toThrow(RangeError);
  expect(() => read("--events", "1e6")).toThrow(RangeError);
  expect(() => read("--evnets", "1000")).toThrow(TypeError);
});
