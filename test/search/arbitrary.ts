import { formatPosition, OUTCOMES } from "@daybook/sdk";
import { isRepeatable, meaningOf } from "@daybook/sdk/filters";
import fc from "fast-check";
import type { ValidEvent } from "../../src/event/validate.ts";
import { parseFixedFilter } from "../../src/query/filters.ts";
import type { SelectionParameters } from "../../src/query/parameters.ts";

/** Few values of everything, so that events share them and queries hit. */
const ORGANIZATIONS = ["acme", "globex"];
const ACTIONS = [
  "api_key.create",
  "api_key.delete",
  "api_key",
  "auth.login",
  "api_keys.x",
  "billing.invoice.pay",
  "db.update",
];
const TYPES = ["api_key", "API_Key_Set", "Straße", "db", "ΣΑΣ"];
const TEXTS = [
  "",
  "Größe",
  "GRÖSSE 100%",
  "a_b\\c",
  "l'été",
  'say "x"',
  "ΟΔΟΣ οδοσ",
  "tab\there",
  "two\nlines",
  "\u0000nul",
  "😀 emoji",
  "İstanbul",
  "=1+1",
  "{tenant:String}",
  "key_1",
  "KEY_12",
];
const ADDRESSES = [
  "203.0.113.7",
  "203.0.113.200",
  "::ffff:203.0.113.7",
  "2001:db8::1",
  "2001:DB8:0:0::2",
  "::",
  "0.0.0.0",
  "255.255.255.255",
  "::203.0.113.7",
  "::FFFF:cb00:7107",
];
/** What an SQL pattern, a bound value or a naive fold could take for something else. */
export const NEEDLES = [
  "",
  "%",
  "_",
  "\\",
  "\\\\",
  "'",
  '"',
  "%%",
  "a_b",
  "0%",
  "\\c",
  "e\n",
  "\n",
  "SS",
  "ß",
  "σ",
  "ς",
  "ΔΟΣ",
  "ö",
  "EY_",
  "{tenant:String}",
  "😀",
  "\u0000",
  "nope",
  "i̇s",
  "key_1",
  "1\nkey",
  "y_1\n",
];
const PEOPLE = ["user_1", "user_2", ""];
/** What can be on the way to a value, and what a path must not be mistaken for. */
const METADATA = [
  "{}",
  '{"b":1,"10":[],"2":{"x":"é\\"\\n"}}',
  '{"b":"1","region":"eu","tags":["a","b",["c"],{"k":"v"}],"":"empty key"}',
  '{"a":{"b":{"c":true}},"a.b":"dot","a\\\\b":null,"n":[1.50,1e3,-0.5]}',
  '{"a":{"b":"c=true"},"region":"","tags":[],"__proto__":"p"}',
];
const PATHS = [
  "b",
  "region",
  "tags",
  "tags.k",
  "",
  "a.b",
  "a\\.b",
  "a\\\\b",
  "a.b.c",
  "n",
  "2.x",
  "10",
  "__proto__",
  "nope",
];
const VALUES = [
  "1",
  "eu",
  "a",
  "c",
  "v",
  "true",
  "null",
  "dot",
  "1.5",
  "1000",
  "-0.5",
  'é"\n',
  "empty key",
  "c=true",
  "p",
];
const SOURCES = ["api_key", "daybook", "key_1", "nobody"];
const REQUESTS = ["r1", "r2", "", "R1", "r'1"];
const RANGES = [
  "203.0.113.7",
  "203.0.113.0/25",
  "203.0.113.1/24",
  "::ffff:203.0.113.200",
  "::/0",
  "0.0.0.0/0",
  "::ffff:0:0/96",
  "2001:db8::/32",
  "2001:0DB8::1",
  "::",
  "::/128",
  "0.0.0.0",
];

export const BASE = Date.UTC(2026, 5, 15, 12);
const DAY = 86_400_000;
/** Ties, both sides of a month's end, and months apart. */
const TIMES = [0, 0, 1, 999, 15 * DAY, 15.5 * DAY, 16 * DAY, -60 * DAY, -200 * DAY, -700 * DAY].map(
  (offset) => BASE + offset,
);

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const from = <T>(values: readonly T[]) => fc.constantFrom(...values);
const defined = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;

