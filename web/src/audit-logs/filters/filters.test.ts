import { ACTOR_TYPES, OUTCOMES } from "@daybook/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantBound } from "../../time/bound.ts";
import { addDays, isDay } from "../../time/day.ts";
import { parseSearch, stringifySearch } from "../../url-parameters.ts";
import type { Clock } from "../time/range.ts";
import { filterChips, shownChips } from "./chips.ts";
import { activeFilters, type Filters, readFilters, toQuery, withFilter } from "./filters.ts";
import { pinnedHref } from "./pinned.ts";

const TODAY = "2026-11-22";
const CLOCK: Clock = { now: Date.parse("2026-11-22T10:20:30.400Z"), today: TODAY, zone: "UTC" };

const text = fc.string({ minLength: 1, maxLength: 40, unit: "binary" });
const texts = fc.uniqueArray(text, { minLength: 1, maxLength: 3 });
const time = fc.date({ min: new Date("2000-01-01"), max: new Date("2030-12-31"), noInvalidDate: true });
const bound = fc.oneof(
  time.map((date) => date.toISOString().slice(0, 10)),
  time.map((date) => instantBound(date.getTime())),
);
const action = fc.constantFrom("auth.login", "api_key.*", "x:y-z", "-auth.*", "-db.update");
const LOG = "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21";
const position = fc.nat().map((number) => `${LOG}:${number}`);
const others = {
  action: fc.uniqueArray(action, { minLength: 1, maxLength: 4 }),
  outcome: fc.uniqueArray(fc.constantFrom(...OUTCOMES), { minLength: 1 }),
  resource_type: text,
  resource_id: texts,
  actor_id: texts,
  role: texts,
  on_behalf_of: texts,
  actor_type: fc.uniqueArray(fc.constantFrom(...ACTOR_TYPES), { minLength: 1 }),
  ip: fc.uniqueArray(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom("10.0.0.0/8", "2001:db8::/32")), { minLength: 1 }),
  time_of_day: fc.constantFrom("18:00-08:00", "00:00-24:00"),
  weekday: fc.uniqueArray(fc.constantFrom("sat", "sun"), { minLength: 1 }),
  first_seen: fc.constant("true"),
  "metadata.region": texts,
  "not_metadata.a\\.b.": texts,
  q: text,
  not_outcome: fc.uniqueArray(fc.constantFrom(...OUTCOMES), { minLength: 1 }),
  not_resource_type: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
  not_actor_id: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
  not_ip: fc.uniqueArray(fc.oneof(fc.ipV4(), fc.ipV6()), { minLength: 1, maxLength: 3 }),
  not_session_id: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
  as_of: position,
  since: position,
};
const anyFilters: fc.Arbitrary<Filters> = fc.oneof(
  fc.record({ ...others, start: bound, end: bound }, { requiredKeys: [] }),
  fc.record({ ...others, range: fc.constantFrom("1h", "24h", "7d", "90d") }, { requiredKeys: [] }),
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
    expect(withFilter({}, "end", TODAY, CLOCK)).toEqual({});
    expect(withFilter({ start: "2026-11-01" }, "start", "2026-10-24", CLOCK)).toEqual({});
    expect(withFilter({ q: "x" }, "q", "  ", CLOCK)).toEqual({});
    expect(withFilter({ action: ["a"] }, "action", [], CLOCK)).toEqual({});
    expect(withFilter({ range: "7d" }, "range", "30d", CLOCK)).toEqual({});
    expect(readFilters({ range: "30d" })).toEqual({ filters: {}, ignored: [] });
  });

  it("ignore what cannot be meant, and say so", () => {
    const { filters, ignored } = readFilters(
      parseSearch(
        `?start=2026-02-30&end=yesterday&action=DROP%20TABLE&action=--x&q=${"x".repeat(1_025)}&resource_type=a&resource_type=b` +
          "&outcome=good&ip=300.1.1.1&as_of=7&range=5m&metadata.a%5C=x&time_of_day=evening",
      ),
    );
    expect(filters).toEqual({ resource_type: "a" });
    expect(ignored.map(({ name, value }) => [name, value.slice(0, 10)])).toEqual([
      ["start", "2026-02-30"],
      ["end", "yesterday"],
      ["range", "5m"],
      ["action", "DROP TABLE"],
      ["action", "--x"],
      ["outcome", "good"],
      ["resource_type", "b"],
      ["ip", "300.1.1.1"],
      ["q", "xxxxxxxxxx"],
      ["time_of_day", "evening"],
      ["as_of", "7"],
      ["metadata.a\\", "x"],
    ]);
  });

  it("take what the API takes: families of any depth, and no bare hyphen", () => {
    const { filters, ignored } = readFilters(parseSearch("?action=billing.invoice.*&action=-a.b.*&action=-&action=*"));
    expect(filters).toEqual({ action: ["billing.invoice.*", "-a.b.*"] });
    expect(ignored.map(({ value }) => value)).toEqual(["-", "*"]);
  });

  it("say of a position without its log that it is an earlier version's", () => {
    const { ignored } = readFilters(parseSearch("?as_of=41999&since=here"));
    expect(ignored.map(({ reason }) => reason)).toEqual([expect.stringContaining("earlier version"), "not a position"]);
  });

  it("ignore what cannot be excluded, and more than the server takes", () => {
    const many = Array.from({ length: 101 }, (_, i) => `not_role=r${i}`).join("&");
    const { filters, ignored } = readFilters(
      parseSearch(`?not_ip=x&not_ip=10.0.0.1&not_outcome=good&not_actor_id=-a&not_actor_id=-a&not_action=b&${many}`),
    );
    expect({ ...filters, not_role: filters.not_role?.length }).toEqual({
      not_ip: ["10.0.0.1"],
      not_actor_id: ["-a"],
      not_role: 100,
    });
    expect(ignored.map(({ name, value, reason }) => [name, value, reason])).toEqual([
      ["not_outcome", "good", expect.stringMatching(/^not one of/)],
      ["not_role", "r100", "above the limit of 100 values"],
      ["not_ip", "x", "not an IP address or range"],
    ]);
  });

  it("no longer leave out what is asked for", () => {
    const filters: Filters = { not_role: ["admin", "owner"], not_outcome: ["denied"], not_ip: ["::1"] };
    expect(withFilter(filters, "role", ["admin"], CLOCK)).toEqual({
      role: ["admin"],
      not_role: ["owner"],
      not_outcome: ["denied"],
      not_ip: ["::1"],
    });
    expect(withFilter(filters, "outcome", ["denied"], CLOCK)).toEqual({
      outcome: ["denied"],
      not_role: ["admin", "owner"],
      not_ip: ["::1"],
    });
  });

  it("ignore a relative range beside dates", () => {
    const { filters, ignored } = readFilters({ range: "7d", start: "2026-11-01" });
    expect(filters).toEqual({ start: "2026-11-01" });
    expect(ignored).toEqual([{ name: "range", value: "7d", reason: "replaced by the dates" }]);
  });

  it("never crash on an address", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (search) => void readFilters(parseSearch(search))));
  });
});

