import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { anEvent, type Problem } from "../support/events.ts";
import { sameLog, shifted } from "../support/positions.ts";
import type { TestServer } from "../support/server.ts";

let server: TestServer;
let key: string;

interface Page {
  data: Event[];
  next_cursor: string | null;
  total: { value: number; relation: string };
  indexed_through: string;
}

/** What the filters are tried on; each by one letter. All on days of their own, so that the system's own events stay apart. */
const EVENTS: Record<string, Record<string, unknown>> = {
  a: {
    timestamp: "2026-03-01T00:00:00Z",
    action: "api_key.create",
    user_id: "u1",
    user_role: "admin",
    ip: "203.0.113.7",
  },
  b: {
    timestamp: "2026-03-01T23:59:59.999Z",
    action: "api_key.delete",
    user_id: "u2",
    ip: "203.0.114.7",
    outcome: "denied",
  },
  c: {
    timestamp: "2026-03-02T00:00:00Z",
    action: "api_keys.list",
    user_id: "u1",
    user_role: "Admin",
    ip: "2001:db8::1",
  },
  d: {
    timestamp: "2026-03-02T12:00:00Z",
    action: "auth.login",
    user_id: "U1",
    ip: "2001:db8:0:1::ff",
    outcome: "failure",
  },
  e: {
    timestamp: "2026-03-03T00:00:00Z",
    action: "auth.login",
    actor: { type: "anonymous" },
    ip: "::ffff:203.0.113.9",
  },
  f: {
    timestamp: "2026-03-03T00:00:00Z",
    resource: { type: "api_key", id: "key_ÄÖ" },
    description: "Straße 100% of_it",
    ip: "10.0.0.1",
  },
  g: {
    timestamp: "2026-03-03T00:00:00Z",
    resource: { type: "API", id: "K" },
    description: "STRASSE 100x ofxit \\ 'quoted' \"so\"",
  },
  h: {
    timestamp: "2026-03-29T00:30:00Z",
    resource: { type: "apis" },
    description: "İstanbul Ωmega 🦉",
    outcome: "unknown",
  },
  i: {
    timestamp: "2026-03-29T21:59:59.999Z",
    resource: { type: "channel", id: "api" },
    description: "line one\nline two",
  },
  j: { timestamp: "2026-03-29T22:00:00Z", resource: { type: "channel", id: "" }, description: "" },
};

beforeAll(async () => {
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  // As they came to be recorded: not in the order of their times.
  const order = ["e", "j", "a", "i", "b", "f", "h", "c", "g", "d"];
  const sent = order.map((id) => {
    const { user_id, resource, actor, ...rest } = EVENTS[id] ?? {};
    return anEvent({
      id,
      ...(resource === undefined ? {} : { resource }),
      actor: actor ?? { type: "user", ...(user_id === undefined ? {} : { id: user_id }) },
      ...rest,
    });
  });
  expect((await server.post(key, sent)).status).toBe(201);
  await server.caughtUp(key);
});
afterAll(() => server.remove());

async function list(query: string): Promise<Page> {
  const response = await server.fetch(`/v1/events?${query}`, {}, key);
  expect(response.headers.get("content-type")).toBe("application/json");
  return (await response.json()) as Page;
}

/** The letters of what a query finds in March 2026, newest first. */
async function found(query: string): Promise<string> {
  const all = "start=2026-02-01&end=2026-04-30";
  const page = await list(query.includes("start=") || query.includes("end=") ? query : `${all}&${query}`);
  expect(page.total).toEqual({ value: page.data.length, relation: "eq" });
  return page.data.map(({ id }) => id).join("");
}

describe("the list", () => {
  it("is newest first by time, and by sequence where times are equal", async () => {
    expect(await found("")).toBe("jihgfedcba");
  });

  it("goes back 30 days from now, or from its end", async () => {
    const own = await list("");
    expect(own.data.map(({ action }) => action).sort()).toEqual(["api_key.create", "organization.create"]);
    expect(own.data.every(({ source }) => source.type === "daybook")).toBe(true);
    expect(await found("end=2026-03-31")).toBe("jihgfedc");
    expect(await found("end=2026-03-30T23:59:59.999Z")).toBe("jihgfedcba");
  });

  it("tells how far it reaches, and how many there are", async () => {
    const page = await list("start=2026-02-01&end=2026-04-30&limit=3");
    expect(page.data.map(({ id }) => id)).toEqual(["j", "i", "h"]);
    expect(page.total).toEqual({ value: 10, relation: "eq" });
    expect(page.next_cursor).toEqual(expect.any(String));
    expect(page.indexed_through).toMatch(/^[0-9a-f-]{36}:11$/);
  });

  it("of nothing is empty", async () => {
    expect(await list("start=2026-05-01&end=2026-05-02")).toMatchObject({
      data: [],
      next_cursor: null,
      total: { value: 0, relation: "eq" },
    });
  });
});

