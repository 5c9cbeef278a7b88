import type { Resource } from "@daybook/sdk";
import type { LoggedEvent } from "../../api/events.ts";
import type { Excludable } from "../filters/filters.ts";

/** One line of an event's details. */
export interface Fact {
  readonly label: string;
  /** Undefined is shown as an em dash. */
  readonly value: string | undefined;
  /** Set in the type of ids. */
  readonly id?: boolean;
  /** What its button copies, where that is not the value itself; false when nobody would want it. */
  readonly copy?: string | false;
  /** The filter that takes the value; `q` where it can only be searched for. */
  readonly filter?: Exclude<Excludable, "resource_type"> | "q";
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
    { label: "User e-mail", value: actor.email, filter: "q" },
    { label: "Resource name", value: resource.name, filter: "q" },
    { label: "Request ID", value: context?.request_id, id: true, filter: "request_id" },
    { label: "Session ID", value: context?.session_id, id: true, filter: "session_id" },
    { label: "Trace ID", value: context?.trace_id, id: true },
    { label: "Source", value: event.source.id ? `${event.source.type} ${event.source.id}` : event.source.type },
    { label: "Server clock", value: event.clock_at },
    { label: "Further resources", value: targets?.map(targetText).join(", ") },
  ];
  return facts.filter(({ value }) => value !== undefined && value !== "");
}

function targetText({ type, id, name }: Resource): string {
  return [type, id, name && `(${name})`].filter(Boolean).join(" ");
}
