import { describe, expect, test } from "vitest";
import { DaybookError } from "../errors.ts";
import { parseParameters } from "../http/parameters.ts";
import { type ReadScope, resolveQuery } from "../read/resolve.ts";
import { exportParameters, facetParameters, histogramParameters, pageParameters } from "./parameters.ts";
import { authorizedTenant } from "./tenant.ts";

const NOW = Date.UTC(2026, 10, 22, 9);
const DAY = 86_400_000;
const scope: ReadScope = {
  tenant: authorizedTenant("acme"),
  within: undefined,
  positions: {
    by: "position",
    indexed: 899,
    mark: (value) => ({ by: "position", value }),
    format: ({ value }) => String(value),
    parse: (text) => ({ by: "position", value: Number(text) }),
  },
  now: NOW,
};

function resolve(search: string) {
  return resolveQuery(parseParameters(pageParameters, new URLSearchParams(search)), scope);
}

function faults(search: string, schema: Parameters<typeof parseParameters>[0] = pageParameters) {
  try {
    parseParameters(schema, new URLSearchParams(search));
  } catch (error) {
    if (error instanceof DaybookError && error.code === "invalid_parameter") return error.errors;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("what is left out", () => {
  test("is the last thirty days, everything recorded so far, without a filter", () => {
    expect(resolve("")).toEqual({
      tenant: "acme",
      start: NOW - 30 * DAY,
      end: undefined,
      selection: [],
      order: "desc",
      asOf: { by: "position", value: 899 },
      now: NOW,
    });
  });

  test("reaches thirty days back from the end that is given", () => {
    expect(resolve("end=2026-01-31").start).toBe(Date.UTC(2026, 1, 1) - 30 * DAY);
  });

  test.each(["request_id=r", "session_id=s", "trace_id=t", "sequence=7"])(
    "is nothing of the log where one is named, by %s",
    (named) => {
      expect(resolve(named).start).toBe(0);
      expect(resolve(`${named}&end=2026-01-31`).start).toBe(0);
      expect(resolve(`${named}&start=2026-01-01`).start).toBe(Date.UTC(2026, 0, 1));
    },
  );
});

test("days begin in the time zone that is named, and the last one is whole", () => {
  const { start, end } = resolve("start=2026-03-29&end=2026-03-29&tz=Europe/Paris");
  expect([start, end]).toEqual([Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 2, 29, 22)]);
});

test("a value has at most 1,024 characters, however many units each takes in JavaScript", () => {
  const longest = "😀".repeat(1_024);
  expect(() => resolve(`actor_id=${encodeURIComponent(longest)}`)).not.toThrow();
  expect(faults(`actor_id=${encodeURIComponent(`${longest}x`)}`)).toMatchObject([{ pointer: "actor_id" }]);
});

test("actions are included and, with a leading hyphen, excluded", () => {
  expect(resolve("action=api_key.*&action=-api_key.delete&action=auth.login&action=auth.login").selection).toEqual([
    { filter: "action", exclude: false, values: ["api_key.*", "auth.login"] },
    { filter: "action", exclude: true, values: ["api_key.delete"] },
  ]);
});

test("an action of any depth has families", () => {
  expect(resolve("action=billing.invoice.*").selection).toEqual([
    { filter: "action", exclude: false, values: ["billing.invoice.*"] },
  ]);
});

test("what is excluded by other fields has parameters of its own, and can begin with a hyphen", () => {
  const search =
    "not_actor_id=-x&not_actor_id=u%201&not_actor_id=-x&not_role=-&not_ip=10.0.0.0/8&not_resource_type=Session&not_resource_id=%00'" +
    "&not_outcome=success&not_request_id=r&not_session_id=s&actor_id=-x&actor_id=y";
  const excluded = Object.fromEntries(
    resolve(search).selection.flatMap(({ filter, exclude, values }) => (exclude ? [[filter, values]] : [])),
  );
  expect(excluded).toEqual({
    actor_id: ["-x", "u 1"],
    role: ["-"],
    ip: ["10.0.0.0/8"],
    resource_type: ["Session"],
    resource_id: ["\u0000'"],
    outcome: ["success"],
    request_id: ["r"],
    session_id: ["s"],
  });
  expect(resolve(search).selection).toContainEqual({ filter: "actor_id", exclude: false, values: ["-x", "y"] });
  const hundred = Array.from({ length: 100 }, (_, i) => `not_role=r${i}`).join("&");
  expect(resolve(hundred).selection[0]?.values).toHaveLength(100);
});

test("metadata has a parameter for each path", () => {
  const search = new URLSearchParams([
    ["metadata.region", "eu"],
    ["metadata.region", "us"],
    ["metadata.a\\.b.c\\\\d", "true"],
    ["not_metadata.region", "eu-west"],
    ["metadata.<path>", "x"],
    ["metadata.", "y"],
    ["metadata.__proto__", "z"],
  ]);
  expect(resolve(search.toString()).selection).toEqual([
    { filter: "metadata", exclude: false, path: "region", values: ["eu", "us"] },
    { filter: "metadata", exclude: false, path: "a\\.b.c\\\\d", values: ["true"] },
    { filter: "metadata", exclude: true, path: "region", values: ["eu-west"] },
    { filter: "metadata", exclude: false, path: "<path>", values: ["x"] },
    { filter: "metadata", exclude: false, path: "", values: ["y"] },
    { filter: "metadata", exclude: false, path: "__proto__", values: ["z"] },
  ]);
});

test("times of day and weekdays are meant in the time zone", () => {
  expect(resolve("time_of_day=18:00-08:00&weekday=sat&weekday=sun&tz=Europe/Paris").selection).toEqual([
    { filter: "time_of_day", exclude: false, values: ["18:00-08:00"], zone: "Europe/Paris" },
    { filter: "weekday", exclude: false, values: ["sat", "sun"], zone: "Europe/Paris" },
  ]);
});

test.each([
  ["limit=0", "limit"],
  ["limit=1001", "limit"],
  ["limit=1e2", "limit"],
  ["limit=-5", "limit"],
  ["limit=", "limit"],
  ["limit=50&limit=50", "limit"],
  ["q=", "q"],
  ["q=a&q=b", "q"],
  ["start=soon", "start"],
  ["start=1066-10-14", "start"],
  ["end=2500-01-01T00:00:00Z", "end"],
  ["end=2026-01-31T12:00:00", "end"],
  ["tz=Nope/Zone", "tz"],
  ["tz=%2B05:00", "tz"],
  ["action=a%20b", "action"],
  ["action=*", "action"],
  ["action=-", "action"],
  ["action=.x", "action"],
  ["action=", "action"],
  ["actor_id=", "actor_id"],
  ["actor_id=a&actor_id=", "actor_id"],
  [`actor_id=${"x".repeat(1_025)}`, "actor_id"],
  ["actor_type=robot", "actor_type"],
  ["resource_type=a&resource_type=b", "resource_type"],
  ["order=up", "order"],
  ["time_of_day=8:00-18:00", "time_of_day"],
  ["time_of_day=25:00-08:00", "time_of_day"],
  ["time_of_day=08:00-08:00", "time_of_day"],
  ["weekday=Saturday", "weekday"],
  ["not_weekday=sat", "not_weekday"],
  ["first_seen=false", "first_seen"],
  ["not_first_seen=true", "not_first_seen"],
  ["metadata=x", "metadata"],
  ["metadata.a=", "metadata.a"],
  ["metadata.a%5C=x", "metadata.a\\"],
  ["metadata.a%5Cb=x", "metadata.a\\b"],
  [`metadata.${"x".repeat(10_000)}=x`, `metadata.${"x".repeat(10_000)}`],
  ["not_metadata.a=x&not_metadata.a=", "not_metadata.a"],
  ["action=a.*.b", "action"],
  ["outcome=failed", "outcome"],
  ["ip=203.0.113", "ip"],
  ["ip=203.0.113.0/33", "ip"],
  ["ip=203.0.113.0/", "ip"],
  ["ip=fe80::1%25eth0", "ip"],
  ["ip=0x7f.1", "ip"],
  ["not_actor_id=", "not_actor_id"],
  ["not_actor_id=a&not_actor_id=", "not_actor_id"],
  [`not_role=${"x&not_role=".repeat(100)}x`, "not_role"],
  ["not_ip=203.0.113", "not_ip"],
  ["not_ip=10.0.0.0/8&not_ip=::1/129", "not_ip"],
  ["not_outcome=failed", "not_outcome"],
  ["not_action=auth.login", "not_action"],
  ["not_q=x", "not_q"],
  ["actor=user_1", "actor"],
  ["__proto__=x", "__proto__"],
  ["constructor=x", "constructor"],
  ["Limit=5", "Limit"],
])("%s is refused by name", (search, pointer) => {
  expect(faults(search).map((fault) => fault.pointer)).toEqual([pointer]);
});

test("all faults are named at once", () => {
  expect(
    faults("limit=0&q=&foo=1&bar=2&outcome=x")
      .map((fault) => fault.pointer)
      .sort(),
  ).toEqual(["bar", "foo", "limit", "outcome", "q"]);
});

test("each call has parameters of its own", () => {
  const parse = (schema: Parameters<typeof parseParameters>[0], search: string) =>
    parseParameters(schema, new URLSearchParams(search));
  expect(parse(facetParameters, "field=role")).toEqual({ field: "role" });
  expect(parse(histogramParameters, "buckets=7")).toEqual({ buckets: 7 });
  expect(parse(exportParameters, "format=csv&bom=true&raw=false")).toEqual({ format: "csv", bom: true, raw: false });
  expect(faults("", facetParameters)).toEqual([{ pointer: "field", message: "is required" }]);
  expect(faults("field=metadata", facetParameters)[0]?.pointer).toBe("field");
  expect(faults("buckets=501", histogramParameters)[0]?.pointer).toBe("buckets");
  expect(
    faults("format=xml&limit=5", exportParameters)
      .map((fault) => fault.pointer)
      .sort(),
  ).toEqual(["format", "limit"]);
});

test("a start after its end is refused; an empty range is not", () => {
  expect(() => resolve("start=2026-02-01&end=2026-01-01")).toThrow(/start must not be after end/);
  expect(resolve("start=2026-02-01T00:00:00Z&end=2026-02-01T00:00:00Z").end).toBe(Date.UTC(2026, 1, 1));
});
