import { expect, test } from "vitest";
import { atLeast, atMost, timesPeer } from "./goals.ts";
import { type Figure, renderFigure, renderResults, renderVerdicts } from "./results.ts";

const setting = {
  date: "2026-11-22",
  machine: "m",
  versions: "v",
  data: "d",
  command: "npm run bench",
  floor: "f",
  beside: "b",
};

const FIGURES: readonly Figure[] = [
  {
    what: "ingest",
    unit: "events/s",
    daybook: 30_000,
    postgres: 10_000,
    goal: timesPeer(3),
    processor: { unit: "µs", an: "an event", daybook: 80, postgres: 120, goal: atMost(60) },
  },
  { what: "page", unit: "ms", daybook: 10, postgres: 5, floor: 8, goal: atMost(8) },
  { what: "disk", unit: "ms", floor: 1.5 },
  { what: "idle memory", unit: "MiB", daybook: 321.4 },
  { what: "cold page", unit: "ms", goal: atMost(60), note: "not allowed" },
  { what: "rebuild", unit: "events/s", daybook: 60_001, goal: atLeast(60_000) },
];

test("the goal is beside the figure, with what became of it", () => {
  const text = renderResults(setting, FIGURES);
  expect(text).toContain(
    "| ingest | events/s | 30,000 | 10,000 | 3.0 × | 80.0 · 120 µs an event (1.5 ×) | – | ≥ 3 × PostgreSQL: met; ≤ 60 µs of processor time: **missed** |  |",
  );
  expect(text).toContain("| page | ms | 10.0 | 5.00 | 0.50 × | – | 8.00 | ≤ 8 ms: **missed** |  |");
  expect(text).toContain("| disk | ms | – | – | – | – | 1.50 | – |  |");
  expect(text).toContain("| idle memory | MiB | 321 | – | – | – | – | – |  |");
  expect(text).toContain("| cold page | ms | – | – | – | – | – | ≤ 60 ms: **not measured** | not allowed |");
});

test("what was missed or not measured is named before the table", () => {
  expect(renderVerdicts(FIGURES)).toBe(
    [
      "**Goals: 2 met, 2 missed, 1 not measured.**",
      "",
      "- missed: ingest, processor time: 80.0 µs, goal ≤ 60 µs",
      "- missed: page: 10.0 ms, goal ≤ 8 ms",
      "- not measured: cold page: – ms, goal ≤ 60 ms",
    ].join("\n"),
  );
  expect(renderVerdicts(FIGURES.slice(2, 4))).toBe("**Goals: 0 met, 0 missed, 0 not measured.**");
});

test("what is the same is named with what it is the same as", () => {
  const figures: readonly Figure[] = [
    { what: "export", unit: "s", daybook: 3, postgres: 1.5, goal: timesPeer(1) },
    { what: "the same, first byte", unit: "ms", daybook: 300, goal: atMost(200) },
  ];
  expect(renderVerdicts(figures).split("\n").slice(2)).toEqual([
    "- missed: export: 0.50 ×, goal ≥ 1 × PostgreSQL",
    "- missed: the same, first byte (export): 300 ms, goal ≤ 200 ms",
  ]);
});

test("the line for who watches says the same", () => {
  expect(FIGURES.slice(0, 2).map(renderFigure)).toEqual([
    "ingest: daybook 30,000, postgres 10,000 events/s; processor 80.0 · 120 µs an event (1.5 ×) [≥ 3 × PostgreSQL: met] [≤ 60 µs of processor time: **missed**]",
    "page: daybook 10.0, postgres 5.00, floor 8.00 ms [≤ 8 ms: **missed**]",
  ]);
});
