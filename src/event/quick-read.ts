import { isIPv4 } from "node:net";
import { ByteWriter } from "./byte-writer.ts";
import { type EventFields, type FieldTable, type SentField, sentField } from "./event-fields.ts";
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "./json-characters.ts";
import { readTime, TIME_CHARACTERS } from "./packed-time.ts";
import { isAt, quickChangesEnd, quickObjectEnd, quickStringEnd, UNUSUAL } from "./quick-json.ts";
import { addressIn } from "./sent-address.ts";
import { formatTimestamp, parseTimestamp } from "./timestamp.ts";
import {
  type IsUsual,
  isActorType,
  isImpersonal,
  isOutcome,
  isShortAndImpersonal,
  isType,
  isUsualAction,
  isUsualId,
  isUsualOrganization,
} from "./usual-texts.ts";
import { timestampFault, type ValidEvent } from "./validate.ts";

/** Reads one member's value. @returns false where it is unusual. */
type Take = (reader: QuickReader) => boolean;

/** The members that an object can have. */
class Members {
  /** `name":`, without the quotation mark before it. */
  private readonly keys: readonly Buffer[];
  private readonly takes: readonly Take[];
  /** Behind the one that was found last: senders mostly keep one order. */
  private next = 0;

  constructor(members: readonly (readonly [string, Take])[]) {
    this.keys = members.map(([name]) => Buffer.from(`${name}":`, "latin1"));
    this.takes = members.map(([, take]) => take);
  }

  /** The number of the member whose key is at a place, or -1. */
  find(bytes: Uint8Array, at: number): number {
    const { keys, next } = this;
    for (let tried = 0; tried < keys.length; tried++) {
      const member = (next + tried) % keys.length;
      if (!isAt(bytes, at, keys[member] as Buffer)) continue;
      this.next = member + 1;
      return member;
    }
    return -1;
  }

  keyBytes(member: number): number {
    return (this.keys[member] as Buffer).length;
  }

  take(member: number, reader: QuickReader): boolean {
    return (this.takes[member] as Take)(reader);
  }
}

/**
 * Reads events as most clients send them in one pass over their bytes, without an object for each value. It accepts or does not know: what
 * it takes, the exact reader (validate.ts) takes too, with the same texts and without a warning; everything else is the exact reader's,
 * which finds every fault and names it.
 */
export class QuickReader {
  private readonly table: FieldTable;
  private readonly bytes: Buffer;
  private readonly now: number;
  private readonly exact: (event: EventFields) => ValidEvent;
  private at = 0;
  /** Bits of the objects that were read, each of which can be there once. */
  private objects = 0;
  private flatUser = false;

  /**
   * @param table of the request; takes the events that are read.
   * @param now milliseconds since the Unix epoch.
   * @param exact reads an event again, exactly.
   */
  constructor(table: FieldTable, now: number, exact: (event: EventFields) => ValidEvent) {
    this.table = table;
    this.bytes = table.bytes;
    this.now = now;
    this.exact = exact;
  }

  /** The event that begins at `start`, or undefined. */
  read(start: number): EventFields | undefined {
    const { table } = this;
    this.at = start;
    this.objects = 0;
    this.flatUser = false;
    table.begin();
    if (!this.members(EVENT)) return undefined;
    if (table.lengthOf(ACTOR_TYPE) === 0 && this.flatUser) table.setText(ACTOR_TYPE, '"user"');
    if (!this.areUsual(CHECKS) || !this.isAddress() || !this.readTimestamp()) return undefined;
    return table.keep({ start, end: this.at }, this.exact);
  }

  /** Takes the value that comes next for a field, unless `endOf` finds it unusual. */
  value(field: number, endOf: (bytes: Uint8Array, at: number) => number): boolean {
    // Twice, or under two names: which one counts is the exact reader's to say.
    if (this.table.lengthOf(field) > 0) return false;
    const end = endOf(this.bytes, this.at);
    if (end === UNUSUAL) return false;
    this.table.set(field, this.at, end);
    this.at = end;
    return true;
  }

