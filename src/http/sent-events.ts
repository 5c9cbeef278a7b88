import { isUtf8 } from "node:buffer";
import type { Warning } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import {
  CLOSE_BRACKET,
  COMMA,
  type EventFields,
  FieldTable,
  fieldsOf,
  isObject,
  OPEN_BRACE,
  OPEN_BRACKET,
  QuickReader,
  readEvent,
  readWithWarnings,
  skipSpace,
  valueEnd,
} from "../event/index.ts";
import { Turns } from "../log/index.ts";
import { decodeUtf8, parseJson } from "./body.ts";
import { eventsForm } from "./media-type.ts";

const LINE_FEED = 0x0a;

/** Events in one request. */
export const EVENTS_MAX = 1000;
/** Events that are read before the clock is looked at. */
const SLICE = 32;

/** One event of a request that can be recorded, or why it cannot. */
export type SentEvent =
  | { readonly event: EventFields; readonly warnings: readonly Warning[] }
  /** `id` is as it was sent, so that the caller can tell which event failed. */
  | { readonly error: unknown; readonly id: string | undefined };

export interface SentEvents {
  /** One event, not an array of one. */
  readonly single: boolean;
  readonly events: readonly SentEvent[];
}

export interface ReadOptions {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Whether each event must name its organization. */
  readonly tenantRequired: boolean;
  /** Resolves when it is the request's turn to be read on. Default: in the next turn of the event loop. */
  readonly turn?: (() => Promise<void>) | undefined;
}

/**
 * The events of a request's body: one, an array, or lines of NDJSON. While it reads many, other work of the process has its turns.
 * @throws DaybookError `unsupported_media_type`, `invalid_utf8`, `invalid_json`, `too_many_events`
 */
export async function readSentEvents(
  contentType: string | undefined,
  body: Buffer,
  options: ReadOptions,
): Promise<SentEvents> {
  const form = eventsForm(contentType);
  const reader = new BodyReader(withoutMark(body), options);
  return form === "json" ? reader.json() : { single: false, events: await reader.lines() };
}

/** Reads each event the quick way where it can, and the exact way where it must. */
class BodyReader {
  private readonly body: Buffer;
  private readonly options: ReadOptions;
  private readonly table: FieldTable;
  /** Undefined where the body is not UTF-8 as a whole. */
  private readonly quick: QuickReader | undefined;
  private decoded: string | undefined;

  constructor(body: Buffer, options: ReadOptions) {
    this.body = body;
    this.options = options;
    this.table = new FieldTable(body);
    const again = ({ start, end }: EventFields) => {
      const text = body.toString("utf8", start, end);
      return readEvent(text, JSON.parse(text), options.now);
    };
    this.quick = isUtf8(body) ? new QuickReader(this.table, options.now, again) : undefined;
  }

  async json(): Promise<SentEvents> {
    const { body } = this;
    const start = this.afterSpace(0);
    if (body[start] === OPEN_BRACE && this.areLines(start)) return { single: false, events: await this.lines() };
    if (this.quick === undefined || body[start] !== OPEN_BRACKET) return this.one(start);
    const events = await this.elements(start);
    if (events !== undefined) return { single: false, events };
    // Says where it is not well-formed.
    parseJson(decodeUtf8(this.body));
    throw new Error("a well-formed array could not be read");
  }

  async lines(): Promise<SentEvent[]> {
    const { body } = this;
    const events: SentEvent[] = [];
    const turns = new Turns(this.options.turn);
    for (let start = 0, end: number; start < body.length; start = end + 1) {
      const newline = body.indexOf(LINE_FEED, start);
      end = newline < 0 ? body.length : newline;
      if (isBlank(body, start, end)) continue;
      events.push(this.quickly(start, end) ?? this.line(start, end));
      limitCount(events.length);
      if (events.length % SLICE === 0 && turns.due) await turns.pause();
    }
    return events;
  }

  /** Its bytes, one a character: only what is unusual is looked for in a text. */
  private get text(): string {
    this.decoded ??= this.body.toString("latin1");
    return this.decoded;
  }