export const arbitraryEvent = fc
  .record({
    organization: from(ORGANIZATIONS),
    at: from(TIMES),
    action: from(ACTIONS),
    outcome: from(OUTCOMES),
    actorType: from(["user", "agent", "service"] as const),
    actorId: optional(from(PEOPLE)),
    actorName: optional(from(TEXTS)),
    email: optional(from(["ada@example.com", "ADA@EXAMPLE.COM", ""])),
    principal: optional(
      fc.record({ type: fc.constant("user" as const), id: from(["user_1", "user_3"]), name: from(TEXTS) }),
    ),
    role: optional(from(["", "admin", "owner"])),
    type: from(TYPES),
    resourceId: optional(from(TEXTS)),
    description: optional(from(TEXTS)),
    ip: optional(from(ADDRESSES)),
    userAgent: optional(from(TEXTS)),
    requestId: optional(from(REQUESTS)),
    sessionId: optional(from(REQUESTS)),
    traceId: optional(from(REQUESTS)),
    resourceName: optional(from(TEXTS)),
    targets: optional(
      fc.array(from([{ type: "t" }, { type: "DB", id: "", name: "N" }, { type: "t", id: "key_1", name: "Größe" }]), {
        maxLength: 2,
      }),
    ),
    changes: optional(from(["[]", '[{"path":"b","before":{"2":1,"1":null},"after":"\\u0001"}]'])),
    metadata: optional(from(METADATA)),
  })
  .map(({ organization, at, ...fields }) => ({
    organization,
    event: toEvent(at, fields),
  }));

interface Fields {
  action: string;
  outcome: (typeof OUTCOMES)[number];
  actorType: "user" | "agent" | "service";
  actorId: string | undefined;
  actorName: string | undefined;
  email: string | undefined;
  principal: { type: "user"; id: string; name: string } | undefined;
  role: string | undefined;
  type: string;
  resourceId: string | undefined;
  resourceName: string | undefined;
  description: string | undefined;
  ip: string | undefined;
  userAgent: string | undefined;
  requestId: string | undefined;
  sessionId: string | undefined;
  traceId: string | undefined;
  targets: { type: string }[] | undefined;
  changes: string | undefined;
  metadata: string | undefined;
}

function toEvent(at: number, f: Fields): ValidEvent {
  const { action, outcome, targets, description, changes, metadata } = f;
  return defined({
    timestamp: new Date(at).toISOString(),
    action,
    outcome,
    actor: defined({
      type: f.actorType,
      id: f.actorId,
      name: f.actorName,
      email: f.email,
      role: f.role,
      on_behalf_of: f.principal,
    }),
    resource: defined({ type: f.type, id: f.resourceId, name: f.resourceName }),
    targets,
    description,
    context: defined({
      ip: f.ip,
      user_agent: f.userAgent,
      request_id: f.requestId,
      session_id: f.sessionId,
      trace_id: f.traceId,
    }),
    changes,
    metadata,
  }) as ValidEvent;
}

const bound = fc.oneof(
  from(TIMES).map((at) => new Date(at).toISOString()),
  from(TIMES).map((at) => new Date(at + 1).toISOString()),
  from(TIMES).map((at) => new Date(at).toISOString().slice(0, 10)),
);

const actionFilter = fc
  .tuple(fc.boolean(), from([...ACTIONS, "api_key.*", "auth.*", "billing.invoice.*", "billing.*", "nope.*"]))
  .map(([exclude, action]) => (exclude ? `-${action}` : action));

const metadataFilter = fc
  .tuple(fc.boolean(), from(PATHS), from(VALUES))
  .map(([exclude, path, value]): [string, string] => [`${exclude ? "not_" : ""}metadata.${path}`, value]);

/** Some values; what is nothing cannot be named. */
const some = (values: readonly string[]) =>
  fc.array(from(values.filter((text) => text !== "")), { minLength: 1, maxLength: 3 });

/** Of the log that arbitrary requests are about. */
export const LOG_ID = "6a1cf0f5-98f6-4a3e-8c4a-9a9a3d1a3f10";

