import { copyRange } from "./byte-writer.ts";
import { nestedEnd, stringEnd } from "./json-bytes.ts";
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "./json-characters.ts";

/**
 * The JSON text of an event's targets: those of the header, with the names that the body has for them. Both texts must be as the codec writes
 * them: lists of objects, and of strings and nulls.
 */
export function namedTargets(targets: Uint8Array, names: Uint8Array): Uint8Array {
  const named = new Uint8Array(targets.length + names.length + KEY.length * names.length);
  let to = 0;
  let nameAt = 1;
  for (let at = 1; targets[at] === OPEN_BRACE; ) {
    const end = nestedEnd(targets, at);
    named[to] = to === 0 ? OPEN_BRACKET : COMMA;
    to = copyRange(targets, at, end - 1, named, to + 1);
    if (names[nameAt] === QUOTE) {
      const nameEnd = stringEnd(names, nameAt);
      to = copyRange(KEY, 0, KEY.length, named, to);
      to = copyRange(names, nameAt, nameEnd, named, to);
      nameAt = nameEnd + 1;
    } else if (names[nameAt] === NULL[0]) nameAt += NULL.length + 1;
    named[to++] = CLOSE_BRACE;
    at = end + 1;
  }
  if (to === 0) return targets;
  named[to++] = CLOSE_BRACKET;
  return named.subarray(0, to);
}

const KEY = Buffer.from(',"name":', "latin1");
const NULL = Buffer.from("null", "latin1");
