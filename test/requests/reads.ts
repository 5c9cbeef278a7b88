import { type FacetField, type Filters, selectionOf } from "@daybook/sdk/filters";
import type { GroupKey, Query } from "../../src/query/query.ts";
import { boundInstant } from "../../src/query/range.ts";
import { authorizedTenant } from "../../src/query/tenant.ts";
import type { Random } from "../log/random.ts";
import { type NaiveEvent, naiveFacet, naiveMatches } from "../search/naive.ts";
import { naiveGroups } from "../search/naive-groups.ts";
import { parseCsv } from "../support/csv.ts";
import {
  BADLY_ENCODED,
  BUCKETS,
  BY,
  FIELD,
  FILTERS,
  flag,
  LIMIT,
  ORDER,
  type Parameter,
  UNKNOWN,
} from "./parameters.ts";
import type { Expected, Tried } from "./request.ts";

const DAY_MS = 86_400_000;

/** What a read is asked against. */
export interface World {
  readonly events: readonly NaiveEvent[];
  /** The sequence up to which these are all. */
  readonly last: number;
  /** Positions of the same log. */
  readonly position: (sequence: number) => string;
}

type Values = ReadonlyMap<string, readonly string[]>;

interface Call {
  readonly path: string;
  readonly own: readonly Parameter[];
  /** Parameters that it cannot do without. */
  readonly required?: Readonly<Record<string, readonly string[]>>;
  /** Parameters that it has and that have no effect with these values. */
  readonly without?: (values: Values) => readonly string[];
  /** How a body that has the matches is told apart from one that does not. */
  readonly check?: (matches: (without?: FacetField) => NaiveEvent[], values: Values) => (body: string) => void;
}

const one = (values: Values, name: string) => values.get(name)?.[0];

const CALLS: readonly Call[] = [
  {
    path: "/v1/events",
    own: [ORDER, LIMIT, flag("new_ip"), flag("recorded_through")],
    check: (matches, values) => (body) => {
      const found = matches();
      const page = JSON.parse(body) as {
        data: { id: string }[];
        total: { value: number };
        new_ip?: unknown;
        recorded_through?: unknown;
      };
      same(
        page.data.map(({ id }) => id),
        idsOf(found).slice(0, Number(one(values, "limit") ?? 50)),
      );
      same(page.total.value, found.length);
      for (const name of ["new_ip", "recorded_through"] as const) same(name in page, one(values, name) === "true");
    },
  },
  {
    path: "/v1/events/facets",
    own: [FIELD],
    required: { field: FIELD.valid },
    check: (matches, values) => (body) => {
      const field = one(values, "field") as FacetField;
      const sorted = (counts: readonly { value: string; count: number }[]) =>
        counts.map(({ value, count }) => `${value} ${count}`).sort();
      same(
        sorted((JSON.parse(body) as { values: { value: string; count: number }[] }).values),
        sorted(naiveFacet(matches(field), field)),
      );
    },
  },
  {
    path: "/v1/groups",
    own: [BY, { ...LIMIT, valid: ["1", "100"], malformed: ["", "0", "101"] }],
    required: { by: BY.valid },
    check: (matches, values) => (body) => {
      const counts = naiveGroups(matches(), one(values, "by") as GroupKey).map(({ count }) => count);
      counts.sort((a, b) => b - a);
      const { groups } = JSON.parse(body) as { groups: { count: number }[] };
      same(
        groups.map(({ count }) => count),
        counts.slice(0, Number(one(values, "limit") ?? 100)),
      );
    },
  },
  {
    path: "/v1/events/histogram",
    own: [BUCKETS],
    check: (matches) => (body) => {
      const { buckets } = JSON.parse(body) as { buckets: { counts: Record<string, number> }[] };
      const counted = buckets.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
      same(counted, matches().length);
    },
  },
  {
    path: "/v1/events/export",
    own: [ORDER, flag("bom"), flag("raw"), { name: "proof", valid: ["0"], malformed: ["", "true", "2"] }],
    required: { format: ["csv", "ndjson"] },
    without: (values) => (one(values, "format") === "csv" ? [] : ["bom", "raw"].filter((name) => values.has(name))),
    check: (matches, values) => (body) => {
      if (one(values, "format") === "ndjson") {
        const lines = body === "" ? [] : body.trimEnd().split("\n");
        return same(
          lines.map((line) => (JSON.parse(line) as { id: string }).id),
          idsOf(matches()),
        );
      }
      same(body.startsWith("\ufeff"), one(values, "bom") === "true");
      const [header = [], ...rows] = parseCsv(body.replace(/^\ufeff/, ""));
      same(
        rows.map((row) => row[header.indexOf("id")]),
        idsOf(matches()),
      );
      const formula = one(values, "raw") === "true" ? "=1+1" : "'=1+1";
      const wanted = matches().map(({ event }) => (event.description === "=1+1" ? formula : event.description));
      return same(
        rows.map((row) => row[header.indexOf("description")]),
        wanted,
      );
    },
  },
];

/** A call that reads events, each of its parameters right, malformed, badly encoded, unknown, repeated or without effect. */
export function aRead(random: Random, world: World): Omit<Tried, "headers"> {
  const call = random.pick(CALLS);
  const sent = parametersOf(random, call, world);
  const path = `${call.path}?${sent.map(({ text }) => text).join("&")}`;
  return { method: random.chance(0.03) ? "HEAD" : "GET", path, expected: expectation(call, sent, world) };
}

