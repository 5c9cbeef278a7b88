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
const ESCAPES = new Set([...'"\\bfnrt'].map((character) => character.charCodeAt(0)));

/** Deeper, or with more keys, is unusual. */
const DEPTH_MAX = 16;
const KEYS_MAX = 32;
/** Every number of so many digits is exact. */
const DIGITS_MAX = 15;

const PROTO = "__proto__";

/** @param text bytes, one a character. @param at of the opening quote. @returns the index after the closing quote, or UNUSUAL. */
export function quickStringEnd(text: string, at: number): number {
  if (text.charCodeAt(at) !== QUOTE) return UNUSUAL;
  for (let i = at + 1; ; i++) {
    const char = text.charCodeAt(i);
    if (char === QUOTE) return i + 1;
    if (char === BACKSLASH) {
      i++;
      if (!ESCAPES.has(text.charCodeAt(i))) return UNUSUAL;
    } else if (!(char >= 0x20)) return UNUSUAL;
  }
}

/** The same for a key, which has no escape. */
export function quickKeyEnd(text: string, at: number): number {
  if (text.charCodeAt(at) !== QUOTE) return UNUSUAL;
  for (let i = at + 1; ; i++) {
    const char = text.charCodeAt(i);
    if (char === QUOTE) return text.charCodeAt(i + 1) === COLON ? i + 1 : UNUSUAL;
    if (char === BACKSLASH || !(char >= 0x20)) return UNUSUAL;
  }
}

/** @returns the index after the value that begins at `at`, or UNUSUAL. */
export function quickValueEnd(text: string, at: number, depth = 1): number {
  const char = text.charCodeAt(at);
  if (char === QUOTE) return quickStringEnd(text, at);
  if (char === OPEN_BRACE) return quickObjectEnd(text, at, depth);
  if (char === OPEN_BRACKET) return arrayEnd(text, at, depth);
  if (char === MINUS || (char >= ZERO && char <= NINE)) return numberEnd(text, at);
  if (text.startsWith("true", at) || text.startsWith("null", at)) return at + 4;
  return text.startsWith("false", at) ? at + 5 : UNUSUAL;
}

export function quickObjectEnd(text: string, at: number, depth = 1): number {
  if (text.charCodeAt(at) !== OPEN_BRACE || depth > DEPTH_MAX) return UNUSUAL;
  if (text.charCodeAt(at + 1) === CLOSE_BRACE) return at + 2;
  const keys: string[] = [];
  for (let i = at + 1; ; i++) {
    const keyEnd = quickKeyEnd(text, i);
    if (keyEnd === UNUSUAL) return UNUSUAL;
    const key = text.slice(i + 1, keyEnd - 1);
    if (key === PROTO || keys.length === KEYS_MAX || keys.includes(key)) return UNUSUAL;
    keys.push(key);
    i = quickValueEnd(text, keyEnd + 1, depth + 1);
    if (i === UNUSUAL) return UNUSUAL;
    const char = text.charCodeAt(i);
    if (char === CLOSE_BRACE) return i + 1;
    if (char !== COMMA) return UNUSUAL;
  }
}

/** The end of an array of changes: objects of a path, which is a string, and before and after. */
export function quickChangesEnd(text: string, at: number): number {
  const end = arrayEnd(text, at, 1);
  if (end === UNUSUAL) return UNUSUAL;
  // From here on the syntax is known to be right, and the keys of an object to differ.
  for (let i = at + 1; i < end - 1; i++) {
    i = changeEnd(text, i);
    if (i === UNUSUAL) return UNUSUAL;
  }
  return end;
}

function changeEnd(text: string, at: number): number {
  if (text.charCodeAt(at) !== OPEN_BRACE) return UNUSUAL;
  let hasPath = false;
  let i = at;
  while (text.charCodeAt(i) !== CLOSE_BRACE) {
    const keyEnd = quickKeyEnd(text, i + 1);
    if (keyEnd === UNUSUAL) return UNUSUAL;
    const key = text.slice(i + 2, keyEnd - 1);
    if (key === "path" && text.charCodeAt(keyEnd + 1) === QUOTE) hasPath = true;
    else if (key !== "before" && key !== "after") return UNUSUAL;
    i = quickValueEnd(text, keyEnd + 1);
  }
  return hasPath ? i + 1 : UNUSUAL;
}

function arrayEnd(text: string, at: number, depth: number): number {
  if (text.charCodeAt(at) !== OPEN_BRACKET || depth > DEPTH_MAX) return UNUSUAL;
  if (text.charCodeAt(at + 1) === CLOSE_BRACKET) return at + 2;
  for (let i = at + 1; ; i++) {
    i = quickValueEnd(text, i, depth + 1);
    if (i === UNUSUAL) return UNUSUAL;
    const char = text.charCodeAt(i);
    if (char === CLOSE_BRACKET) return i + 1;
    if (char !== COMMA) return UNUSUAL;
  }
}

/** A number of few digits, without an exponent. */
function numberEnd(text: string, at: number): number {
  let i = text.charCodeAt(at) === MINUS ? at + 1 : at;
  const start = i;
  const first = text.charCodeAt(i);
  while (isDigit(text.charCodeAt(i))) i++;
  const whole = i - start;
  if (whole === 0 || (whole > 1 && first === ZERO)) return UNUSUAL;
  if (text.charCodeAt(i) === POINT) {
    i++;
    const fractionStart = i;
    while (isDigit(text.charCodeAt(i))) i++;
    if (i === fractionStart) return UNUSUAL;
  }
  const next = text.charCodeAt(i);
  if (i - start > DIGITS_MAX || next === 0x65 || next === 0x45) return UNUSUAL;
  return i;
}

function isDigit(char: number): boolean {
  return char >= ZERO && char <= NINE;
}
