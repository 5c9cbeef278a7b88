import { BlockList, isIP } from "node:net";
import type { Condition, FacetField } from "@daybook/sdk/filters";
import { decodeEntry, eventJson } from "../../src/event/codec.ts";
import type { StoredEvent } from "../../src/event/stored-event.ts";
import type { LogEntry } from "../../src/log/contract.ts";
import type { Mark, Query } from "../../src/query/query.ts";

/** What search must answer, worked out from the log's entries one by one in the plainest way there is. */
export interface NaiveEvent {
  readonly event: StoredEvent;
  readonly at: number;
  readonly position: number;
  readonly json: string;
}

export function naiveEvents(entries: readonly LogEntry[]): NaiveEvent[] {
  return entries.map((entry) => {
    const event = decodeEntry(entry.header, entry.body);
    const json = eventJson(event, Buffer.from(entry.leafHash).toString("hex"));
    return { event, at: Date.parse(event.timestamp), position: entry.position, json };
  });
}

/**
 * In the query's order.
 *
 * @param events all of the log, also what the query cannot show: whether somebody was first seen depends on it.
 */
export function naiveMatches(events: readonly NaiveEvent[], query: Query, without?: FacetField): NaiveEvent[] {
  return events
    .filter((candidate) => matches(candidate, query, without, events))
    .sort((a, b) => (query.order === "asc" ? 1 : -1) * (a.at - b.at || a.event.sequence - b.event.sequence));
}

/** The values of a field that are counted. An empty text does not count. */
function naiveField(event: StoredEvent, field: FacetField): string[] {
  const { actor, resource, context, targets = [] } = event;
  const values: Record<FacetField, (string | undefined)[]> = {
    action: [event.action],
    outcome: [event.outcome],
    resource_type: [...new Set([resource, ...targets].map(({ type }) => type))],
    actor_id: [actor.id],
    actor_type: [actor.type],
    on_behalf_of: [actor.on_behalf_of?.id],
    role: [actor.role],
    ip: [context?.ip === undefined ? undefined : spelled(context.ip)],
  };
  return values[field].filter((value) => value !== undefined && value !== "") as string[];
}

function matches(
  { event, at, position }: NaiveEvent,
  query: Query,
  without: FacetField | undefined,
  everything: readonly NaiveEvent[],
): boolean {
  return (
    event.tenant_id === query.tenant &&
    at >= query.start &&
    (query.end === undefined || at < query.end) &&
    !isAfter(query.asOf, event, position) &&
    (query.since === undefined || isAfter(query.since, event, position)) &&
    query.selection.every((one) => one.filter === without || holds(event, one, everything))
  );
}

function isAfter({ by, value }: Mark, { sequence }: StoredEvent, position: number): boolean {
  return (by === "sequence" ? sequence : position) > value;
}

/** By value and value: what is not there matches nothing, and is not excluded either. */
function holds(event: StoredEvent, condition: Condition, everything: readonly NaiveEvent[]): boolean {
  const matched = condition.values.some((value) => meets(event, condition, value, everything));
  return condition.exclude ? !matched : matched;
}

