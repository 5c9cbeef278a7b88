import { expect, it } from "vitest";
import { insertOf } from "./insert.ts";

it("reads what an insert says", () => {
  const sql =
    "INSERT INTO events_0f SETTINGS insert_deduplicate = 1, insert_deduplication_token = 'a-b:1-2' FORMAT JSONCompactEachRow";
  expect(insertOf(sql)).toEqual({
    table: "events_0f",
    format: "JSONCompactEachRow",
    settings: { insert_deduplicate: 1, insert_deduplication_token: "a-b:1-2" },
  });
});

it.each([
  "SELECT 1",
  "INSERT INTO a.b FORMAT CSV",
  "INSERT INTO a SELECT 1 FORMAT CSV",
  "INSERT INTO a SETTINGS b = 'it''s' FORMAT CSV",
  "INSERT INTO a SETTINGS b = -1 FORMAT CSV",
  "INSERT INTO a FORMAT CSV\n1",
])("refuses %s", (sql) => {
  expect(() => insertOf(sql)).toThrow(RangeError);
});
