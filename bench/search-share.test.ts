import { expect, test } from "vitest";
import { COLUMNS } from "../src/search/columns.ts";
import { shareOut } from "./search-share.ts";

const TABLES = [
  {
    table: "events",
    parts: 2,
    bytes: 1_000,
    rows: 100,
    wideRows: 80,
    columns: { metadata: 80, first_seen: 4, targets: 16, actor_type: 2.4, description: 240 },
    indexes: { description_text: 400, targets: 2 },
  },
  { table: "sightings", parts: 1, bytes: 50, rows: 10, wideRows: 10, columns: { ip: 40 }, indexes: {} },
  { table: "actors", parts: 1, bytes: 70, rows: 10, wideRows: 0, columns: {}, indexes: {} },
];

test("each new filter has its columns, indexes and tables, and what was there before the rest", () => {
  const { before, filters } = shareOut(TABLES);
  expect(filters).toEqual({ "metadata.<path>": 100, first_seen: 55, actor_type: 3, targets: 22 });
  expect(before).toBe(1_120 - 180);
});

test("where most rows are in small parts, what a column takes is not known", () => {
  const { before, filters, places } = shareOut(TABLES.map((table) => ({ ...table, wideRows: 49, rows: 100 })));
  expect(filters).toEqual({
    "metadata.<path>": undefined,
    first_seen: undefined,
    actor_type: undefined,
    targets: undefined,
  });
  expect(before).toBeUndefined();
  expect(places.map(([place]) => place)).not.toContain("events.metadata");
});

test("the places add up to the whole, the largest first", () => {
  const { places } = shareOut(TABLES);
  expect(places.reduce((sum, [, bytes]) => sum + bytes, 0)).toBe(1_120);
  expect(places[0]).toEqual(["events.description_text (index)", 400]);
  expect(places).toContainEqual(["events: rest", 170]);
});

test("the columns of the new filters are columns of the table", () => {
  const names = COLUMNS.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["metadata", "first_seen", "actor_type", "targets"]));
});