  object(bit: number, members: Members): boolean {
    if ((this.objects & bit) !== 0) return false;
    this.objects |= bit;
    return this.members(members);
  }

  /** Whom the actor acted for. */
  principal(): boolean {
    return this.object(OBJECT.principal, PRINCIPAL) && this.areUsual(PRINCIPAL_CHECKS);
  }

  /** Without an actor's type, a flat user id means a user. */
  userId(): boolean {
    this.flatUser = true;
    return this.value(ACTOR_ID, quickStringEnd);
  }

  /** Writes what the header keeps of targets, and their names. */
  targets(): boolean {
    const { table, bytes } = this;
    const { rewritten } = table;
    if (table.lengthOf(TARGETS) > 0 || bytes[this.at] !== OPEN_BRACKET) return false;
    const from = rewritten.length;
    names.clear();
    let named = false;
    do {
      this.at++;
      for (const field of TARGET_FIELDS) table.clear(field);
      if (!this.members(TARGET) || !this.areUsual(TARGET_CHECKS)) return false;
      const before = names.length === 0 ? OPEN_BRACKET : COMMA;
      rewritten.byte(before);
      this.writeTarget();
      names.byte(before);
      if (table.lengthOf(TARGET_NAME) === 0) names.latin1("null");
      else table.write(TARGET_NAME, names);
      named ||= table.lengthOf(TARGET_NAME) > 0;
    } while (bytes[this.at] === COMMA);
    if (bytes[this.at] !== CLOSE_BRACKET) return false;
    this.at++;
    rewritten.byte(CLOSE_BRACKET);
    table.setRewritten(TARGETS, from, rewritten.length);
    if (!named) return true;
    names.byte(CLOSE_BRACKET);
    const namesFrom = rewritten.length;
    rewritten.range(names.bytes, 0, names.length);
    table.setRewritten(TARGET_NAMES, namesFrom, rewritten.length);
    return true;
  }

  private writeTarget(): void {
    const { table } = this;
    table.rewritten.latin1('{"type":');
    table.write(TARGET_TYPE, table.rewritten);
    if (table.lengthOf(TARGET_ID) > 0) {
      table.rewritten.latin1(',"id":');
      table.write(TARGET_ID, table.rewritten);
    }
    table.rewritten.byte(CLOSE_BRACE);
  }

  private members(members: Members): boolean {
    const { bytes } = this;
    if (bytes[this.at] !== OPEN_BRACE) return false;
    this.at++;
    if (bytes[this.at] === CLOSE_BRACE) {
      this.at++;
      return true;
    }
    for (;;) {
      if (bytes[this.at] !== QUOTE) return false;
      const member = members.find(bytes, this.at + 1);
      if (member < 0) return false;
      this.at += 1 + members.keyBytes(member);
      if (!members.take(member, this)) return false;
      const char = bytes[this.at];
      this.at++;
      if (char === CLOSE_BRACE) return true;
      if (char !== COMMA) return false;
    }
  }

  /** Whether fields are surely valid and warn of nothing. */
  private areUsual(checks: readonly Check[]): boolean {
    const { table, bytes } = this;
    for (const { field, isUsual, required } of checks) {
      const length = table.lengthOf(field);
      if (length === 0) {
        if (required) return false;
        continue;
      }
      const start = table.startOf(field);
      // What was rewritten is known to be valid.
      if (start >= 0 && !isUsual(bytes, start + 1, start + length - 1)) return false;
    }
    return true;
  }

  private isAddress(): boolean {
    const sent = this.table.inner(IP);
    return sent === undefined || isIPv4(sent) || addressIn(sent) === sent;
  }

  private readTimestamp(): boolean {
    const { table, bytes } = this;
    const length = table.lengthOf(TIMESTAMP);
    if (length === 0) return true;
    const isReturned = length === TIME_CHARACTERS + '""'.length;
    const known = isReturned ? readTime(bytes, table.startOf(TIMESTAMP) + 1) : Number.NaN;
    const at = Number.isNaN(known) ? parseTimestamp(table.inner(TIMESTAMP) ?? "") : known;
    if (at === undefined || timestampFault(at, this.now) !== undefined) return false;
    if (Number.isNaN(known)) table.setText(TIMESTAMP, `"${formatTimestamp(at)}"`);
    return true;
  }
}

