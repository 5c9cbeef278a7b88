import { actionFamily } from "@daybook/sdk";
import type { LoggedEvent } from "../../../api/events.ts";
import { instantBound } from "../../../time/bound.ts";
import { resourceOf, type Subject, userOf } from "../../about/subject.ts";
import { excluding } from "../../filters/exclusions.ts";
import {
  admitting,
  type Excludable,
  type Exclusion,
  type FilterName,
  type Filters,
  FREE_TEXT_MAX,
  filterFault,
  isExcludable,
  isRepeatable,
} from "../../filters/filters.ts";

/** What a cell leads to: a panel about what it names, other filters, or its value on the clipboard. */
export type Pivot =
  | {
      readonly kind: "filter" | "exclude" | "around" | "user" | "resource";
      readonly label: string;
      readonly filters: Filters;
    }
  | { readonly kind: "about"; readonly label: string; readonly subject: Subject }
  | { readonly kind: "copy"; readonly label: string; readonly value: string };

export interface PivotGroup {
  readonly label: string;
  readonly pivots: readonly Pivot[];
}

export const PIVOT_COLUMNS = ["timestamp", "action", "resource", "user", "description", "ip"] as const;
export type PivotColumn = (typeof PIVOT_COLUMNS)[number];

export function isPivotColumn(text: string | undefined): text is PivotColumn {
  return PIVOT_COLUMNS.some((column) => column === text);
}

const AROUND_MS = 15 * 60_000;

/** The range alone; whoever asks for everything of one thing wants no other filter in its way. */
function rangeOf({ start, end, range, as_of }: Filters): Filters {
  return {
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(range !== undefined && { range }),
    ...(as_of !== undefined && { as_of }),
  };
}

/** The filters with one more; undefined when the server would not take its value. */
function narrowed(
  filters: Filters,
  name: Exclude<FilterName, "action" | "outcome" | Exclusion>,
  value: string,
): Filters | undefined {
  if (value === "" || filterFault(name, value) !== undefined) return undefined;
  const others = isExcludable(name) ? admitting(filters, name, [value]) : filters;
  return { ...others, [name]: isRepeatable(name) ? [value] : value };
}

/** Only these actions, in place of those that were asked for; what was excluded stays so. */
function onlyAction({ action = [], ...filters }: Filters, chosen: string): Filters {
  return { ...filters, action: [chosen, ...action.filter((one) => one.startsWith("-") && one !== `-${chosen}`)] };
}

function withoutAction({ action = [], ...filters }: Filters, unwanted: string): Filters {
  return { ...filters, action: [...action.filter((one) => one !== unwanted), `-${unwanted}`] };
}

function filterFor(label: string, filters: Filters | undefined): Pivot[] {
  return filters === undefined ? [] : [{ kind: "filter", label: `Filter for ${label}`, filters }];
}

/** Nothing where the event has no value, or one that cannot be asked for. */
function exclude(label: string, filters: Filters, name: Excludable, value: string | undefined): Pivot[] {
  const without = value === undefined ? undefined : excluding(filters, name, value);
  return without === undefined ? [] : [{ kind: "exclude", label: `Exclude ${label}`, filters: without }];
}

function about(label: string, subject: Subject | undefined): Pivot[] {
  return subject === undefined ? [] : [{ kind: "about", label: `About ${label}`, subject }];
}

function copy(label: string, value: string | undefined): Pivot[] {
  return value === undefined || value === "" ? [] : [{ kind: "copy", label: `Copy ${label}`, value }];
}

/** Everything by the event's user in the range; undefined when the event names none. */
export function byUser({ actor }: LoggedEvent, filters: Filters): Filters | undefined {
  return actor.id === undefined ? undefined : narrowed(rangeOf(filters), "actor_id", actor.id);
}

/** Everything done to the event's resource in the range; undefined when the event names none. */
export function ofResource({ resource }: LoggedEvent, filters: Filters): Filters | undefined {
  if (resource.id === undefined) return undefined;
  const history = narrowed(rangeOf(filters), "resource_id", resource.id);
  // Resources of two types may bear one id.
  return history && (narrowed(history, "resource_type", resource.type) ?? history);
}

/** Everything of the event's request or session; undefined when it names none. */
export function ofContext({ context }: LoggedEvent, name: "request_id" | "session_id", filters: Filters) {
  const id = context?.[name];
  return id === undefined ? undefined : narrowed(rangeOf(filters), name, id);
}

function timestampPivots({ timestamp }: LoggedEvent): Pivot[] {
  const at = Date.parse(timestamp);
  const around = { start: instantBound(at - AROUND_MS), end: instantBound(at + AROUND_MS) };
  return [
    { kind: "around", label: "±15 min around", filters: around },
    ...copy("timestamp", timestamp),
    ...copy("epoch milliseconds", String(at)),
  ];
}