describe("filters", () => {
  const CHANGE = "start=2026-03-29&end=2026-03-30&tz=Europe/Berlin";

  it.each([
    ["a start is inclusive", "start=2026-03-02T00:00:00Z&end=2026-03-04", "gfedc"],
    ["an end is exclusive", "start=2026-03-01&end=2026-03-02T00:00:00Z", "ba"],
    ["with fractions and offsets", "start=2026-03-02T00:59:59.999%2B01:00&end=2026-03-02T00:00:00.001Z", "cb"],
    ["a date as end includes its day", "start=2026-03-01&end=2026-03-01", "ba"],
    ["a range of one instant is empty", "start=2026-03-01T00:00:00Z&end=2026-03-01T00:00:00Z", ""],
    ["days are those of the time zone", "start=2026-03-01&end=2026-03-01&tz=America/New_York", "cb"],
    ["also on the day the clocks change", "start=2026-03-29&end=2026-03-29&tz=Europe/Berlin", "ih"],
    ["and the day after", "start=2026-03-30&end=2026-03-30&tz=Europe/Berlin", "j"],
    ["times of day before the clocks change", `${CHANGE}&time_of_day=01:00-02:00`, "h"],
    ["times of day after it", `${CHANGE}&time_of_day=23:00-24:00`, "i"],
    ["weekdays after it", `${CHANGE}&weekday=mon`, "j"],
    ["an action", "action=auth.login", "ed"],
    ["an action and no longer one", "action=api_key", ""],
    ["a family of actions", "action=api_key.*", "ba"],
    ["actions are OR'ed", "action=api_key.create&action=auth.*", "eda"],
    ["an action excluded", "action=-channel.create", "edcba"],
    ["a family excluded", "action=-api_key.*&action=-channel.*", "edc"],
    ["excludes apply after includes", "action=api_key.*&action=-api_key.delete", "a"],
    ["excludes win over the same include", "action=auth.login&action=-auth.login", ""],
    ["a resource type by its beginning, in any case", "resource_type=API", "hgf"],
    ["a resource type whole", "resource_type=api_KEY", "f"],
    ["a resource type is no pattern", "resource_type=a%25", ""],
    ["nor in its middle", "resource_type=key", ""],
    ["a resource id exactly", "resource_id=K", "g"],
    ["not by its case", "resource_id=k", ""],
    ["an actor id exactly", "actor_id=u1", "ca"],
    ["a role exactly", "role=admin", "a"],
    ["an outcome", "outcome=denied", "b"],
    ["outcomes are OR'ed", "outcome=denied&outcome=failure&outcome=unknown", "hdb"],
    ["an address", "ip=203.0.113.7", "a"],
    ["an IPv4 range, mapped into IPv6 too", "ip=203.0.113.0/24", "ea"],
    ["a wider one", "ip=203.0.112.0/22", "eba"],
    ["bits after the prefix do not matter", "ip=203.0.113.77/24", "ea"],
    ["all of IPv4", "ip=0.0.0.0/0", "feba"],
    ["an IPv6 address in other spelling", "ip=2001:DB8:0:0::1", "c"],
    ["an IPv6 range", "ip=2001:db8::/32", "dc"],
    ["a narrower one", "ip=2001:db8::/64", "c"],
    ["every address", "ip=::/0", "fedcba"],
    ["an actor left out, not who has no id", "not_actor_id=u1", "jihgfedb"],
    ["actors left out", "not_actor_id=u1&not_actor_id=u2", "jihgfed"],
    ["nobody left out by a hyphen", "not_actor_id=-u1", "jihgfedcba"],
    ["what is asked for and left out", "actor_id=u1&not_actor_id=u1", ""],
    ["a role left out, exactly", "not_role=admin", "jihgfedcb"],
    ["a resource type left out whole, in any case", "not_resource_type=api", "jihfedcba"],
    ["a resource id left out", "not_resource_id=K", "jihfedcba"],
    ["an outcome left out", "not_outcome=success", "hdb"],
    ["an address left out", "not_ip=203.0.113.7", "jihgfedcb"],
    ["ranges left out, mapped or not, not what has no address", "not_ip=203.0.113.0/24&not_ip=2001:db8::/32", "jihgfb"],
    ["every address left out", "not_ip=::/0", "jihg"],
    ["a request and a session left out that nothing has", "not_request_id=r&not_session_id=s", "jihgfedcba"],
    [
      "all filters together",
      "action=api_key.*&actor_id=u1&role=admin&ip=203.0.113.0/24&outcome=success&resource_type=ch",
      "a",
    ],
  ])("%s", async (_what, query, letters) => {
    expect(await found(query)).toBe(letters);
  });

  it.each([
    ["of the description", "one", "i"],
    ["of the resource id", "key_", "f"],
    ["of either, but not across both", "itkey", ""],
    ["in any case", "LINE", "i"],
    ["beyond ASCII too", "ωMEGA", "h"],
    ["of umlauts", "key_äö", "f"],
    ["as it is folded", "straße", "gf"],
    ["one character long", "🦉", "h"],
    ["with a line end", "one\nline", "i"],
    ["with a percent sign for itself", "100%", "f"],
    ["with an underscore for itself", "of_it", "f"],
    ["with a backslash for itself", "\\", "g"],
    ["with quotes", "'quoted' \"so\"", "g"],
    ["that would be SQL", "' OR 1=1 --", ""],
    ["with braces of a parameter", "{tenant:String}", ""],
    ["of what is only in the action", "api_key.create", ""],
  ])("text %s", async (_what, q, letters) => {
    expect(await found(`q=${encodeURIComponent(q)}`)).toBe(letters);
  });

  it("a position fixes what had been recorded", async () => {
    const position = (await list("")).indexed_through;
    const earlier = (by: number) => shifted(position, -by);
    expect((await list(`as_of=${earlier(9)}`)).indexed_through).toBe(earlier(9));
    expect(await found(`start=2026-02-01&end=2026-04-30&as_of=${earlier(9)}`)).toBe("e");
    expect(await found(`start=2026-02-01&end=2026-04-30&as_of=${earlier(7)}`)).toBe("jea");
    expect((await list(`as_of=${sameLog(position, 0)}`)).total.value).toBe(1);
    expect((await list(`as_of=${sameLog(position, -1)}`)).total.value).toBe(0);
  });
});