function meets(
  event: StoredEvent,
  { filter, path, exclude, zone }: Condition,
  value: string,
  everything: readonly NaiveEvent[],
): boolean {
  const { actor, resource, targets = [], context, outcome } = event;
  const things = [resource, ...targets];
  switch (filter) {
    case "action":
      return value.endsWith(".*") ? event.action.startsWith(value.slice(0, -1)) : event.action === value;
    case "outcome":
      return outcome === value;
    case "resource_type":
      return things.some(({ type }) => (exclude ? fold(type) === fold(value) : fold(type).startsWith(fold(value))));
    case "resource_id":
      return things.some(({ id }) => id === value);
    case "actor_id":
      return actor.id === value;
    case "actor_type":
      return actor.type === value;
    case "on_behalf_of":
      return actor.on_behalf_of?.id === value;
    case "role":
      return actor.role === value;
    case "ip":
      return context?.ip !== undefined && inRange(context.ip, value);
    case "request_id":
      return context?.request_id === value;
    case "session_id":
      return context?.session_id === value;
    case "trace_id":
      return context?.trace_id === value;
    case "user_agent":
      return context?.user_agent === value;
    case "who": {
      const { id, name, email, on_behalf_of: other } = actor;
      return [id, name, email, other?.id, other?.name, other?.email].some((text) => fold(text ?? "") === fold(value));
    }
    case "resource":
      return things.some(({ id = "", name = "" }) => fold(id) === fold(value) || fold(name) === fold(value));
    case "source":
      return event.source.type === value || event.source.id === value;
    case "sequence":
      return event.sequence === Number(value);
    case "q":
      return JSON.stringify([event.description, things, actor], (key, text) =>
        ["type", "role"].includes(key) || typeof text !== "string"
          ? hidden(key, text)
          : fold(text).includes(fold(value)),
      ).includes("true");
    case "metadata":
      return leaves(event.metadata).some(([at, text]) => at === path && text === value);
    case "time_of_day": {
      const [days = "", times = days] = value.split(" ");
      const [from = "", to = ""] = times.split("-");
      if (days !== times && !weekdaysOf(days).includes(local(event, zone, { weekday: "short" }).toLowerCase()))
        return false;
      const time = local(event, zone, { hour: "2-digit", minute: "2-digit" });
      return from < to ? time >= from && time < to : time >= from || time < to;
    }
    case "weekday":
      return local(event, zone, { weekday: "short" }).toLowerCase() === value;
    case "first_seen":
      return isFirstSeen(event, everything);
  }
}

/** Of `mon-fri`, `sun-thu` or `sat`. */
function weekdaysOf(text: string): string[] {
  const [first = "", last = first] = text.split("-");
  const week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const fromFirst = [...week.slice(week.indexOf(first)), ...week.slice(0, week.indexOf(first))];
  return fromFirst.slice(0, fromFirst.indexOf(last) + 1);
}

/** Leaves out what `q` does not look into. */
function hidden(key: string, value: unknown): unknown {
  return ["type", "role"].includes(key) ? undefined : value;
}

function local({ timestamp }: StoredEvent, timeZone = "UTC", options: Intl.DateTimeFormatOptions): string {
  return new Date(timestamp).toLocaleString("en-GB", { ...options, timeZone });
}

/** By a stack instead of by recursion, and from the text of the path instead of to it. */
function leaves(metadata: string | undefined): [string, string][] {
  const found: [string, string][] = [];
  const left: [string[], unknown][] = [[[], metadata === undefined ? {} : JSON.parse(metadata)]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [keys, value] = next;
    if (Array.isArray(value)) left.push(...value.map((one): [string[], unknown] => [keys, one]));
    else if (typeof value === "object" && value !== null)
      left.push(...Object.entries(value).map(([key, one]): [string[], unknown] => [[...keys, key], one]));
    else {
      const path = keys.map((key) => key.split("\\").join("\\\\").split(".").join("\\.")).join(".");
      found.push([path, typeof value === "string" ? value : JSON.stringify(value)]);
    }
  }
  return found;
}

function isFirstSeen(event: StoredEvent, everything: readonly NaiveEvent[]): boolean {
  const key = sighting(event);
  if (key === undefined) return false;
  const first = firstSightings(everything).get(key) ?? event;
  return Date.parse(event.recorded_at) - Date.parse(first.recorded_at) <= 24 * 3_600_000;
}

/** Worked out once for all events that are asked about: a campaign has 100,000s. */
const sightings = new WeakMap<readonly NaiveEvent[], Map<string, StoredEvent>>();

function firstSightings(everything: readonly NaiveEvent[]): Map<string, StoredEvent> {
  const known = sightings.get(everything);
  if (known !== undefined) return known;
  const firsts = new Map<string, StoredEvent>();
  for (const { event } of everything) {
    const key = sighting(event);
    if (key === undefined) continue;
    const first = firsts.get(key);
    if (first === undefined || event.sequence < first.sequence) firsts.set(key, event);
  }
  sightings.set(everything, firsts);
  return firsts;
}

