import { FILTER_VALUE_LENGTH_MAX, isTooLong, metadataLeaves } from "@daybook/sdk/filters";
import {
  BACKSLASH,
  type ByteWriter,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  copyRange,
  MINUS,
  NINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  POINT,
  QUOTE,
  ZERO,
} from "../event/index.ts";

/** One leaf of metadata as one text: no other path and value give the same. */
export function leafText(path: string, value: string): string {
  return `${path.length}:${path}${value}`;
}

/**
 * Writes the leaves of metadata as a JSON array of texts. What no filter can ask for is left out: longer paths and values than a filter takes, and
 * empty values.
 *
 * @param from holds compact JSON of an object, from `start` to `end`.
 */
export function writeLeafTexts(from: Uint8Array, start: number, end: number, to: ByteWriter): void {
  const before = to.length;
  if (scan.leaves(from, start, end, to)) return;
  to.length = before;
  const { buffer, byteOffset } = from;
  to.text(parsedLeafTexts(Buffer.from(buffer, byteOffset + start, end - start).toString("utf8")));
}

/** The same for any metadata. */
export function parsedLeafTexts(metadata: string): string {
  const texts: string[] = [];
  for (const { path, value } of metadataLeaves(JSON.parse(metadata))) {
    if (value !== "" && !isTooLong(value) && !isTooLong(path)) texts.push(leafText(path, value));
  }
  return JSON.stringify(texts);
}

/** Literals that JSON.stringify gives back as they are. */
const LITERALS = ["true", "false", "null", "0"].map((literal) => Buffer.from(literal, "latin1"));
/** Whole numbers of so many digits are given back, too. */
const DIGITS_MAX = 15;
const PROTO = Buffer.from("__proto__", "latin1");
/** More than metadata is nested. */
const DEPTH_MAX = 64;

/**
 * Reads compact JSON of ASCII without escapes, whose texts are the strings that they stand for. It gives up where a value would be another one
 * once it was parsed: keys that look like numbers change places, dots in keys are escaped, numbers are spelled in one way.
 */
class LeafScan {
  private from: Uint8Array = new Uint8Array();
  private end = 0;
  private at = 0;
  private to: ByteWriter | undefined;
  /** Of the value that is being read. */
  private readonly path = Buffer.alloc(FILTER_VALUE_LENGTH_MAX + 1);

  /** @returns false where it gave up. */
  leaves(from: Uint8Array, start: number, end: number, to: ByteWriter): boolean {
    this.from = from;
    this.at = start;
    this.end = end;
    this.to = to;
    // Each leaf takes a path and a few characters besides what it takes in the metadata.
    to.byte(OPEN_BRACKET);
    const isRead = this.object(0, to.length, 1) && this.at === end;
    to.byte(CLOSE_BRACKET);
    return isRead;
  }

  /** @param pathEnd of the path that its keys are put behind. @param first where the first leaf of all begins. */
  private object(pathEnd: number, first: number, depth: number): boolean {
    const { from } = this;
    if (from[this.at] !== OPEN_BRACE || depth > DEPTH_MAX) return false;
    if (from[++this.at] === CLOSE_BRACE) return this.step();
    do {
      const key = this.at + 1;
      const keyEnd = this.stringEnd();
      if (keyEnd < 0 || !this.isPlainKey(key, keyEnd) || pathEnd + keyEnd - key >= this.path.length) return false;
      const valuePathEnd = copyRange(from, key, keyEnd, this.path, pathEnd);
      if (from[this.at] !== COLON) return false;
      this.at++;
      if (!this.value(valuePathEnd, first, depth)) return false;
    } while (this.comma());
    return from[this.at] === CLOSE_BRACE && this.step();
  }

  private array(pathEnd: number, first: number, depth: number): boolean {
    const { from } = this;
    if (depth > DEPTH_MAX) return false;
    if (from[++this.at] === CLOSE_BRACKET) return this.step();
    do {
      if (!this.value(pathEnd, first, depth)) return false;
    } while (this.comma());
    return from[this.at] === CLOSE_BRACKET && this.step();
  }

  private value(pathEnd: number, first: number, depth: number): boolean {
    const { from, at } = this;
    const start = from[at];
    if (start === OPEN_BRACE) {
      this.path[pathEnd] = POINT;
      return this.object(pathEnd + 1, first, depth + 1);
    }
    if (start === OPEN_BRACKET) return this.array(pathEnd, first, depth + 1);
    if (start === QUOTE) {
      const end = this.stringEnd();
      return end >= 0 && this.leaf(pathEnd, first, at + 1, end);
    }
    this.at = this.literalEnd();
    return this.at > at && this.leaf(pathEnd, first, at, this.at);
  }

  private leaf(pathEnd: number, first: number, start: number, end: number): boolean {
    const { from, path, to } = this;
    if (to === undefined) return false;
    const length = end - start;
    if (length === 0 || length > FILTER_VALUE_LENGTH_MAX || pathEnd > FILTER_VALUE_LENGTH_MAX) return true;
    if (to.length > first) to.byte(COMMA);
    to.byte(QUOTE);
    to.number(pathEnd);
    to.byte(COLON);
    to.range(path, 0, pathEnd);
    to.range(from, start, end);
    to.byte(QUOTE);
    return true;
  }

  /** Where the string at the place ends, without its quotation mark, after which it goes on; -1 where it is unusual. */
  private stringEnd(): number {
    const { from } = this;
    if (from[this.at] !== QUOTE) return -1;
    for (let index = this.at + 1; index < this.end; index++) {
      const byte = from[index] as number;
      if (byte === QUOTE) {
        this.at = index + 1;
        return index;
      }
      if (byte === BACKSLASH || byte > 0x7f) return -1;
    }
    return -1;
  }

  /** Where the literal at the place ends; the place itself where it is unusual. */
  private literalEnd(): number {
    const { from, at } = this;
    let end = at;
    for (let byte = from[end]; byte !== COMMA && byte !== CLOSE_BRACE && byte !== CLOSE_BRACKET; byte = from[++end]) {
      if (end >= this.end) return at;
    }
    for (const literal of LITERALS) if (isAt(from, at, end, literal)) return end;
    let digit = from[at] === MINUS ? at + 1 : at;
    if (from[digit] === ZERO || end - digit > DIGITS_MAX) return at;
    for (; digit < end; digit++) if (!isDigit(from[digit])) return at;
    return end;
  }

  /** True where it takes its place in the order of the text, and needs no escape in a path. */
  private isPlainKey(start: number, end: number): boolean {
    const { from } = this;
    if (isDigit(from[start]) || isAt(from, start, end, PROTO)) return false;
    for (let index = start; index < end; index++) if (from[index] === POINT) return false;
    return true;
  }

  private comma(): boolean {
    return this.from[this.at] === COMMA && this.step();
  }

  private step(): true {
    this.at++;
    return true;
  }
}

const scan = new LeafScan();

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function isAt(from: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start !== text.length) return false;
  for (let index = 0; index < text.length; index++) if (from[start + index] !== text[index]) return false;
  return true;
}
