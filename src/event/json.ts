import type { FieldError } from "@daybook/sdk";
import { CLOSE_BRACE, CLOSE_BRACKET, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "./json-characters.ts";
import { numberFault } from "./number-text.ts";

/**
 * Strict JSON (RFC 8259 as narrowed by I-JSON, RFC 7493): what cannot be stored exactly, or would be read as something else, is a
 * fault that is named. Depth counts the outermost object as 1.
 */
export const DEPTH_MAX = 64;

/** Reading stops at this many faults: naming each of a million would cost more than the value they are in. */
export const FAULTS_MAX = 100;

/** A JSON value read strictly: its faults, and the compact text of its members with key order, nulls and numbers as they were sent. */
export interface StrictValue {
  /** Compact JSON text of one member of the outermost object. Trust only when `faults` is empty. */
  member(name: string): string | undefined;
  /** Pointers are relative to this value (RFC 6901). */
  readonly faults: readonly FieldError[];
}

/**
 * Reads one value whose syntax JSON.parse has already accepted.
 *
 * A text that JSON.stringify gives back to the letter has no duplicate key and lost no number, which is what most clients
 * send; `__proto__`, escaped lone surrogates and large integers survive that round trip, so they are looked for apart.
 */
export function readStrict(text: string, parsed: unknown = JSON.parse(text)): StrictValue {
  const plain = !deeperThan(parsed, DEPTH_MAX) && JSON.stringify(parsed) === text;
  if (plain && !text.includes("__proto__") && !text.includes("\\ud") && !LONG_NUMBER.test(text)) {
    return {
      member: (name) => (isObject(parsed) && Object.hasOwn(parsed, name) ? JSON.stringify(parsed[name]) : undefined),
      faults: [],
    };
  }
  return new Scan(text).run();
}

/** Index after the value that begins at `at`, in a text whose syntax is known to be right. */
export function valueEnd(text: string, at: number): number {
  const first = text[at];
  if (first === '"') return stringEnd(text, at);
  if (first !== "{" && first !== "[") {
    LITERAL.lastIndex = at;
    LITERAL.test(text);
    return LITERAL.lastIndex;
  }
  let depth = 0;
  for (let i = at; i < text.length; ) {
    const char = text.charCodeAt(i);
    if (char === QUOTE) {
      i = stringEnd(text, i);
      continue;
    }
    if (char === OPEN_BRACE || char === OPEN_BRACKET) depth++;
    if ((char === CLOSE_BRACE || char === CLOSE_BRACKET) && --depth === 0) return i + 1;
    i++;
  }
  throw new RangeError("the text ends inside a value");
}

/** As many digits as 2^53 has. */
const LONG_NUMBER = /\d{16}/;
const LITERAL = /[-+.0-9A-Za-z]+/y;
const SPACE = /[ \t\n\r]*/y;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** True when the text holds half of a surrogate pair, which UTF-8 cannot carry. */
export function hasLoneSurrogate(text: string): boolean {
  return LONE_SURROGATE.test(text);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A pointer no longer than this is answered whole. */
const POINTER_LENGTH_MAX = 1024;

/** JSON pointer (RFC 6901 §3) to where a path leads, or, where keys are too long to be repeated, to what surrounds it. */
export function pointer(path: readonly PropertyKey[]): string {
  let text = "";
  for (const step of path) {
    const key = String(step);
    if (text.length + key.length >= POINTER_LENGTH_MAX) break;
    text += `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  }
  return text;
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  const members: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return members.some((member) => deeperThan(member, levels - 1));
}

/** Index of the first character from `at` on that is not JSON's white space. */
export function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}

function stringEnd(text: string, at: number): number {
  for (let i = text.indexOf('"', at + 1); i >= 0; i = text.indexOf('"', i + 1)) {
    let backslashes = 0;
    while (text[i - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return i + 1;
  }
  throw new RangeError("the text ends inside a string");
}

interface Frame {
  readonly array: boolean;
  readonly keys: Set<string>;
  /** The member being read: its key, or its index. */
  at: string | number;
}

/** One walk over a text of known syntax, without recursion: names every fault and writes the compact text. */
class Scan {
  private readonly text: string;
  private out = "";
  private readonly stack: Frame[] = [];
  private readonly faults: FieldError[] = [];
  private readonly members = new Map<string, [start: number, end: number]>();
  private memberStart = 0;
  private tooDeep = false;

  constructor(text: string) {
    this.text = text;
  }

  run(): StrictValue {
    const { text, members, faults } = this;
    for (let i = skipSpace(text, 0); i < text.length && faults.length < FAULTS_MAX; i = skipSpace(text, i)) {
      const char = text.charCodeAt(i);
      if (char === QUOTE) i = this.string(i);
      else if (char === OPEN_BRACE || char === OPEN_BRACKET) i = this.open(i, char === OPEN_BRACKET);
      else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) i = this.close(i);
      else if (char === 0x2c) i = this.comma(i);
      else i = this.literal(i);
    }
    const { out } = this;
    return {
      member: (name) => {
        const span = members.get(name);
        return span && out.slice(...span);
      },
      faults,
    };
  }

  private open(at: number, array: boolean): number {
    if (this.stack.length === DEPTH_MAX) {
      if (!this.tooDeep) this.fault(`is nested deeper than ${DEPTH_MAX} levels`, 1);
      this.tooDeep = true;
      const end = valueEnd(this.text, at);
      this.out += "null";
      return end;
    }
    this.out += array ? "[" : "{";
    this.stack.push({ array, keys: new Set(), at: 0 });
    return array ? at + 1 : this.key(skipSpace(this.text, at + 1));
  }

  private close(at: number): number {
    this.endMember();
    this.out += this.text[at];
    this.stack.pop();
    return at + 1;
  }

  private comma(at: number): number {
    this.endMember();
    this.out += ",";
    const frame = this.stack.at(-1);
    if (frame?.array) {
      frame.at = Number(frame.at) + 1;
      return at + 1;
    }
    return this.key(skipSpace(this.text, at + 1));
  }

  private key(at: number): number {
    if (this.text.charCodeAt(at) !== QUOTE) return at;
    const end = stringEnd(this.text, at);
    const key: string = JSON.parse(this.text.slice(at, end));
    const frame = this.stack.at(-1);
    if (frame) {
      frame.at = key;
      if (frame.keys.has(key)) this.fault("occurs twice");
      if (key === "__proto__") this.fault("cannot be a key");
      if (hasLoneSurrogate(key)) this.fault("has a key with half of a surrogate pair");
      frame.keys.add(key);
    }
    this.out += `${JSON.stringify(key)}:`;
    if (this.stack.length === 1) this.memberStart = this.out.length;
    return skipSpace(this.text, end) + 1;
  }

  private endMember(): void {
    const frame = this.stack[0];
    if (this.stack.length === 1 && frame && !frame.array && frame.keys.size > 0) {
      this.members.set(String(frame.at), [this.memberStart, this.out.length]);
    }
  }

  private string(at: number): number {
    const end = stringEnd(this.text, at);
    const token = this.text.slice(at, end);
    if (token.includes("\\")) {
      const value: string = JSON.parse(token);
      if (hasLoneSurrogate(value)) this.fault("has half of a surrogate pair");
      this.out += JSON.stringify(value);
    } else this.out += token;
    return end;
  }

  private literal(at: number): number {
    const end = valueEnd(this.text, at);
    const token = this.text.slice(at, end);
    const first = token.charCodeAt(0);
    const wrong = first > 0x39 ? undefined : numberFault(token);
    if (wrong !== undefined) this.fault(wrong);
    this.out += token;
    return end;
  }

  private fault(message: string, levels = this.stack.length): void {
    this.faults.push({ pointer: pointer(this.stack.slice(0, levels).map((frame) => frame.at)), message });
  }
}
