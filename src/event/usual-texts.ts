import { ACTOR_TYPES, OUTCOMES } from "@daybook/sdk";
import { BACKSLASH, COLON } from "./json-characters.ts";
import { personalKind } from "./personal-id.ts";
import { isAt } from "./quick-json.ts";
import { ACTION, EVENT_ID, ORGANIZATION_ID, RESERVED_IDS, WORD_LENGTH_MAX } from "./schema.ts";

/**
 * Whether a field's text is surely valid and warns of nothing, by its bytes from `start` to `end`, without quotation marks. What is not found to be
 * is left to the exact reader.
 */
export type IsUsual = (bytes: Buffer, start: number, end: number) => boolean;

/** Longest of the ids that are reserved, and of those of dots alone. */
const SHORT_ID = Math.max(...[...RESERVED_IDS].map(({ length }) => length));
const ID_LENGTH_MAX = 128;

/** What a byte is, as bits. */
const WORD = 1;
const OF_ID = 2;
const SURELY_NO_NUMBER = 4;
const KIND = new Uint8Array(256);
for (let byte = 0; byte < 0x80; byte++) {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z0-9._-]/.test(character)) KIND[byte] = WORD | OF_ID;
  if (byte === COLON) KIND[byte] = OF_ID;
  // A phone number can begin with `tel:`, and has no other letter.
  if (/[A-Za-z_]/.test(character) && !/[tel]/i.test(character)) KIND[byte] = (KIND[byte] as number) | SURELY_NO_NUMBER;
}

export const isUsualId: IsUsual = (bytes, start, end) => {
  if (end - start > SHORT_ID) return isOf(OF_ID, bytes, start, end);
  const id = bytes.toString("latin1", start, end);
  return EVENT_ID.test(id) && !RESERVED_IDS.has(id);
};

export const isUsualOrganization: IsUsual = (bytes, start, end) => {
  if (end - start > SHORT_ID) return isOf(WORD, bytes, start, end);
  return ORGANIZATION_ID.test(bytes.toString("latin1", start, end));
};

export const isUsualAction: IsUsual = (bytes, start, end) => ACTION.test(bytes.toString("latin1", start, end));

export const isOutcome: IsUsual = isOneOf(OUTCOMES);
export const isActorType: IsUsual = isOneOf(ACTOR_TYPES);

/** A text has at most as many characters as bytes. */
export const isShort: IsUsual = (_bytes, start, end) => end - start <= WORD_LENGTH_MAX;

export const isType: IsUsual = (bytes, start, end) => end > start && isShort(bytes, start, end);

/** Whether a permanent field surely holds no personal data. */
export const isImpersonal: IsUsual = (bytes, start, end) => {
  let kinds = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return false;
    kinds |= byte === AT || byte === PERCENT ? OF_ADDRESS : (KIND[byte] as number);
  }
  if ((kinds & (SURELY_NO_NUMBER | OF_ADDRESS)) === SURELY_NO_NUMBER) return true;
  return personalKind(bytes.toString("latin1", start, end)) === undefined;
};

/** What an e-mail address has, as it is or encoded for a URL. */
const AT = 0x40;
const PERCENT = 0x25;
const OF_ADDRESS = 8;

export const isShortAndImpersonal: IsUsual = (bytes, start, end) =>
  isShort(bytes, start, end) && isImpersonal(bytes, start, end);

function isOf(kind: number, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > ID_LENGTH_MAX) return false;
  for (let at = start; at < end; at++) if (((KIND[bytes[at] as number] as number) & kind) === 0) return false;
  return true;
}

function isOneOf(words: readonly string[]): IsUsual {
  const texts = words.map((word) => Buffer.from(word, "latin1"));
  return (bytes, start, end) => texts.some((text) => text.length === end - start && isAt(bytes, start, text));
}