/** Who was seen where, in which organization. */
function sighting({ tenant_id, actor, context }: StoredEvent): string | undefined {
  if (actor.id === undefined || actor.id === "" || context?.ip === undefined) return undefined;
  return JSON.stringify([tenant_id, actor.id, spelled(context.ip)]);
}

/** The browser's own spelling of an address, but with the last 32 bits as IPv4 where that is how such an address is written. */
export function spelled(ip: string): string {
  const [host = ""] = new URL(`http://[${mapped(ip)}]`).hostname.match(/[^[\]]+/) ?? [];
  const ipv4 = /^::(ffff:)?([0-9a-f]+):([0-9a-f]+)$/.exec(host);
  if (ipv4 === null) return host;
  const [high, low] = [Number.parseInt(ipv4[2] ?? "", 16), Number.parseInt(ipv4[3] ?? "", 16)];
  const dotted = [high >> 8, high & 255, low >> 8, low & 255].join(".");
  return ipv4[1] === undefined ? `::${dotted}` : dotted;
}

/** Unicode case folding of the letters these tests use, a character at a time, whether a mark is part of its letter or follows it. */
export function fold(text: string): string {
  const folded = [...text.normalize("NFD")].map((char) => char.toUpperCase().toLowerCase()).join("");
  return folded.normalize("NFC");
}

/** An IPv4 address is its IPv4-mapped IPv6 address. */
function inRange(address: string, range: string): boolean {
  const [base = "", prefix] = range.split("/");
  const bits = prefix === undefined ? undefined : Number(prefix) + (isIP(base) === 4 ? 96 : 0);
  const list = new BlockList();
  list.addSubnet(mapped(base), bits ?? 128, "ipv6");
  return list.check(mapped(address), "ipv6");
}

function mapped(address: string): string {
  return isIP(address) === 4 ? `::ffff:${address}` : address;
}

/** A field's values, most frequent first, ties in the order of their bytes. */
export function naiveFacet(events: readonly NaiveEvent[], field: FacetField) {
  const counts = new Map<string, number>();
  for (const { event } of events) {
    for (const value of naiveField(event, field)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || byBytes(a.value, b.value));
}

/** The columns of an export, from the event as it is stored: `changes` and `metadata` as the caller's own text. */
export function csvFields({ event, json }: NaiveEvent): Record<string, string> {
  const { actor, resource, context, source, targets } = event;
  const fields = {
    timestamp: event.timestamp,
    id: event.id,
    action: event.action,
    outcome: event.outcome,
    actor_type: actor.type,
    actor_id: actor.id,
    actor_name: actor.name,
    actor_email: actor.email,
    actor_role: actor.role,
    on_behalf_of_type: actor.on_behalf_of?.type,
    on_behalf_of_id: actor.on_behalf_of?.id,
    on_behalf_of_name: actor.on_behalf_of?.name,
    on_behalf_of_email: actor.on_behalf_of?.email,
    on_behalf_of_role: actor.on_behalf_of?.role,
    resource_type: resource.type,
    resource_id: resource.id,
    resource_name: resource.name,
    description: event.description,
    ip: context?.ip,
    ip_text: context?.ip_text,
    user_agent: context?.user_agent,
    request_id: context?.request_id,
    session_id: context?.session_id,
    trace_id: context?.trace_id,
    targets: targets && JSON.stringify(targets),
    changes: event.changes,
    metadata: event.metadata,
    tenant_id: event.tenant_id,
    sequence: event.sequence,
    recorded_at: event.recorded_at,
    clock_at: event.clock_at,
    source_type: source.type,
    source_id: source.id,
    leaf_hash: (JSON.parse(json) as { leaf_hash: string }).leaf_hash,
    schema_version: event.schema_version,
    damaged: undefined,
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value ?? "")]));
}
