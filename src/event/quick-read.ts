import { isIPv4 } from "node:net";
import { ACTOR_TYPES, OUTCOMES } from "@daybook/sdk";
import { addressIn } from "./address.ts";
import { type ActorText, type ContextText, EventText, type PersonText, ThingText } from "./event-text.ts";
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET } from "./json-characters.ts";
import { personalKind } from "./personal-id.ts";
import { quickChangesEnd, quickKeyEnd, quickObjectEnd, quickStringEnd, UNUSUAL } from "./quick-json.ts";
import { ACTION, EVENT_ID, ORGANIZATION_ID, RESERVED_IDS, WORD_LENGTH_MAX } from "./schema.ts";
import { formatTimestamp, isReturnedForm, parseTimestamp } from "./timestamp.ts";
import { timestampFault, type ValidEvent } from "./validate.ts";

/** Reads one member's value. @returns false where it is unusual. */
type Take<Into> = (reader: QuickReader, into: Into) => boolean;
type Members<Into> = ReadonlyMap<string, Take<Into>>;

/**
 * Reads events as most clients send them in one pass over their bytes, without an object for each value. It accepts or does not know: what
 * it takes, the exact reader (validate.ts) takes too, with the same texts and without a warning; everything else is the exact reader's,
 * which finds every fault and names it.
 */
export class QuickReader {
  private readonly text: string;
  private readonly now: number;
  private readonly exact: (event: EventText) => ValidEvent;
  private at = 0;
  /** Names of the objects that were read, each of which can be there once. */
  private objects = "";
  private flatUser = false;

  /**
   * @param text UTF-8 that is known to be valid, one byte a character.
   * @param now milliseconds since the Unix epoch.
   * @param exact reads an event again, exactly.
   */
  constructor(text: string, now: number, exact: (event: EventText) => ValidEvent) {
    this.text = text;
    this.now = now;
    this.exact = exact;
  }

  /** The event that begins at `start`, or undefined. */
  read(start: number): EventText | undefined {
    this.at = start;
    this.objects = "";
    this.flatUser = false;
    const event = new EventText(this.exact);
    if (!this.members(EVENT, event)) return undefined;
    event.start = start;
    event.end = this.at;
    const { actor } = event;
    if (actor.type === "" && this.flatUser) actor.type = '"user"';
    return isUsual(event) && this.readTimestamp(event) ? event : undefined;
  }

  /** The text of the value that comes next; "" where `endOf` finds it unusual. */
  until(endOf: (text: string, at: number) => number): string {
    const end = endOf(this.text, this.at);
    if (end === UNUSUAL) return "";
    const text = this.text.slice(this.at, end);
    this.at = end;
    return text;
  }

  object<Into>(name: string, members: Members<Into>, into: Into): boolean {
    if (this.objects.includes(name)) return false;
    this.objects += name;
    return this.members(members, into);
  }

  /** Without an actor's type, a flat user id means a user. */
  userId(event: EventText): boolean {
    this.flatUser = true;
    return takeActorId(this, event.actor);
  }

  targets(event: EventText): boolean {
    const { text } = this;
    if (event.targets !== "" || text.charCodeAt(this.at) !== OPEN_BRACKET) return false;
    let things = "";
    let names = "";
    let named = false;
    while (text.charCodeAt(this.at) !== CLOSE_BRACKET || things === "") {
      this.at++;
      const thing = new ThingText();
      if (!this.members(THING, thing) || !isUsualThing(thing)) return false;
      const comma = things === "" ? "" : ",";
      things += `${comma}{"type":${thing.type}${thing.id && `,"id":${thing.id}`}}`;
      names += comma + (thing.name || "null");
      named ||= thing.name !== "";
      const char = text.charCodeAt(this.at);
      if (char !== COMMA && char !== CLOSE_BRACKET) return false;
    }
    this.at++;
    event.targets = `[${things}]`;
    if (named) event.targetNames = `[${names}]`;
    return true;
  }

  private members<Into>(members: Members<Into>, into: Into): boolean {
    const { text } = this;
    if (text.charCodeAt(this.at) !== OPEN_BRACE) return false;
    this.at++;
    if (text.charCodeAt(this.at) === CLOSE_BRACE) {
      this.at++;
      return true;
    }
    for (;;) {
      const keyEnd = quickKeyEnd(text, this.at);
      if (keyEnd === UNUSUAL) return false;
      const take = members.get(text.slice(this.at + 1, keyEnd - 1));
      this.at = keyEnd + 1;
      if (take === undefined || !take(this, into)) return false;
      const char = text.charCodeAt(this.at);
      this.at++;
      if (char === CLOSE_BRACE) return true;
      if (char !== COMMA) return false;
    }
  }

  private readTimestamp(event: EventText): boolean {
    if (event.timestamp === "") return true;
    const sent = inner(event.timestamp);
    const at = parseTimestamp(sent);
    if (at === undefined || timestampFault(at, this.now) !== undefined) return false;
    if (!isReturnedForm(sent)) event.timestamp = `"${formatTimestamp(at)}"`;
    return true;
  }
}

/** The text fields of an object of texts. */
type TextField<Into> = { [Field in keyof Into]: Into[Field] extends string ? Field : never }[keyof Into];

