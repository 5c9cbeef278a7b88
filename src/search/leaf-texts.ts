import { isTooLong, metadataLeaves } from "@daybook/sdk/filters";
import {
  byteJson,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  decodeByteText,
  isPlain,
  NINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  ZERO,
} from "../event/index.ts";

/** One leaf of metadata as one text: no other path and value give the same. */
export function leafText(path: string, value: string): string {
  return `${path.length}:${path}${value}`;
}

/**
 * The leaves of metadata, as the JSON byte text of an array of texts. What no filter can ask for is left out: longer paths and values than a filter
 * takes, and empty values.
 *
 * @param metadata compact JSON byte text of an object.
 */
export function leafTexts(metadata: string): string {
  // Otherwise a text has another length than its bytes.
  if (!isPlain(metadata)) return parsedLeafTexts(metadata);
  const scan = new LeafScan(metadata);
  return scan.object("") ? `[${scan.leaves}]` : parsedLeafTexts(metadata);
}

/** The same for any metadata. */
export function parsedLeafTexts(metadata: string): string {
  const texts: string[] = [];
  for (const { path, value } of metadataLeaves(JSON.parse(decodeByteText(metadata)))) {
    if (canBeAsked(path, value)) texts.push(leafText(path, value));
  }
  return byteJson(texts);
}

function canBeAsked(path: string, value: string): boolean {
  return value !== "" && !isTooLong(value) && !isTooLong(path);
}

/**
 * Reads compact JSON of ASCII without escapes, whose texts are the strings that they stand for. It gives up where a value would be another one
 * once it was parsed: keys that look like numbers change places, dots in keys are escaped, numbers are spelled in one way.
 */
class LeafScan {
  /** JSON texts of the leaves, with commas between them. */
  leaves = "";
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** @param prefix of the paths in it. @returns false where it gave up. */
  object(prefix: string): boolean {
    const { text } = this;
    if (text.charCodeAt(++this.at) === CLOSE_BRACE) return this.step();
    do {
      const key = this.string();
      if (!isPlainKey(key)) return false;
      // The colon.
      this.at++;
      if (!this.value(prefix + key)) return false;
    } while (this.comma());
    return this.step();
  }

  private array(path: string): boolean {
    if (this.text.charCodeAt(++this.at) === CLOSE_BRACKET) return this.step();
    do {
      if (!this.value(path)) return false;
    } while (this.comma());
    return this.step();
  }

  private value(path: string): boolean {
    const first = this.text.charCodeAt(this.at);
    if (first === QUOTE) return this.leaf(path, this.string());
    if (first === OPEN_BRACE) return this.object(`${path}.`);
    if (first === OPEN_BRACKET) return this.array(path);
    LITERAL.lastIndex = this.at;
    const literal = LITERAL.exec(this.text)?.[0];
    if (literal === undefined) return false;
    this.at += literal.length;
    return this.leaf(path, literal);
  }

  private leaf(path: string, value: string): boolean {
    if (canBeAsked(path, value)) this.leaves += `${this.leaves === "" ? "" : ","}"${leafText(path, value)}"`;
    return true;
  }

  /** The string at the place, without its quotation marks. */
  private string(): string {
    const from = this.at + 1;
    const end = this.text.indexOf('"', from);
    this.at = end + 1;
    return this.text.slice(from, end);
  }

  private comma(): boolean {
    return this.text.charCodeAt(this.at) === COMMA && this.step();
  }

  private step(): true {
    this.at++;
    return true;
  }
}

/** True where it takes its place in the order of the text, and needs no escape in a path. */
function isPlainKey(key: string): boolean {
  const first = key.charCodeAt(0);
  return !(first >= ZERO && first <= NINE) && !key.includes(".") && key !== "__proto__";
}

/** Literals that JSON.stringify gives back as they are, and nothing but the next value's end after them. */
const LITERAL = /(?:true|false|null|0|-?[1-9]\d{0,14})(?=[,}\]])/y;