describe("changing one bound", () => {
  it("of a relative range holds the other where it is seen to be", () => {
    expect(withFilter({ range: "7d" }, "end", "2026-11-20", CLOCK)).toEqual({ start: "2026-11-16", end: "2026-11-20" });
    expect(withFilter({ range: "24h" }, "end", "2026-11-22T09:00:00Z", CLOCK)).toEqual({
      start: "2026-11-21T10:20:00Z",
      end: "2026-11-22T09:00:00Z",
    });
  });

  it("takes a preset's place, and a preset takes the place of dates", () => {
    expect(withFilter({ range: "24h" }, "start", "2026-11-01", CLOCK)).toEqual({ start: "2026-11-01" });
    expect(withFilter({ start: "2026-11-01", end: "2026-11-02", q: "x" }, "range", "1h", CLOCK)).toEqual({
      q: "x",
      range: "1h",
    });
  });
});

describe("a query", () => {
  it("names the organization and both days", () => {
    const filters: Filters = { action: ["auth.login"], q: "a b&c" };
    expect(toQuery(filters, "acme", CLOCK).toString()).toBe(
      "tenant_id=acme&start=2026-10-24&end=2026-11-22&action=auth.login&q=a+b%26c",
    );
  });

  it("repeats what is several, and says the zone that days are of", () => {
    const filters: Filters = {
      range: "1h",
      action: ["auth.*", "-auth.logout"],
      outcome: ["failure", "denied"],
      not_actor_id: ["-a", "b c"],
    };
    expect(toQuery(filters, "acme", { ...CLOCK, zone: "Europe/Berlin" }).toString()).toBe(
      "tenant_id=acme&start=2026-11-22T09%3A20%3A00Z&tz=Europe%2FBerlin&action=auth.*&action=-auth.logout&outcome=failure&outcome=denied&not_actor_id=-a&not_actor_id=b+c",
    );
  });
});