function actionPivots({ action, outcome }: LoggedEvent, filters: Filters): Pivot[] {
  const family = `${actionFamily(action)}.*`;
  const isFamily = family !== `${action}.*` && filterFault("action", family) === undefined;
  const marked = outcome !== "success";
  const onlyOutcome = { ...admitting(filters, "outcome", [outcome]), outcome: [outcome] };
  return [
    ...filterFor(action, onlyAction(filters, action)),
    ...(isFamily ? filterFor(family, onlyAction(filters, family)) : []),
    ...(marked ? filterFor(`outcome ${outcome}`, onlyOutcome) : []),
    { kind: "exclude", label: `Exclude ${action}`, filters: withoutAction(filters, action) },
    ...(isFamily
      ? [{ kind: "exclude" as const, label: `Exclude ${family}`, filters: withoutAction(filters, family) }]
      : []),
    ...(marked ? exclude(`outcome ${outcome}`, filters, "outcome", outcome) : []),
    ...copy("action", action),
  ];
}

function resourcePivots(event: LoggedEvent, filters: Filters): Pivot[] {
  const { type, id, name } = event.resource;
  const history = ofResource(event, filters);
  return [
    ...about("this resource", resourceOf(event)),
    ...filterFor("this type", narrowed(filters, "resource_type", type)),
    ...(id === undefined ? [] : filterFor("this resource", narrowed(filters, "resource_id", id))),
    ...exclude("this type", filters, "resource_type", type),
    ...exclude("this resource", filters, "resource_id", id),
    ...(history ? [{ kind: "resource" as const, label: "This resource’s history", filters: history }] : []),
    ...copy("resource ID", id),
    ...copy("resource name", name),
    ...(id === undefined ? copy("resource type", type) : []),
  ];
}

function userPivots(event: LoggedEvent, filters: Filters): Pivot[] {
  const { type, id, role, name, email, on_behalf_of: principal } = event.actor;
  const kind = `actor type ${type}`;
  const all = byUser(event, filters);
  return [
    ...about("this user", userOf(event)),
    ...(id === undefined ? [] : filterFor("this user", narrowed(filters, "actor_id", id))),
    ...(role === undefined ? [] : filterFor("this role", narrowed(filters, "role", role))),
    ...(type === "user" ? [] : filterFor(kind, narrowed(filters, "actor_type", type))),
    ...exclude("this user", filters, "actor_id", id),
    ...exclude("this role", filters, "role", role),
    ...(type === "user" ? [] : exclude(kind, filters, "actor_type", type)),
    ...(all ? [{ kind: "user" as const, label: "All by this user", filters: all }] : []),
    ...copy("user ID", id),
    ...copy("user name", name),
    ...copy("user e-mail", email),
    ...copy("on-behalf-of ID", principal?.id),
  ];
}

function descriptionPivots({ description = "" }: LoggedEvent, filters: Filters): Pivot[] {
  const text = description.length <= FREE_TEXT_MAX ? description.trim() : "";
  return [...filterFor("this text", narrowed(filters, "q", text)), ...copy("description", description)];
}

function ipPivots({ context, firstSeen }: LoggedEvent, filters: Filters): Pivot[] {
  if (context?.ip === undefined) return copy("address as sent", context?.ip_text);
  return [
    ...filterFor("this address", narrowed(filters, "ip", context.ip)),
    ...exclude("this address", filters, "ip", context.ip),
    ...(firstSeen === undefined ? [] : filterFor("first-seen events", { ...filters, first_seen: "true" })),
    ...copy("IP address", context.ip),
  ];
}

const OF_COLUMN: Record<PivotColumn, { label: string; of: (event: LoggedEvent, filters: Filters) => Pivot[] }> = {
  timestamp: { label: "Timestamp", of: timestampPivots },
  action: { label: "Action", of: actionPivots },
  resource: { label: "Resource", of: resourcePivots },
  user: { label: "User", of: userPivots },
  description: { label: "Description", of: descriptionPivots },
  ip: { label: "IP Address", of: ipPivots },
};

/** What can be asked from an event: of one cell, or of all of them. Only what the server can answer is offered. */
export function pivotsOf(event: LoggedEvent, column: PivotColumn | undefined, filters: Filters): PivotGroup[] {
  const columns = column === undefined ? PIVOT_COLUMNS : [column];
  return columns
    .map((name) => ({ label: OF_COLUMN[name].label, pivots: OF_COLUMN[name].of(event, filters) }))
    .filter(({ pivots }) => pivots.length > 0);
}