  private afterSpace(at: number): number {
    const { body } = this;
    let next = at;
    while (isSpace(body[next])) next++;
    return next;
  }

  /** Whether a body that is called JSON is NDJSON: an object that ends on its line, and another one that begins on a later line. */
  private areLines(start: number): boolean {
    const { body } = this;
    const newline = body.indexOf(LINE_FEED, start);
    if (newline < 0 || body[this.afterSpace(newline)] !== OPEN_BRACE) return false;
    const { text } = this;
    try {
      const end = valueEnd(text, start);
      return end <= newline && skipSpace(text, end) > newline;
    } catch (error) {
      if (error instanceof RangeError || error instanceof SyntaxError) return false;
      throw error;
    }
  }

  private one(start: number): SentEvents {
    const quick = this.quickly(start, this.body.length);
    if (quick !== undefined) return { single: true, events: [quick] };
    const text = decodeUtf8(this.body);
    return { single: true, events: [this.exactly(text, parseJson(text), 0, this.body.length)] };
  }

  /** The elements of an array, or undefined when it is not well-formed. */
  private async elements(start: number): Promise<SentEvent[] | undefined> {
    const { body } = this;
    const events: SentEvent[] = [];
    const turns = new Turns(this.options.turn);
    let at = this.afterSpace(start + 1);
    if (body[at] === CLOSE_BRACKET) return this.afterSpace(at + 1) === body.length ? events : undefined;
    for (;;) {
      const read = this.quickElement(at) ?? this.exactElement(at);
      if (read === undefined) return undefined;
      events.push(read.sent);
      limitCount(events.length);
      at = this.afterSpace(read.end);
      if (body[at] === CLOSE_BRACKET) return this.afterSpace(at + 1) === body.length ? events : undefined;
      if (body[at] !== COMMA) return undefined;
      at = this.afterSpace(at + 1);
      if (events.length % SLICE === 0 && turns.due) await turns.pause();
    }
  }

  private quickElement(at: number): { sent: SentEvent; end: number } | undefined {
    const event = this.quick?.read(at);
    return event && this.isEnough(event) ? { sent: { event, warnings: NONE }, end: event.end } : undefined;
  }

  private exactElement(at: number): { sent: SentEvent; end: number } | undefined {
    try {
      const end = valueEnd(this.text, at);
      const text = this.body.toString("utf8", at, end);
      // The syntax of this element is right from here on, and so is where it ends.
      return { sent: this.exactly(text, JSON.parse(text), at, end), end };
    } catch (error) {
      if (error instanceof RangeError || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** The event that takes all of a part of the body, or undefined. */
  private quickly(start: number, end: number): SentEvent | undefined {
    const event = this.quick?.read(start);
    return event?.end === end && this.isEnough(event) ? { event, warnings: NONE } : undefined;
  }

  private line(start: number, end: number): SentEvent {
    try {
      const text = decodeUtf8(this.body.subarray(start, end));
      return this.exactly(text, parseJson(text), start, end);
    } catch (error) {
      return { error, id: undefined };
    }
  }

  private exactly(text: string, parsed: unknown, start: number, end: number): SentEvent {
    const { now, tenantRequired } = this.options;
    try {
      const { event, warnings } = readWithWarnings(text, parsed, now, { tenantRequired });
      return { event: fieldsOf(event, this.table, { start, end }), warnings };
    } catch (error) {
      return { error, id: isObject(parsed) && typeof parsed.id === "string" ? parsed.id : undefined };
    }
  }

  private isEnough(event: EventFields): boolean {
    return !this.options.tenantRequired || event.tenantId !== undefined;
  }
}

/** Some clients put a byte order mark before UTF-8. */
function withoutMark(body: Buffer): Buffer {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body;
}

const NONE: readonly Warning[] = [];

/** Nothing but JSON's own white space. */
function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isSpace(bytes[at])) return false;
  return true;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === LINE_FEED || byte === 0x0d;
}

function limitCount(count: number): void {
  if (count > EVENTS_MAX) throw new DaybookError("too_many_events", `A request can have at most ${EVENTS_MAX} events.`);
}
