import type { OnBehalfOf, Resource } from "@daybook/sdk";
import type { StoredEvent } from "./stored.ts";

/**
 * What search takes of an event, each field as the JSON text of its value. An entry holds most of these texts as they are, so they can be
 * cut out of it and put into a row without being parsed and serialised: see entry-scan.ts.
 *
 * Equal values have equal texts, those that JSON.stringify gives; so a text is also a key to what it says.
 */
export interface EventTexts {
  readonly tenant_id: string;
  readonly sequence: string;
  readonly recorded_at: string;
  readonly timestamp: string;
  readonly action: string;
  readonly outcome: string;
  readonly actor: PersonTexts;
  readonly on_behalf_of: PersonTexts | undefined;
  readonly resource: ThingTexts;
  readonly targets: readonly ThingTexts[];
  readonly description: string | undefined;
  readonly ip: string | undefined;
  readonly request_id: string | undefined;
  readonly session_id: string | undefined;
  /** As it was recorded, to the letter. */
  readonly metadata: string | undefined;
}

export interface PersonTexts {
  readonly type: string;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly role: string | undefined;
}

export interface ThingTexts {
  readonly type: string;
  readonly id: string | undefined;
  readonly name: string | undefined;
}

export function eventTexts(event: StoredEvent): EventTexts {
  const { actor, resource, targets = [], context } = event;
  return {
    tenant_id: JSON.stringify(event.tenant_id),
    sequence: JSON.stringify(event.sequence),
    recorded_at: JSON.stringify(event.recorded_at),
    timestamp: JSON.stringify(event.timestamp),
    action: JSON.stringify(event.action),
    outcome: JSON.stringify(event.outcome),
    actor: personTexts(actor),
    on_behalf_of: actor.on_behalf_of && personTexts(actor.on_behalf_of),
    resource: thingTexts(resource),
    targets: targets.map(thingTexts),
    description: optional(event.description),
    ip: optional(context?.ip),
    request_id: optional(context?.request_id),
    session_id: optional(context?.session_id),
    metadata: event.metadata,
  };
}

/** The value of a string's JSON text. */
export function stringOf(text: string): string {
  return text.includes("\\") ? (JSON.parse(text) as string) : text.slice(1, -1);
}

function personTexts({ type, id, name, email, role }: OnBehalfOf | StoredEvent["actor"]): PersonTexts {
  return {
    type: JSON.stringify(type),
    id: optional(id),
    name: optional(name),
    email: optional(email),
    role: optional(role),
  };
}

function thingTexts({ type, id, name }: Resource): ThingTexts {
  return { type: JSON.stringify(type), id: optional(id), name: optional(name) };
}

function optional(value: string | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
