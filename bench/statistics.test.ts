import { expect, test } from "vitest";
import { alternate, median, percentile } from "./statistics.ts";

test("percentiles are samples by nearest rank", () => {
  const samples = [5, 1, 4, 2, 3];
  expect([median(samples), percentile(samples, 0.95), percentile(samples, 0.01)]).toEqual([3, 5, 1]);
  expect(() => median([])).toThrow(RangeError);
});

test("peers are asked in turn, with a first round that does not count", async () => {
  const asked: string[] = [];
  const ask = (name: string) => async () => asked.push(name);
  const samples = await alternate(2, { a: ask("a"), b: ask("b") });
  expect(asked).toEqual(["a", "b", "a", "b", "a", "b"]);
  expect([samples.a.length, samples.b.length]).toEqual([2, 2]);
});