it("counts the filters that differ from their default", () => {
  expect(activeFilters({ q: "x", end: "2026-01-01" })).toEqual(["end", "q"]);
});

describe("the chips", () => {
  it("name each filter once, the range as one, what is excluded as such", () => {
    const filters: Filters = {
      range: "24h",
      action: ["auth.*", "-auth.logout"],
      ip: ["10.0.0.0/8", "::1"],
      not_role: ["-a", "b"],
      "not_metadata.region": ["eu"],
    };
    const chips = filterChips(filters, CLOCK);
    expect(chips.map(({ label, value, excluded }) => [label, value, excluded])).toEqual([
      ["Time", "Last 24 hours", false],
      ["Action", "auth.*", false],
      ["Action", "auth.logout", true],
      ["Role", "-a", true],
      ["Role", "b", true],
      ["IP Address", "10.0.0.0/8", false],
      ["IP Address", "::1", false],
      ["Metadata region", "eu", true],
    ]);
    expect(chips[2]?.without).toEqual({ ...filters, action: ["auth.*"] });
    expect(chips[3]?.without).toEqual({ ...filters, not_role: ["b"] });
  });

  it("are one for many actions, and another for many that are left out", () => {
    const many = ["a.x", "b.x", "c.x", "d.x", "e.x"];
    const action = [...many, "-b.y", ...many.map((one) => `-${one}`)];
    const chips = shownChips({ range: "24h", action, q: "x" }, CLOCK);
    expect(chips.map(({ label, value, all, excluded }) => [label, value, all, excluded])).toEqual([
      ["Time", "Last 24 hours", undefined, false],
      ["Action", "any of 5", many.join(", "), false],
      ["Action", "any of 6", ["b.y", ...many].join(", "), true],
      ["Search", "x", undefined, false],
    ]);
    expect(chips[1]?.without).toEqual({ range: "24h", action: action.slice(5), q: "x" });
    expect(chips[2]?.without).toEqual({ range: "24h", action: many, q: "x" });
    expect(shownChips({ action: many.slice(1) }, CLOCK)).toHaveLength(4);
  });

  it.each([filterChips, shownChips])("taken away one after the other leave nothing: %o", (chipsOf) => {
    fc.assert(
      fc.property(anyFilters, (filters) => {
        let left = filters;
        for (let chips = chipsOf(left, CLOCK); chips.length > 0; chips = chipsOf(left, CLOCK)) {
          expect(new Set(chips.map(({ key }) => key)).size).toBe(chips.length);
          left = chips[0]?.without ?? {};
        }
        expect(left).toEqual({});
      }),
    );
  });
});

describe("a pinned link", () => {
  const location = { origin: "https://logs.example", pathname: "/logs", search: "?org=acme&range=24h" };

  it("says the same at any later time", () => {
    fc.assert(
      fc.property(anyFilters, position, (filters, asOf) => {
        const href = pinnedHref({ location, filters, clock: CLOCK, asOf });
        const read = readFilters(parseSearch(new URL(href).search));
        expect(read.ignored).toEqual([]);
        const later = { ...CLOCK, now: CLOCK.now + 1e10, today: addDays(TODAY, 99) };
        const asked = toQuery(read.filters, "acme", CLOCK);
        expect(toQuery(read.filters, "acme", later).toString()).toBe(asked.toString());
        expect(asked.has("as_of")).toBe(true);
      }),
    );
  });

  it("keeps the organization, the zone and what it was pinned to before", () => {
    const href = pinnedHref({ location, filters: { range: "24h", as_of: `${LOG}:7` }, clock: CLOCK, asOf: `${LOG}:9` });
    expect(href).toBe(
      `https://logs.example/logs?org=acme&as_of=${encodeURIComponent(`${LOG}:7`)}&start=2026-11-21T10%3A20%3A00Z&end=2026-11-22T10%3A20%3A31Z&tz=UTC`,
    );
  });
});

it("knows which days exist", () => {
  expect(["2024-02-29", "2026-02-29", "2026-13-01", "2026-1-1", "20261101", ""].filter(isDay)).toEqual(["2024-02-29"]);
  expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
});
