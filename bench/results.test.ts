import { expect, test } from "vitest";
import { renderResults } from "./results.ts";

const setting = {
  date: "2026-11-22",
  machine: "m",
  versions: "v",
  data: "d",
  command: "npm run bench",
  floor: "f",
  beside: "b",
};

test("a rate is better when higher, a time when lower, and what has no peer has no ratio", () => {
  const text = renderResults(setting, [
    { what: "ingest", unit: "events/s", daybook: 30_000, postgres: 10_000, goal: "≥ 3 ×" },
    { what: "page", unit: "ms", daybook: 10, postgres: 5, floor: 8 },
    { what: "disk", unit: "ms", floor: 1.5 },
    { what: "idle memory", unit: "MiB", daybook: 321.4 },
  ]);
  expect(text).toContain("| ingest | events/s | 30,000 | 10,000 | 3.0 × | – | ≥ 3 × |");
  expect(text).toContain("| page | ms | 10.0 | 5.00 | 0.50 × | 8.00 | – |");
  expect(text).toContain("| disk | ms | – | – | – | 1.50 | – |");
  expect(text).toContain("| idle memory | MiB | 321 | – | – | – | – |");
});
