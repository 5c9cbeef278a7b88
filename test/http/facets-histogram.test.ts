import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { anEvent } from "../support/events.ts";
import type { TestServer } from "../support/server.ts";

const RANGE = "start=2026-03-01&end=2026-03-10";
const DAY_MS = 24 * 3_600_000;

interface Facets {
  field: string;
  values: { value: string; count: number }[];
  more: boolean;
}

interface Groups {
  by: string;
  groups: { type?: string; value: string; count: number; actors: number; first: string; last: string }[];
  more: boolean;
}

interface Histogram {
  interval_ms: number;
  buckets: { start: string; counts: Record<string, number> }[];
}

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  const event = (day: number, action: string, outcome: string, actor: string, rest = {}) =>
    anEvent({
      timestamp: `2026-03-0${day}T12:00:00Z`,
      action,
      outcome,
      actor: { type: "user", id: actor, role: "admin" },
      ...rest,
    });
  const events = [
    event(1, "auth.login", "success", "u1", { context: { ip: "192.0.2.1" } }),
    event(2, "auth.login", "failure", "u2", { context: { ip: "192.0.2.1" } }),
    event(2, "auth.logout", "success", "u1"),
    event(3, "db.update", "success", "u1", { resource: { type: "table" } }),
    event(9, "db.update", "denied", "u3", { resource: { type: "Table" } }),
    event(9, "plain", "success", "u1", { actor: { type: "system" } }),
    event(9, "toString.x", "success", "u1"),
    event(9, "constructor", "success", "u1"),
  ];
  expect((await server.post(key, events)).status).toBe(201);
  await server.caughtUp(key);
});
afterAll(() => server.remove());

