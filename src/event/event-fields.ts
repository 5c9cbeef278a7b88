import { ByteWriter } from "./byte-writer.ts";
import type { ValidEvent } from "./validate.ts";

/** What an event that can be recorded consists of: its entry is put together from the JSON texts of these. */
const NAMES = [
  "id",
  "timestamp",
  "tenant_id",
  "action",
  "outcome",
  "actor.type",
  "actor.id",
  "actor.name",
  "actor.email",
  "actor.role",
  "on_behalf_of.type",
  "on_behalf_of.id",
  "on_behalf_of.name",
  "on_behalf_of.email",
  "on_behalf_of.role",
  "resource.type",
  "resource.id",
  "resource.name",
  // What the header keeps of them: type and id.
  "targets",
  // One for each target, null where it has none.
  "target_names",
  "description",
  "ip",
  "ip_text",
  "user_agent",
  "request_id",
  "session_id",
  "trace_id",
  "changes",
  "metadata",
  // Of the target that is being read.
  "target.type",
  "target.id",
  "target.name",
] as const;

export type SentField = (typeof NAMES)[number];

/** A field's number. */
export function sentField(name: SentField): number {
  return NAMES.indexOf(name);
}

/** Numbers of each field: where its JSON text begins, and its length, which is 0 where the event does not have it. */
const RANGE = 2;
const EVENT = RANGE * NAMES.length;
const EVENTS_MIN = 1;
/** Fewest bytes of texts that are rewritten: most events need none. */
const REWRITTEN_BYTES_MIN = 256;

/**
 * The fields of one request's events, as ranges of its bytes: what a caller sent is copied from there to the log, without an object for each
 * text in between. A text that is stored in another form than it was sent in is rewritten, and begins below zero.
 */
export class FieldTable {
  readonly bytes: Buffer;
  readonly rewritten = new ByteWriter(REWRITTEN_BYTES_MIN);
  private ranges = new Int32Array(EVENTS_MIN * EVENT);
  /** Of the event that is being read. */
  private base = 0;

  /** @param bytes valid UTF-8, which does not change. */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Begins an event, without a field. The one before is gone if it was not kept. */
  begin(): void {
    const end = this.base + EVENT;
    if (end > this.ranges.length) {
      const larger = new Int32Array(2 * this.ranges.length);
      larger.set(this.ranges);
      this.ranges = larger;
    }
    this.ranges.fill(0, this.base, end);
  }

  /** Keeps the event that was begun. @param at where it is in the bytes. @param exactly gives the event itself. */
  keep(at: { start: number; end: number }, exactly: (event: EventFields) => ValidEvent): EventFields {
    const event = new EventFields(this, this.base, at, exactly);
    this.base += EVENT;
    return event;
  }

  /** Sets a field of the event that was begun. */
  set(field: number, start: number, end: number): void {
    const at = this.base + RANGE * field;
    this.ranges[at] = start;
    this.ranges[at + 1] = end - start;
  }

  clear(field: number): void {
    this.ranges[this.base + RANGE * field + 1] = 0;
  }

  /** Sets a field to a text that is not in the bytes. */
  setText(field: number, text: string): void {
    const from = this.rewritten.length;
    this.rewritten.text(text);
    this.setRewritten(field, from, this.rewritten.length);
  }

  /** Sets a field to what was rewritten. */
  setRewritten(field: number, from: number, to: number): void {
    this.set(field, -1 - from, -1 - from + to - from);
  }

  startOf(field: number, base = this.base): number {
    return this.ranges[base + RANGE * field] as number;
  }

  /** Of a field's JSON text; 0 where the event does not have it. */
  lengthOf(field: number, base = this.base): number {
    return this.ranges[base + RANGE * field + 1] as number;
  }

  write(field: number, to: ByteWriter, base = this.base): void {
    const start = this.startOf(field, base);
    const length = this.lengthOf(field, base);
    if (start >= 0) to.range(this.bytes, start, start + length);
    else to.range(this.rewritten.bytes, -1 - start, -1 - start + length);
  }

