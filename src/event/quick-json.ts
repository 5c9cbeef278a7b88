import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  MINUS,
  NINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  POINT,
  QUOTE,
  ZERO,
} from "./json-characters.ts";

/**
 * JSON as most clients send it, read from its bytes: compact, without a duplicate key, a long number or an escape that a serialiser would
 * write otherwise. Such a text is exactly what is stored. What is not of this form is not refused here: it is left to the exact reader
 * (json.ts), which explains what is wrong, or writes the compact form.
 */

/** A place in the text where nothing of this form is. */
export const UNUSUAL = -1;

/** The escapes that a serialiser writes too. `\u` is not one: what it stands for decides. */
const ESCAPES = new Uint8Array(256);
for (const character of '"\\bfnrt') ESCAPES[character.charCodeAt(0)] = 1;

/** Deeper, or with more keys, is unusual. */
const DEPTH_MAX = 16;
const KEYS_MAX = 32;
/** Every number of so many digits is exact. */
const DIGITS_MAX = 15;

const ascii = (text: string) => Buffer.from(text, "latin1");
const LITERALS = ["true", "false", "null"].map(ascii);
const PROTO = ascii("__proto__");
const PATH = ascii("path");
const BEFORE = ascii("before");
const AFTER = ascii("after");

/** @param at of the opening quote. @returns the index after the closing quote, or UNUSUAL. */
export function quickStringEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return UNUSUAL;
  for (let i = at + 1; ; i++) {
    const char = bytes[i] as number;
    if (char === QUOTE) return i + 1;
    if (char === BACKSLASH) {
      i++;
      if (ESCAPES[bytes[i] as number] !== 1) return UNUSUAL;
    } else if (!(char >= 0x20)) return UNUSUAL;
  }
}

/** The same for a key, which has no escape. */
export function quickKeyEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return UNUSUAL;
  for (let i = at + 1; ; i++) {
    const char = bytes[i] as number;
    if (char === QUOTE) return bytes[i + 1] === COLON ? i + 1 : UNUSUAL;
    if (char === BACKSLASH || !(char >= 0x20)) return UNUSUAL;
  }
}

/** @returns the index after the value that begins at `at`, or UNUSUAL. */
export function quickValueEnd(bytes: Uint8Array, at: number, depth = 1): number {
  const char = bytes[at] as number;
  if (char === QUOTE) return quickStringEnd(bytes, at);
  if (char === OPEN_BRACE) return quickObjectEnd(bytes, at, depth);
  if (char === OPEN_BRACKET) return arrayEnd(bytes, at, depth);
  if (char === MINUS || (char >= ZERO && char <= NINE)) return numberEnd(bytes, at);
  for (const literal of LITERALS) if (isAt(bytes, at, literal)) return at + literal.length;
  return UNUSUAL;
}

export function quickObjectEnd(bytes: Uint8Array, at: number, depth = 1): number {
  if (bytes[at] !== OPEN_BRACE || depth > DEPTH_MAX) return UNUSUAL;
  if (bytes[at + 1] === CLOSE_BRACE) return at + 2;
  const first = KEYS_MAX * (depth - 1);
  let keys = 0;
  for (let i = at + 1; ; i++) {
    const keyEnd = quickKeyEnd(bytes, i);
    if (keyEnd === UNUSUAL || keys === KEYS_MAX) return UNUSUAL;
    if (isKey(bytes, i, keyEnd, PROTO) || isAmong(bytes, i, keyEnd, first, first + keys)) return UNUSUAL;
    keyStarts[first + keys] = i;
    keyEnds[first + keys++] = keyEnd;
    i = quickValueEnd(bytes, keyEnd + 1, depth + 1);
    if (i === UNUSUAL) return UNUSUAL;
    const char = bytes[i];
    if (char === CLOSE_BRACE) return i + 1;
    if (char !== COMMA) return UNUSUAL;
  }
}

/** Where the keys of the objects are that are being read, those of each depth together. */
const keyStarts = new Int32Array(KEYS_MAX * DEPTH_MAX);
const keyEnds = new Int32Array(KEYS_MAX * DEPTH_MAX);

/** Whether a key is one of those before it. */
function isAmong(bytes: Uint8Array, start: number, end: number, first: number, last: number): boolean {
  for (let key = first; key < last; key++) {
    const other = keyStarts[key] as number;
    if ((keyEnds[key] as number) - other === end - start && isSame(bytes, other, start, end - start)) return true;
  }
  return false;
}

function isSame(bytes: Uint8Array, one: number, other: number, length: number): boolean {
  for (let index = 0; index < length; index++) if (bytes[one + index] !== bytes[other + index]) return false;
  return true;
}

/** Whether a text is at a place. */
export function isAt(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
  return true;
}

/** Whether the key that begins at `start` with its quotation mark is this one. */
function isKey(bytes: Uint8Array, start: number, end: number, key: Uint8Array): boolean {
  return end - start === key.length + 2 && isAt(bytes, start + 1, key);
}

/** The end of an array of changes: objects of a path, which is a string, and before and after. */
export function quickChangesEnd(bytes: Uint8Array, at: number): number {
  const end = arrayEnd(bytes, at, 1);
  if (end === UNUSUAL) return UNUSUAL;
  // From here on the syntax is known to be right, and the keys of an object to differ.
  for (let i = at + 1; i < end - 1; i++) {
    i = changeEnd(bytes, i);
    if (i === UNUSUAL) return UNUSUAL;
  }
  return end;
}

function changeEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== OPEN_BRACE) return UNUSUAL;
  let hasPath = false;
  let i = at;
  while (bytes[i] !== CLOSE_BRACE) {
    const keyEnd = quickKeyEnd(bytes, i + 1);
    if (keyEnd === UNUSUAL) return UNUSUAL;
    if (isKey(bytes, i + 1, keyEnd, PATH) && bytes[keyEnd + 1] === QUOTE) hasPath = true;
    else if (!isKey(bytes, i + 1, keyEnd, BEFORE) && !isKey(bytes, i + 1, keyEnd, AFTER)) return UNUSUAL;
    i = quickValueEnd(bytes, keyEnd + 1);
  }
  return hasPath ? i + 1 : UNUSUAL;
}

function arrayEnd(bytes: Uint8Array, at: number, depth: number): number {
  if (bytes[at] !== OPEN_BRACKET || depth > DEPTH_MAX) return UNUSUAL;
  if (bytes[at + 1] === CLOSE_BRACKET) return at + 2;
  for (let i = at + 1; ; i++) {
    i = quickValueEnd(bytes, i, depth + 1);
    if (i === UNUSUAL) return UNUSUAL;
    const char = bytes[i];
    if (char === CLOSE_BRACKET) return i + 1;
    if (char !== COMMA) return UNUSUAL;
  }
}

/** A number of few digits, without an exponent. */
function numberEnd(bytes: Uint8Array, at: number): number {
  let i = bytes[at] === MINUS ? at + 1 : at;
  const start = i;
  const first = bytes[i];
  while (isDigit(bytes[i])) i++;
  const whole = i - start;
  if (whole === 0 || (whole > 1 && first === ZERO)) return UNUSUAL;
  if (bytes[i] === POINT) {
    i++;
    const fractionStart = i;
    while (isDigit(bytes[i])) i++;
    if (i === fractionStart) return UNUSUAL;
  }
  const next = bytes[i];
  if (i - start > DIGITS_MAX || next === 0x65 || next === 0x45) return UNUSUAL;
  return i;
}

function isDigit(char: number | undefined): boolean {
  return char !== undefined && char >= ZERO && char <= NINE;
}