function string<Into extends Record<Field, string>, Field extends TextField<Into>>(field: Field): Take<Into> {
  return value(field, quickStringEnd);
}

/** A member whose value's end `endOf` finds. */
function value<Into extends Record<Field, string>, Field extends TextField<Into>>(
  field: Field,
  endOf: (text: string, at: number) => number,
): Take<Into> {
  return (reader, into) => {
    // Twice, or under two names: which one counts is the exact reader's to say.
    if (into[field] !== "") return false;
    const text = reader.until(endOf);
    (into as Record<Field, string>)[field] = text;
    return text !== "";
  };
}

const takeActorId: Take<ActorText> = string("id");

const PERSON: readonly [string, Take<PersonText>][] = [
  ["type", string("type")],
  ["id", string("id")],
  ["name", string("name")],
  ["email", string("email")],
  ["role", string("role")],
];

const PRINCIPAL: Members<PersonText> = new Map(PERSON);

const ACTOR: Members<ActorText> = new Map<string, Take<ActorText>>([
  ...PERSON,
  [
    "on_behalf_of",
    (reader, { principal }) =>
      reader.object("on_behalf_of,", PRINCIPAL, principal) && principal.id !== "" && isUsualPerson(principal),
  ],
]);

const THING: Members<ThingText> = new Map<string, Take<ThingText>>([
  ["type", string("type")],
  ["id", string("id")],
  ["name", string("name")],
]);

const CONTEXT: Members<ContextText> = new Map<string, Take<ContextText>>([
  ["ip", string("ip")],
  ["user_agent", string("userAgent")],
  ["request_id", string("requestId")],
  ["session_id", string("sessionId")],
  ["trace_id", string("traceId")],
]);

/** An alias fills the member that it is another name of (aliases.ts). */
const inActor =
  (take: Take<ActorText>): Take<EventText> =>
  (reader, { actor }) =>
    take(reader, actor);
const inResource =
  (take: Take<ThingText>): Take<EventText> =>
  (reader, { resource }) =>
    take(reader, resource);
const inContext =
  (take: Take<ContextText>): Take<EventText> =>
  (reader, { context }) =>
    take(reader, context);

const EVENT: Members<EventText> = new Map<string, Take<EventText>>([
  ["id", string("id")],
  ["timestamp", string("timestamp")],
  ["tenant_id", string("tenantId")],
  ["action", string("action")],
  ["outcome", string("outcome")],
  ["actor", (reader, { actor }) => reader.object("actor,", ACTOR, actor)],
  ["resource", (reader, { resource }) => reader.object("resource,", THING, resource)],
  ["targets", (reader, event) => reader.targets(event)],
  ["description", string("description")],
  ["context", (reader, { context }) => reader.object("context,", CONTEXT, context)],
  ["changes", value("changes", quickChangesEnd)],
  ["metadata", value("metadata", quickObjectEnd)],
  ["user_id", (reader, event) => reader.userId(event)],
  ["user_role", inActor(string("role"))],
  ["resource_type", inResource(string("type"))],
  ["resource_id", inResource(string("id"))],
  ["ip", inContext(string("ip"))],
  ["user_agent", inContext(string("userAgent"))],
  ["occurred_at", string("timestamp")],
]);

const quoted = (words: readonly string[]): ReadonlySet<string> => new Set(words.map((word) => `"${word}"`));
const QUOTED_OUTCOMES = quoted(OUTCOMES);
const QUOTED_ACTOR_TYPES = quoted(ACTOR_TYPES);

/** Whether every field is surely valid and warns of nothing. */
function isUsual({ id, tenantId, action, outcome, actor, resource, context: { ip } }: EventText): boolean {
  return (
    (id === "" || (EVENT_ID.test(inner(id)) && !RESERVED_IDS.has(inner(id)))) &&
    (tenantId === "" || ORGANIZATION_ID.test(inner(tenantId))) &&
    ACTION.test(inner(action)) &&
    (outcome === "" || QUOTED_OUTCOMES.has(outcome)) &&
    isUsualPerson(actor) &&
    isUsualThing(resource) &&
    (ip === "" || isIPv4(inner(ip)) || addressIn(inner(ip)) === inner(ip))
  );
}

function isUsualPerson({ type, id, role }: PersonText): boolean {
  return QUOTED_ACTOR_TYPES.has(type) && isImpersonal(id) && isShort(role) && isImpersonal(role);
}

function isUsualThing({ type, id }: ThingText): boolean {
  return type.length > '""'.length && isShort(type) && isImpersonal(id);
}

/** A JSON text is at least as long as its value. */
function isShort(jsonText: string): boolean {
  return jsonText.length - '""'.length <= WORD_LENGTH_MAX;
}

/** Whether a permanent field surely holds no personal data. */
function isImpersonal(jsonText: string): boolean {
  if (jsonText === "" || WORD.test(jsonText)) return true;
  return PLAIN.test(jsonText) && personalKind(inner(jsonText)) === undefined;
}

/** Has a letter, which no phone number has, and no `@`, `%` or `:`. */
const WORD = /^"[\w.-]*[A-Za-z_][\w.-]*"$/;
/** ASCII without escapes: the text is the value. */
const PLAIN = /^[ -[\]-~]*$/;

function inner(jsonText: string): string {
  return jsonText.slice(1, -1);
}