async function get<T>(path: string): Promise<T> {
  const response = await server.fetch(path, {}, key);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

const facets = async (query: string) => {
  const { field, values, more } = await get<Facets>(`/v1/events/facets?${RANGE}&${query}`);
  expect(query).toContain(`field=${field}`);
  expect(more).toBe(false);
  return values.map(({ value, count }) => `${value}:${count}`).join(" ");
};

const histogram = (query: string) => get<Histogram>(`/v1/events/histogram?${query}`);

const sumOf = ({ buckets }: Histogram) =>
  buckets.reduce((sum, { counts }) => Object.values(counts).reduce((a, b) => a + b, sum), 0);

const totalOf = async (query: string) =>
  (await get<{ total: { value: number } }>(`/v1/events?limit=1&${query}`)).total.value;

describe("facets", () => {
  it.each([
    ["field=action", "auth.login:2 db.update:2 auth.logout:1 constructor:1 plain:1 toString.x:1"],
    ["field=outcome", "success:6 denied:1 failure:1"],
    ["field=resource_type", "channel:6 Table:1 table:1"],
    ["field=actor_id", "u1:5 u2:1 u3:1"],
    ["field=role", "admin:7"],
    ["field=ip", "192.0.2.1:2"],
  ])("count values, the most frequent first, ties by value: %s", async (query, expected) => {
    expect(await facets(query)).toBe(expected);
  });

  it.each([
    ["field=action&action=auth.login", "auth.login:2 db.update:2 auth.logout:1 constructor:1 plain:1 toString.x:1"],
    [
      "field=action&action=auth.login&outcome=success",
      "auth.login:1 auth.logout:1 constructor:1 db.update:1 plain:1 toString.x:1",
    ],
    ["field=outcome&action=auth.*&outcome=denied", "success:2 failure:1"],
    ["field=actor_id&actor_id=u2&action=auth.*", "u1:2 u2:1"],
    ["field=resource_type&resource_type=table&outcome=success", "channel:5 table:1"],
    ["field=ip&ip=10.0.0.0/8", "192.0.2.1:2"],
    ["field=role&role=none&actor_id=u3", "admin:1"],
    ["field=actor_id&not_actor_id=u1&not_outcome=success", "u2:1 u3:1"],
    ["field=outcome&not_actor_id=u1", "denied:1 failure:1 success:1"],
    ["field=outcome&q=nothing", ""],
  ])("obey every filter but their own: %s", async (query, expected) => {
    expect(await facets(query)).toBe(expected);
  });

  it.each(["", "field=", "field=metadata", "field=action&field=role", "field=action&limit=5", "field=action&cursor=x"])(
    "are refused for %j",
    async (query) => {
      const response = await server.fetch(`/v1/events/facets?${query}`, {}, key);
      expect(await response.json()).toMatchObject({ status: 400, code: "invalid_parameter" });
    },
  );
});

describe("groups", () => {
  const groups = async (query: string) => {
    const { by, groups: found, more } = await get<Groups>(`/v1/groups?${RANGE}&${query}`);
    expect(query).toContain(`by=${by}`);
    return [
      ...found.map(({ type, value, count, actors }) => `${type ?? ""}${value}:${count}/${actors}`),
      ...(more ? ["more"] : []),
    ].join(" ");
  };

  it.each([
    ["by=network", "192.0.2.0/24:2/2"],
    ["by=ip", "192.0.2.1:2/2"],
    ["by=actor_id", "u1:5/1 u2:1/1 u3:1/1"],
    ["by=role", "admin:7/3"],
    ["by=actor_id&limit=1", "u1:5/1 more"],
    // Unlike a facet, groups are of the matches themselves.
    ["by=actor_id&actor_id=u2", "u2:1/1"],
    ["by=ip&outcome=failure", "192.0.2.1:1/1"],
    ["by=ip&q=nothing", ""],
  ])("count what events have in common, and who acted: %s", async (query, expected) => {
    expect(await groups(query)).toBe(expected);
  });

  it("say when the first and the last event of each happened", async () => {
    const { groups: found } = await get<Groups>(`/v1/groups?${RANGE}&by=network`);
    expect(found).toEqual([
      {
        value: "192.0.2.0/24",
        count: 2,
        first: "2026-03-01T12:00:00.000Z",
        last: "2026-03-02T12:00:00.000Z",
        actors: 2,
      },
    ]);
  });

  it.each([
    ["", "by"],
    ["by=action", "by"],
    ["by=ip&by=network", "by"],
    ["by=ip&limit=101", "limit"],
    ["by=ip&field=action", "field"],
  ])("are refused with the parameter that is at fault: %j", async (query, pointer) => {
    const response = await server.fetch(`/v1/groups?${query}`, {}, key);
    expect(await response.json()).toMatchObject({ status: 400, code: "invalid_parameter", errors: [{ pointer }] });
  });
});

describe("the histogram", () => {
  it("has buckets without a gap from start to end, the empty ones too, by family", async () => {
    const day = await histogram(`${RANGE}&buckets=10`);
    expect(day.interval_ms).toBe(DAY_MS);
    expect(day.buckets.map(({ start }) => start)).toEqual(
      Array.from({ length: 10 }, (_, i) => new Date(Date.UTC(2026, 2, 1) + i * DAY_MS).toISOString()),
    );
    expect(day.buckets.slice(0, 4).map(({ counts }) => counts)).toEqual([{ auth: 1 }, { auth: 2 }, { db: 1 }, {}]);
    expect(Object.entries(day.buckets[8]?.counts ?? {}).sort()).toEqual([
      ["constructor", 1],
      ["db", 1],
      ["plain", 1],
      ["toString", 1],
    ]);
  });

  it.each([
    "",
    "&buckets=1",
    "&buckets=7",
    "&buckets=500",
    "&action=auth.*",
    "&outcome=success&buckets=3",
    "&q=nothing",
  ])("adds up to the total: %s", async (query) => {
    const answer = await histogram(RANGE + query);
    expect(sumOf(answer)).toBe(await totalOf((RANGE + query).replace(/&buckets=\d+/, "")));
    expect(answer.buckets.length).toBeLessThanOrEqual(Number(/buckets=(\d+)/.exec(query)?.[1] ?? 60));
    for (const [i, { start }] of answer.buckets.entries()) {
      expect(Date.parse(start)).toBe(Date.UTC(2026, 2, 1) + i * answer.interval_ms);
    }
    const covered = Date.UTC(2026, 2, 1) + answer.buckets.length * answer.interval_ms;
    expect(covered).toBeGreaterThanOrEqual(Date.UTC(2026, 2, 11));
  });

  it("of an open range reaches to now, and to what lies ahead of it", async () => {
    const ahead = new Date(Date.now() + 5 * 60_000).toISOString();
    expect((await server.post(key, [anEvent({ timestamp: ahead, action: "ahead.of" })])).status).toBe(201);
    await server.caughtUp(key);
    const answer = await histogram("start=2026-03-01");
    expect(sumOf(answer)).toBe(await totalOf("start=2026-03-01"));
    const last = Date.parse(answer.buckets.at(-1)?.start ?? "") + answer.interval_ms;
    expect(last).toBeGreaterThan(Date.parse(ahead));
  });

  it.each(["buckets=0", "buckets=501", "buckets=x", "buckets=6&buckets=7", "limit=1"])(
    "is refused for %s",
    async (query) => {
      const response = await server.fetch(`/v1/events/histogram?${query}`, {}, key);
      expect(await response.json()).toMatchObject({ status: 400, code: "invalid_parameter" });
    },
  );
});
