import type { LoggedEvent } from "../api/events.ts";

/** One line of an event's details. */
export interface Fact {
  readonly label: string;
  /** Undefined is shown as an em dash. */
  readonly value: string | undefined;
  /** Set in the type of ids, with a button that copies it. */
  readonly id?: boolean;
}

/** What no column shows: always there. */
export function furtherFacts(event: LoggedEvent): Fact[] {
  return [
    { label: "Tenant ID", value: event.tenant_id, id: true },
    { label: "User Agent", value: event.context?.user_agent },
    { label: "Event ID", value: event.id, id: true },
  ];
}

/** What is shown only when it was recorded. */
export function optionalFacts(event: LoggedEvent): Fact[] {
  const { actor, resource, context, targets } = event;
  const facts: Fact[] = [
    { label: "User e-mail", value: actor.email },
    { label: "Resource name", value: resource.name },
    { label: "Request ID", value: context?.request_id, id: true },
    { label: "Session ID", value: context?.session_id, id: true },
    { label: "Trace ID", value: context?.trace_id, id: true },
    { label: "Further resources", value: targets?.map(({ type, id }) => (id ? `${type} ${id}` : type)).join(", ") },
  ];
  return facts.filter(({ value }) => value !== undefined && value !== "");
}