  /** A string's JSON text without its quotation marks, one character a byte; undefined where the event does not have it. */
  inner(field: number, base = this.base): string | undefined {
    const length = this.lengthOf(field, base);
    if (length === 0) return undefined;
    const start = this.startOf(field, base);
    const [bytes, from] = start >= 0 ? [this.bytes, start] : [this.rewritten.bytes, -1 - start];
    return bytes.toString("latin1", from + 1, from + length - 1);
  }
}

/** An event that can be recorded. */
export class EventFields {
  /** Where it was read, in bytes of its request. */
  readonly start: number;
  readonly end: number;
  private readonly table: FieldTable;
  private readonly base: number;
  private readonly exactly: (event: EventFields) => ValidEvent;

  constructor(
    table: FieldTable,
    base: number,
    { start, end }: { start: number; end: number },
    exactly: (event: EventFields) => ValidEvent,
  ) {
    this.table = table;
    this.base = base;
    this.start = start;
    this.end = end;
    this.exactly = exactly;
  }

  /** Its own id, if it has one. No character of it is escaped. */
  get id(): string | undefined {
    return this.table.inner(ID, this.base);
  }

  /** The organization that it names. No character of it is escaped. */
  get tenantId(): string | undefined {
    return this.table.inner(TENANT_ID, this.base);
  }

  has(field: number): boolean {
    return this.table.lengthOf(field, this.base) > 0;
  }

  /** Writes the JSON text of a field that it has. */
  write(field: number, to: ByteWriter): void {
    this.table.write(field, to, this.base);
  }

  /** The event itself, for what looks at more than texts: a retry, a refusal. */
  valid(): ValidEvent {
    return this.exactly(this);
  }
}

const ID = sentField("id");
const TENANT_ID = sentField("tenant_id");

/** The fields of an event that was read into an object. @param table of its request; at the given place of its bytes, if anywhere. */
export function fieldsOf(
  event: ValidEvent,
  table = new FieldTable(Buffer.alloc(0)),
  at = { start: 0, end: 0 },
): EventFields {
  const { actor, resource, targets, context = {} } = event;
  table.begin();
  set(table, "id", event.id);
  set(table, "timestamp", event.timestamp);
  set(table, "tenant_id", event.tenant_id);
  set(table, "action", event.action);
  set(table, "outcome", event.outcome);
  setPerson(table, "actor", actor);
  if (actor.on_behalf_of !== undefined) setPerson(table, "on_behalf_of", actor.on_behalf_of);
  set(table, "resource.type", resource.type);
  set(table, "resource.id", resource.id);
  set(table, "resource.name", resource.name);
  set(
    table,
    "targets",
    targets?.map(({ type, id }) => ({ type, id })),
  );
  set(table, "target_names", namesOf(targets));
  set(table, "description", event.description);
  for (const name of ["ip", "ip_text", "user_agent", "request_id", "session_id", "trace_id"] as const) {
    set(table, name, context[name]);
  }
  if (event.changes !== undefined) table.setText(sentField("changes"), event.changes);
  if (event.metadata !== undefined) table.setText(sentField("metadata"), event.metadata);
  return table.keep(at, () => event);
}

type Person = Omit<ValidEvent["actor"], "on_behalf_of">;

function setPerson(table: FieldTable, who: "actor" | "on_behalf_of", person: Person): void {
  for (const name of ["type", "id", "name", "email", "role"] as const) set(table, `${who}.${name}`, person[name]);
}

/** One name for each target, null where it has none; undefined when none has one. */
function namesOf(targets: ValidEvent["targets"]): (string | null)[] | undefined {
  if (!targets?.some(({ name }) => name !== undefined)) return undefined;
  return targets.map(({ name }) => name ?? null);
}

function set(table: FieldTable, name: SentField, value: unknown): void {
  if (value !== undefined) table.setText(sentField(name), JSON.stringify(value));
}
