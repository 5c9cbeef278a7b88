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
  /** The filter that takes the value. */
  readonly filter?: Exclude<Excludable, "resource_type">;
  /** What the filter is given, where that is not the text that is shown. */
  readonly filterFor?: string;
}

/** What no column shows: always there. */
export function furtherFacts(event: LoggedEvent): Fact[] {
  return [
    { label: "Tenant ID", value: event.tenant_id, id: true },
    { label: "User Agent", value: event.context?.user_agent, filter: "user_agent" },
    // Of the two names of an event, search keeps the short one.
    { label: "Event ID", value: event.id, id: true, filter: "sequence", filterFor: String(event.sequence) },
  ];
}

/** So many further resources have a line each, with filters; the others share one. */
const OWN_LINES = 10;

/** What is shown only when it was recorded. */
export function optionalFacts(event: LoggedEvent): Fact[] {
  const { actor, resource, context, source, targets = [] } = event;
  const facts: Fact[] = [
    { label: "User e-mail", value: actor.email, filter: "who" },
    { label: "Resource name", value: resource.name, filter: "resource" },
    { label: "Request ID", value: context?.request_id, id: true, filter: "request_id" },
    { label: "Session ID", value: context?.session_id, id: true, filter: "session_id" },
    { label: "Trace ID", value: context?.trace_id, id: true, filter: "trace_id" },
    {
      label: "Source",
      value: source.id ? `${source.type} ${source.id}` : source.type,
      filter: "source",
      filterFor: source.id || source.type,
    },
    { label: "Server clock", value: event.clock_at },
    ...targets.slice(0, OWN_LINES).map(targetFact),
    { label: "Other further resources", value: targets.slice(OWN_LINES).map(targetText).join(", ") },
  ];
  return facts.filter(({ value }) => value !== undefined && value !== "");
}

function targetFact(target: Resource, at: number): Fact {
  const named = target.id || target.name;
  const label = `Further resource ${at + 1}`;
  return { label, value: targetText(target), ...(named && { filter: "resource", filterFor: named }) };
}

function targetText({ type, id, name }: Resource): string {
  return [type, id, name && `(${name})`].filter(Boolean).join(" ");
}
