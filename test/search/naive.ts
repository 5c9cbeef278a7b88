import { BlockList, isIP } from "node:net";
import { decodeEntry, eventJson } from "../../src/event/codec.ts";
import type { StoredEvent } from "../../src/event/stored.ts";
import type { LogEntry } from "../../src/log/contract.ts";
import type { FacetField, Mark, Query } from "../../src/search/contract.ts";

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

/** Newest first. */
export function naiveMatches(events: readonly NaiveEvent[], query: Query, without?: FacetField): NaiveEvent[] {
  return events
    .filter((candidate) => matches(candidate, query, without))
    .sort((a, b) => b.at - a.at || b.event.sequence - a.event.sequence);
}

export function naiveField(event: StoredEvent, field: FacetField): string | undefined {
  if (field === "action") return event.action;
  if (field === "resource_type") return event.resource.type;
  if (field === "actor_id") return event.actor.id;
  if (field === "role") return event.actor.role;
  return field === "ip" ? event.context?.ip : event.outcome;
}

function matches({ event, at, position }: NaiveEvent, query: Query, without: FacetField | undefined): boolean {
  const by = (field: FacetField, test: boolean) => field === without || test;
  const { include, exclude } = query.actions;
  return (
    event.tenant_id === query.tenant &&
    at >= query.start &&
    (query.end === undefined || at < query.end) &&
    placeBy(query.asOf, event, position) <= query.asOf.value &&
    (query.since === undefined || placeBy(query.since, event, position) > query.since.value) &&
    by("action", include.length === 0 || include.some((pattern) => actionMatches(event.action, pattern))) &&
    by("action", !exclude.some((pattern) => actionMatches(event.action, pattern))) &&
    by(
      "resource_type",
      query.resourceType === undefined || fold(event.resource.type).startsWith(fold(query.resourceType)),
    ) &&
    (query.resourceId === undefined || event.resource.id === query.resourceId) &&
    (query.requestId === undefined || event.context?.request_id === query.requestId) &&
    (query.sessionId === undefined || event.context?.session_id === query.sessionId) &&
    by("actor_id", query.actorId === undefined || event.actor.id === query.actorId) &&
    by("role", query.role === undefined || event.actor.role === query.role) &&
    by("outcome", query.outcomes.length === 0 || query.outcomes.includes(event.outcome)) &&
    by("ip", query.ip === undefined || (event.context?.ip !== undefined && inRange(event.context.ip, query.ip))) &&
    !excluded(event, query, without) &&
    (query.q === undefined ||
      [event.description, event.resource.id].some(
        (text) => text !== undefined && fold(text).includes(fold(query.q ?? "")),
      ))
  );
}

function placeBy({ by }: Mark, { sequence }: StoredEvent, position: number): number {
  return by === "sequence" ? sequence : position;
}

/** By value and value: whatever is not there is none of those that are left out. */
function excluded({ resource, actor, outcome, context }: StoredEvent, { not }: Query, without?: FacetField): boolean {
  const among = (values: readonly string[], value: string | undefined) => value !== undefined && values.includes(value);
  const by = (field: FacetField, test: boolean) => field !== without && test;
  return (
    by(
      "resource_type",
      not.resourceTypes.some((type) => fold(type) === fold(resource.type)),
    ) ||
    among(not.resourceIds, resource.id) ||
    by("actor_id", among(not.actorIds, actor.id)) ||
    by("role", among(not.roles, actor.role)) ||
    by(
      "ip",
      not.ips.some((range) => context?.ip !== undefined && inRange(context.ip, range)),
    ) ||
    by("outcome", among(not.outcomes, outcome)) ||
    among(not.requestIds, context?.request_id) ||
    among(not.sessionIds, context?.session_id)
  );
}

function actionMatches(action: string, pattern: string): boolean {
  return pattern.endsWith(".*") ? action.startsWith(pattern.slice(0, -1)) : action === pattern;
}

/** Unicode case folding of the letters these tests use, a character at a time. */
export function fold(text: string): string {
  return [...text].map((char) => char.toUpperCase().toLowerCase()).join("");
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
    const value = naiveField(event, field);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
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
    resource_type: resource.type,
    resource_id: resource.id,
    resource_name: resource.name,
    description: event.description,
    ip: context?.ip,
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
    source_type: source.type,
    source_id: source.id,
    leaf_hash: (JSON.parse(json) as { leaf_hash: string }).leaf_hash,
    schema_version: event.schema_version,
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value ?? "")]));
}