describe("a parameter is refused by its name", () => {
  it.each([
    ["limit=0", "limit"],
    ["limit=1001", "limit"],
    ["limit=abc", "limit"],
    ["limit=-1", "limit"],
    ["limit=1.5", "limit"],
    ["limit=%2B5", "limit"],
    ["limit=", "limit"],
    ["limit=5&limit=6", "limit"],
    ["start=yesterday", "start"],
    ["start=2026-02-30", "start"],
    ["start=2026-01-01T00:00:00", "start"],
    ["end=2026-13-01", "end"],
    ["start=2026-03-02&end=2026-03-01", "start"],
    ["start=2199-01-01&end=2026-01-01", "start"],
    ["start=9999-01-01", "start"],
    ["tz=Mars/Olympus", "tz"],
    ["tz=%2B01:00", "tz"],
    ["action=a%20b", "action"],
    ["action=", "action"],
    ["action=api_key.*.x*", "action"],
    ["outcome=ok", "outcome"],
    ["outcome=success&outcome=ok", "outcome"],
    ["ip=300.0.0.1", "ip"],
    ["ip=10.0.0.0/33", "ip"],
    ["ip=fe80::1%25eth0", "ip"],
    ["ip=10.0.0.0/8/8", "ip"],
    ["q=", "q"],
    ["q=a&q=b", "q"],
    ["resource_type=", "resource_type"],
    ["resource_id=a&resource_id=", "resource_id"],
    ["actor_id=", "actor_id"],
    ["role=", "role"],
    ["not_role=", "not_role"],
    ["not_actor_id=u1&not_actor_id=", "not_actor_id"],
    [`${"not_session_id=s&".repeat(100)}not_session_id=t`, "not_session_id"],
    ["not_ip=10.0.0.0/8&not_ip=10.0.0.0/33", "not_ip"],
    ["not_outcome=ok", "not_outcome"],
    ["not_action=auth.login", "not_action"],
    ["as_of=7", "as_of"],
    ["as_of=0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21:7", "as_of"],
    ["since=-1", "since"],
    ["since=0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21:7", "since"],
    ["tenant_id=", "tenant_id"],
    ["tenant_id=acme&tenant_id=acme", "tenant_id"],
    ["user=u1", "user"],
    ["Action=auth.login", "Action"],
    ["__proto__=x", "__proto__"],
    ["constructor=x", "constructor"],
    ["format=csv", "format"],
  ])("%s", async (query, name) => {
    const response = await server.fetch(`/v1/events?${query}`, {}, key);
    const problem = (await response.json()) as Problem;
    expect(problem).toMatchObject({ status: 400, code: "invalid_parameter" });
    expect(problem.errors?.map(({ pointer }) => pointer)).toContain(name);
    expect(problem.detail).toMatch(new RegExp(`^${name} `));
  });

  it("all at once", async () => {
    const response = await server.fetch("/v1/events?limit=0&ip=x&colour=red&outcome=no", {}, key);
    const { errors } = (await response.json()) as Problem;
    expect(errors?.map(({ pointer }) => pointer).sort()).toEqual(["colour", "ip", "limit", "outcome"]);
  });
});
