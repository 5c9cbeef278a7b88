import fc from "fast-check";
import { expect, test } from "vitest";
import type { Query } from "../query/query.ts";
import { authorizedTenant } from "../query/tenant.ts";
import type { Keyset } from "./contract.ts";
import { nearestMonthsFirst, readAhead } from "./nearest-months.ts";

const DAY = 86_400_000;
const NOW = 4000 * DAY;

function queryOver(start: number, end: number | undefined, order: Query["order"] = "desc"): Query {
  return {
    tenant: authorizedTenant("acme"),
    within: undefined,
    since: undefined,
    start,
    end,
    selection: [],
    order,
    asOf: { by: "position", value: 0 },
    now: NOW,
  };
}

/** A store of instants, whose sequence is their place in it. */
function reading(instants: readonly number[], limit: number) {
  const compare = (a: Keyset, b: Keyset, { order }: Query) =>
    (order === "asc" ? 1 : -1) * (a.timestamp - b.timestamp || a.sequence - b.sequence);
  const within = (query: Query) =>
    instants
      .map((timestamp, sequence) => ({ timestamp, sequence }))
      .filter(({ timestamp }) => timestamp >= query.start && (query.end === undefined || timestamp < query.end))
      .sort((a, b) => compare(a, b, query));
  let statements = 0;
  return {
    within,
    statements: () => statements,
    async read(part: Query, after: Keyset | undefined) {
      statements++;
      const rows = within(part)
        .filter((row) => !after || compare(row, after, part) > 0)
        .slice(0, limit);
      return { rows, last: rows.at(-1), more: rows.length === limit };
    },
  };
}

// The edges of the windows themselves, and anything.
const instant = fc.oneof(
  fc
    .tuple(fc.constantFrom(0, 31, 31 + 248, 31 + 248 + 1984), fc.integer({ min: -2, max: 2 }))
    .map(([days, offset]) => NOW - days * DAY + offset),
  fc.integer({ min: 0, max: NOW + DAY }),
);

test("finds every match once, in its order, however it is cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(instant, { maxLength: 40 }),
      instant,
      fc.option(instant, { nil: undefined }),
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom("desc" as const, "asc" as const),
      async (instants, start, end, limit, order) => {
        fc.pre(end === undefined || start <= end);
        const query = queryOver(start, end, order);
        const store = reading(instants, limit);
        const found: Keyset[] = [];
        for await (const { rows } of readAhead(nearestMonthsFirst(query, undefined, store.read))) found.push(...rows);
        expect(found).toEqual(store.within(query));
        const [middle] = found.slice(Math.floor(found.length / 2));
        const rest: Keyset[] = [];
        for await (const { rows } of nearestMonthsFirst(query, middle, store.read)) rest.push(...rows);
        if (middle) expect(rest).toEqual(found.slice(Math.floor(found.length / 2) + 1));
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  ["desc", NOW - 3650 * DAY],
  ["asc", NOW - DAY],
] as const)("crosses ten empty years in five statements, %s", async (order, instant) => {
  const store = reading([instant], 50);
  let found = 0;
  for await (const { rows } of nearestMonthsFirst(queryOver(NOW - 3651 * DAY, undefined, order), undefined, store.read))
    found += rows.length;
  expect(found).toBe(1);
  expect(store.statements()).toBeLessThanOrEqual(5);
});

test("what fails in the step that was begun ahead is not lost", async () => {
  const failing = (async function* () {
    yield 1;
    throw new Error("the store went away");
  })();
  const seen: number[] = [];
  const read = (async () => {
    for await (const value of readAhead(failing)) seen.push(value);
  })();
  await expect(read).rejects.toThrow("the store went away");
  expect(seen).toEqual([1]);
});