interface SentParameter {
  readonly name: string;
  readonly value: string;
  readonly text: string;
  readonly fault?: "encoding" | "value";
}

function parametersOf(random: Random, call: Call, { position, last }: World): SentParameter[] {
  const sent: SentParameter[] = [];
  const add = (name: string, value: string, fault?: "value") => {
    const encode = random.chance(0.5)
      ? encodeURIComponent
      : (text: string) => new URLSearchParams({ x: text }).toString().slice(2);
    sent.push({ name, value, text: `${encodeURIComponent(name)}=${encode(value)}`, ...(fault && { fault }) });
  };
  add("as_of", random.chance(0.02) ? "41999" : position(random.pick([last, last, last - 20])), undefined);
  for (const [name, values] of Object.entries(call.required ?? {})) {
    if (random.chance(0.02)) add(name, "Nothing", "value");
    else add(name, random.pick(values));
  }
  if (random.chance(0.7)) add("start", random.pick(FILTERS.find(({ name }) => name === "start")?.valid ?? []));
  const taken = [...FILTERS, ...call.own].filter(({ name }) => name !== "start" && !(name in (call.required ?? {})));
  const faulty = random.chance(0.4);
  for (let count = random.integer(5); count > 0; count--) {
    const parameter = random.pick(taken);
    if (faulty && random.chance(0.3)) addFaulty(random, parameter, { sent, add });
    else if (parameter.valid.length > 0) add(parameter.name, random.pick(parameter.valid));
  }
  if (random.chance(0.1)) add("since", position(random.pick([-1, 10, 30])));
  if (random.chance(0.1)) add("tenant_id", "acme");
  return sent;
}

interface Sending {
  readonly sent: SentParameter[];
  readonly add: (name: string, value: string, fault?: "value") => void;
}

function addFaulty(random: Random, { name, malformed }: Parameter, { sent, add }: Sending): void {
  const kind = random.integer(4);
  if (kind === 0) add(random.pick(UNKNOWN), random.pick(["1", "", "true"]), "value");
  else if (kind === 1) {
    const value = random.pick(BADLY_ENCODED);
    sent.push({ name, value, text: `${encodeURIComponent(name)}=${value}`, fault: "encoding" });
  } else if (malformed.length > 0) add(name, random.pick(malformed), "value");
}

function expectation(call: Call, sent: readonly SentParameter[], world: World): Expected {
  const refused = (pointers: readonly string[]) => ({ status: [400], code: "invalid_parameter", pointers });
  const undecodable = sent.filter(({ fault }) => fault === "encoding").map(({ name }) => name);
  if (undecodable.length > 0) return refused(undecodable);
  const values = new Map<string, string[]>();
  for (const { name, value } of sent) values.set(name, [...(values.get(name) ?? []), value]);
  const known = [...FILTERS, ...call.own];
  const repeated = [...values].filter(
    ([name, all]) => all.length > 1 && known.find((one) => one.name === name)?.repeatable !== true,
  );
  const wrong = [
    ...sent.filter(({ fault }) => fault === "value").map(({ name }) => name),
    ...repeated.map(([name]) => name),
  ];
  const pointless = call.without?.(values) ?? [];
  if (wrong.length > 0) return { ...refused(wrong), also: pointless };
  if (pointless.length > 0) return refused(pointless);
  if (one(values, "as_of") === "41999") return refused(["as_of"]);
  const matches = (without?: FacetField) => naiveMatches(world.events, queryOf(values, Date.now()), without);
  return { status: [200], check: (body) => call.check?.(matches, values)(body) };
}

/** What the parameters mean. No event lies near the bounds that depend on the time of the request. */
function queryOf(values: Values, now: number): Query {
  const zone = one(values, "tz") ?? "UTC";
  const bound = (name: "start" | "end") => {
    const text = one(values, name);
    return text === undefined ? undefined : boundInstant(text, zone, name);
  };
  const end = bound("end");
  const whenever = ["request_id", "session_id", "trace_id", "sequence"].some((name) => values.has(name));
  const start = bound("start") ?? (whenever ? 0 : (end ?? now) - 30 * DAY_MS);
  const sequence = (name: string) => Number(one(values, name)?.split(":")[1]);
  const filters = Object.fromEntries(
    [...values].flatMap(([name, all]) => {
      const filter = FILTERS.find((known) => known.name === name);
      if (filter === undefined || name === "start" || name === "end") return [];
      return [[name, filter.repeatable === true ? all : all[0]]];
    }),
  );
  return {
    tenant: authorizedTenant("acme"),
    selection: selectionOf(filters as Filters),
    within: undefined,
    order: one(values, "order") === "asc" ? "asc" : "desc",
    start,
    end,
    asOf: { by: "sequence", value: sequence("as_of") },
    since: values.has("since") ? { by: "sequence", value: sequence("since") } : undefined,
    now,
    signal: undefined,
  };
}

function idsOf(events: readonly NaiveEvent[]): string[] {
  return events.map(({ event }) => event.id);
}

function same(found: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${a?.slice(0, 500)} instead of ${b?.slice(0, 500)}`);
}