/** The query string of a request, always well-formed, and whose it is. */
export const arbitraryRequest = fc.record({
  organization: from([...ORGANIZATIONS, "nobody"]),
  search: fc
    .record({
      start: fc.oneof({ weight: 4, arbitrary: fc.constant("2020-01-01") }, { weight: 2, arbitrary: bound }),
      end: optional(bound),
      tz: optional(from(["UTC", "America/New_York", "Asia/Kolkata"])),
      action: fc.array(actionFilter, { maxLength: 2 }),
      resource_type: optional(from(["api", "API_KEY", "strasse", "STRAß", "σας", "db", "x"])),
      resource_id: some([...TEXTS, "nope"]),
      q: optional(from([...NEEDLES, ...TEXTS, "ada@ex", "user_3"].filter((text) => text !== ""))),
      actor_id: some(["user_1", "user_2", "nobody"]),
      actor_type: some(["user", "agent", "anonymous"]),
      on_behalf_of: some(["user_1", "user_3"]),
      role: some(["admin", "owner", "nobody"]),
      ip: some(RANGES),
      outcome: some(OUTCOMES),
      request_id: some([...REQUESTS, "nothing"]),
      session_id: some([...REQUESTS, "nothing"]),
      trace_id: some([...REQUESTS, "nothing"]),
      user_agent: some([...TEXTS, "nothing"]),
      who: some([...TEXTS, "USER_1", "user_3", "Ada@example.com", "ada"]),
      resource: some([...TEXTS, "n", "grösse", "key"]),
      source: some(SOURCES),
      sequence: some(["0", "1", "7", "250", "100000"]),
      time_of_day: optional(from(["18:00-08:00", "08:00-18:00", "12:00-12:01", "00:00-24:00", "fri-mon 22:00-13:00"])),
      not_time_of_day: some(["mon-fri 08:00-18:00", "sun-thu 12:00-24:00", "sat 00:00-24:00", "18:00-08:00"]),
      weekday: some(["mon", "tue", "wed", "sat", "sun"]),
      first_seen: optional(fc.constant("true")),
      order: optional(from(["asc", "desc"])),
      metadata: fc.array(metadataFilter, { minLength: 1, maxLength: 2 }),
      not_actor_type: some(["user", "agent"]),
      not_on_behalf_of: some(["user_1", "nobody"]),
      not_resource_type: some(["api", "API_KEY", "api_key_set", "STRASSE", "strasse", "straße", "σας", "db"]),
      not_resource_id: some(TEXTS),
      not_actor_id: some(["user_1", "user_2", "-user_1", "nobody"]),
      not_role: some(["admin", "owner", "Admin"]),
      not_ip: some(RANGES),
      not_outcome: some(OUTCOMES),
      not_request_id: some(REQUESTS),
      not_session_id: some(REQUESTS),
      not_trace_id: some(REQUESTS),
      not_user_agent: some(TEXTS),
      not_who: some([...TEXTS, "USER_1", "ADA@example.com"]),
      not_resource: some([...TEXTS, "N"]),
      not_source: some(SOURCES),
      not_sequence: some(["0", "2", "8"]),
      as_of: optional(fc.nat(399).map((number) => formatPosition({ logId: LOG_ID, number }))),
      since: optional(fc.nat(399).map((number) => formatPosition({ logId: LOG_ID, number }))),
    })
    // Most filters off most of the time, or next to nothing would ever match.
    .chain((filters) =>
      fc.subarray(Object.keys(filters) as (keyof typeof filters)[], { maxLength: 4 }).map((kept) => {
        const search = new URLSearchParams({ start: filters.start });
        for (const name of kept) {
          if (name === "start") continue;
          if (name === "metadata") for (const [path, value] of filters[name]) search.append(path, value);
          else for (const value of [filters[name]].flat()) if (value !== undefined) search.append(name, value);
        }
        return search;
      }),
    ),
});

/** The filters of a request that a viewer token can fix. */
export function fixedOf(search: URLSearchParams): SelectionParameters {
  const fixed: Record<string, string | string[]> = {};
  for (const name of search.keys()) {
    const meaning = meaningOf(name);
    if (name === "tz") fixed[name] = search.get(name) ?? "";
    if (meaning === undefined || meaning.filter === "first_seen") continue;
    fixed[name] = isRepeatable(meaning) ? search.getAll(name) : (search.get(name) ?? "");
  }
  return parseFixedFilter(fixed);
}