/** Names of the targets that are being read. */
const names = new ByteWriter();

const OBJECT = { actor: 1, principal: 2, resource: 4, context: 8 } as const;

const ACTOR_TYPE = sentField("actor.type");
const ACTOR_ID = sentField("actor.id");
const TARGETS = sentField("targets");
const TARGET_NAMES = sentField("target_names");
const TARGET_TYPE = sentField("target.type");
const TARGET_ID = sentField("target.id");
const TARGET_NAME = sentField("target.name");
const TARGET_FIELDS = [TARGET_TYPE, TARGET_ID, TARGET_NAME];
const IP = sentField("ip");
const TIMESTAMP = sentField("timestamp");

function string(name: SentField): Take {
  return value(name, quickStringEnd);
}

/** A member whose value's end `endOf` finds. */
function value(name: SentField, endOf: (bytes: Uint8Array, at: number) => number): Take {
  const field = sentField(name);
  return (reader) => reader.value(field, endOf);
}

function person(who: "actor" | "on_behalf_of"): [string, Take][] {
  return (["type", "id", "name", "email", "role"] as const).map((name) => [name, string(`${who}.${name}`)]);
}

const PRINCIPAL = new Members(person("on_behalf_of"));
const ACTOR = new Members([...person("actor"), ["on_behalf_of", (reader) => reader.principal()]]);
const RESOURCE = new Members([
  ["type", string("resource.type")],
  ["id", string("resource.id")],
  ["name", string("resource.name")],
]);
const TARGET = new Members([
  ["type", string("target.type")],
  ["id", string("target.id")],
  ["name", string("target.name")],
]);
const CONTEXT = new Members([
  ["ip", string("ip")],
  ["user_agent", string("user_agent")],
  ["request_id", string("request_id")],
  ["session_id", string("session_id")],
  ["trace_id", string("trace_id")],
]);

const EVENT = new Members([
  ["id", string("id")],
  ["timestamp", string("timestamp")],
  ["tenant_id", string("tenant_id")],
  ["action", string("action")],
  ["outcome", string("outcome")],
  ["actor", (reader) => reader.object(OBJECT.actor, ACTOR)],
  ["resource", (reader) => reader.object(OBJECT.resource, RESOURCE)],
  ["targets", (reader) => reader.targets()],
  ["description", string("description")],
  ["context", (reader) => reader.object(OBJECT.context, CONTEXT)],
  ["changes", value("changes", quickChangesEnd)],
  ["metadata", value("metadata", quickObjectEnd)],
  // An alias fills the member that it is another name of (aliases.ts).
  ["user_id", (reader) => reader.userId()],
  ["user_role", string("actor.role")],
  ["resource_type", string("resource.type")],
  ["resource_id", string("resource.id")],
  ["ip", string("ip")],
  ["user_agent", string("user_agent")],
  ["occurred_at", string("timestamp")],
]);

interface Check {
  readonly field: number;
  readonly isUsual: IsUsual;
  readonly required: boolean;
}

function optional(name: SentField, isUsual: IsUsual): Check {
  return { field: sentField(name), isUsual, required: false };
}

function required(name: SentField, isUsual: IsUsual): Check {
  return { field: sentField(name), isUsual, required: true };
}

const CHECKS: readonly Check[] = [
  optional("id", isUsualId),
  optional("tenant_id", isUsualOrganization),
  required("action", isUsualAction),
  optional("outcome", isOutcome),
  required("actor.type", isActorType),
  optional("actor.id", isImpersonal),
  optional("actor.role", isShortAndImpersonal),
  required("resource.type", isType),
  optional("resource.id", isImpersonal),
];

const PRINCIPAL_CHECKS: readonly Check[] = [
  required("on_behalf_of.type", isActorType),
  required("on_behalf_of.id", isImpersonal),
  optional("on_behalf_of.role", isShortAndImpersonal),
];

const TARGET_CHECKS: readonly Check[] = [required("target.type", isType), optional("target.id", isImpersonal)];
