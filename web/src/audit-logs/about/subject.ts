import type { LoggedEvent } from "../../api/events.ts";
import { type FilterName, type Filters, filterFault } from "../filters/filters.ts";

/** What a side panel is about. */
export type Subject =
  | { readonly kind: "user"; readonly id: string }
  | { readonly kind: "resource"; readonly type: string; readonly id: string };

/** Whom an event is by; undefined where it names nobody, or somebody who cannot be asked for. */
export function userOf({ actor: { id = "" } }: LoggedEvent): Subject | undefined {
  return canBeAsked("actor_id", id) ? { kind: "user", id } : undefined;
}

export function resourceOf({ resource: { type, id = "" } }: LoggedEvent): Subject | undefined {
  return canBeAsked("resource_id", id) && canBeAsked("resource_type", type)
    ? { kind: "resource", type, id }
    : undefined;
}

function canBeAsked(name: FilterName, value: string): boolean {
  return value !== "" && filterFault(name, value) === undefined;
}

/** The events of it. */
export function filtersOf(subject: Subject): Filters {
  // Resources of two types can use one id.
  return subject.kind === "user"
    ? { actor_id: [subject.id] }
    : { resource_id: [subject.id], resource_type: subject.type };
}
