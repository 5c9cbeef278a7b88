import type { OnBehalfOf, Resource } from "@daybook/sdk";
import type { StoredEvent } from "./stored.ts";

/**
 * What search takes of an event, each field as the JSON text of its value. An entry holds most of these texts as they are, so they can be
 * cut out of it and put into a row without being parsed and serialised: see entry-scan.ts.
 *
 * All are byte texts: each character is one byte of the UTF-8. So no text has to be decoded and encoded again, and strings take half the memory.
 * Equal values have equal texts, those that JSON.stringify gives; so a text is also a key to what it says.
 */
export interface IndexedTexts {
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
  readonly context: ContextTexts;
  /** As it was recorded, to the letter. */
  readonly metadata: string | undefined;
}

/** Every text of a context, whether search takes it or not: which it takes is said in one place, the table of filters. */
export type ContextTexts = { readonly [Name in keyof NonNullable<StoredEvent["context"]>]-?: string | undefined };

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

export function indexedTexts(event: StoredEvent): IndexedTexts {
  const { actor, resource, targets = [], context = {} } = event;
  return {
    tenant_id: byteJson(event.tenant_id),
    sequence: byteJson(event.sequence),
    recorded_at: byteJson(event.recorded_at),
    timestamp: byteJson(event.timestamp),
    action: byteJson(event.action),
    outcome: byteJson(event.outcome),
    actor: personTexts(actor),
    on_behalf_of: actor.on_behalf_of && personTexts(actor.on_behalf_of),
    resource: thingTexts(resource),
    targets: targets.map(thingTexts),
    description: optional(event.description),
    context: {
      ip: optional(context.ip),
      ip_text: optional(context.ip_text),
      user_agent: optional(context.user_agent),
      request_id: optional(context.request_id),
      session_id: optional(context.session_id),
      trace_id: optional(context.trace_id),
    },
    metadata: event.metadata && Buffer.from(event.metadata, "utf8").toString("latin1"),
  };
}

/** The value of a string's JSON text. */
export function stringOf(text: string): string {
  return PLAIN.test(text) ? text.slice(1, -1) : (JSON.parse(decodeByteText(text)) as string);
}

/** True for JSON texts of ASCII without escapes: what is between the quotation marks of a string is its value. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them.
const PLAIN = /^[\u0000-\u005b\u005d-\u007f]*$/;

/** The text of a byte text. */
export function decodeByteText(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** The JSON of a value, as a byte text. */
export function byteJson(value: unknown): string {
  const text = JSON.stringify(value);
  return PLAIN.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

function personTexts({ type, id, name, email, role }: OnBehalfOf | StoredEvent["actor"]): PersonTexts {
  return {
    type: byteJson(type),
    id: optional(id),
    name: optional(name),
    email: optional(email),
    role: optional(role),
  };
}

function thingTexts({ type, id, name }: Resource): ThingTexts {
  return { type: byteJson(type), id: optional(id), name: optional(name) };
}

function optional(value: string | undefined): string | undefined {
  return value === undefined ? undefined : byteJson(value);
}
