import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSearch, stringifySearch } from "../search-text.ts";
import { addDays, isDay } from "../time/day.ts";
import { actionChoices, activeFilters, dayRange, type Filters, readFilters, toQuery, withFilter } from "./filters.ts";

const TODAY = "2026-11-22";

const day = fc
  .date({ min: new Date("2000-01-01"), max: new Date("2030-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const anyFilters = fc.record(
  {
    start: day,
    end: day,
    action: fc.constantFrom("auth.login", "api_key.*", "x:y-z"),
    resource_type: fc.string({ minLength: 1, maxLength: 40, unit: "binary" }),
    q: fc.string({ minLength: 1, maxLength: 40, unit: "binary" }),
  },
  { requiredKeys: [] },
);

describe("filters and the address", () => {
  it("come back from the address as they went in", () => {
    fc.assert(
      fc.property(anyFilters, (filters) => {
        expect(readFilters(parseSearch(stringifySearch(filters)))).toEqual({ filters, ignored: [] });
      }),
    );
  });

  it("leave defaults out of the address", () => {
    expect(stringifySearch({})).toBe("");
    expect(withFilter({}, "end", TODAY, TODAY)).toEqual({});
    expect(withFilter({ start: "2026-11-01" }, "start", "2026-10-24", TODAY)).toEqual({});
    expect(withFilter({ q: "x" }, "q", "  ", TODAY)).toEqual({});
  });

  it("ignore what cannot be meant, and say so", () => {
    const { filters, ignored } = readFilters(
      parseSearch(
        `?start=2026-02-30&end=yesterday&action=DROP%20TABLE&q=${"x".repeat(257)}&resource_type=a&resource_type=b`,
      ),
    );
    expect(filters).toEqual({ resource_type: "a" });
    expect(ignored.map(({ name, value }) => [name, value.slice(0, 10)])).toEqual([
      ["start", "2026-02-30"],
      ["end", "yesterday"],
      ["action", "DROP TABLE"],
      ["resource_type", "b"],
      ["q", "xxxxxxxxxx"],
    ]);
  });

  it("never crash on an address", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void readFilters(parseSearch(text))));
  });
});

describe("the range of days", () => {
  it("is the last 30 days by default, today being one of them", () => {
    expect(dayRange({}, TODAY)).toEqual({ start: "2026-10-24", end: TODAY });
  });

  it("leaves the start where it was when only the end is chosen", () => {
    expect(dayRange({ end: "2026-11-10" }, TODAY)).toEqual({ start: "2026-10-24", end: "2026-11-10" });
  });

  it("never runs backwards by default", () => {
    fc.assert(
      fc.property(day, (end) => {
        expect(dayRange({ end }, TODAY).start <= end).toBe(true);
      }),
    );
  });
});

it("a query names the organization and both days", () => {
  const filters: Filters = { action: "auth.login", q: "a b&c" };
  expect(toQuery(filters, "acme", TODAY).toString()).toBe(
    "tenant_id=acme&start=2026-10-24&end=2026-11-22&action=auth.login&q=a+b%26c",
  );
});

it("counts the filters that differ from their default", () => {
  expect(activeFilters({ q: "x", end: "2026-01-01" })).toEqual(["end", "q"]);
});

describe("the choices of an action", () => {
  it("are the built-in ones as they are named, then what else the data holds", () => {
    const { builtIn, others } = actionChoices(["auth.login", "invoice.pay", "invoice.void"], undefined);
    expect(builtIn.slice(0, 2)).toEqual(["auth.login", "auth.logout"]);
    expect(others).toEqual(["invoice.pay", "invoice.void"]);
  });

  it("hold the selected one, wherever it came from", () => {
    expect(actionChoices([], "nobody.knows").others).toEqual(["nobody.knows"]);
    expect(actionChoices([], "nobody.*").families.at(-1)).toBe("nobody.*");
    expect(actionChoices([], "api_key.*").families.filter((family) => family === "api_key.*")).toHaveLength(1);
  });
});

it("knows which days exist", () => {
  expect(["2024-02-29", "2026-02-29", "2026-13-01", "2026-1-1", "20261101", ""].filter(isDay)).toEqual(["2024-02-29"]);
  expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
});
