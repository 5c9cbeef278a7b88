import { valueEnd } from "./json.ts";

/**
 * `changes` and `metadata` are the caller's own JSON. Their text is kept to the letter, because parsing it would move integer-like
 * keys to the front and rewrite numbers; so it is inserted into other JSON, and taken out of it, as text.
 */

/**
 * Inside a JSON string every quote is escaped, so these can occur only where a key does; and in an object no key of the caller's own
 * comes before the first of them.
 */
const CHANGES_KEY = ',"changes":';
const METADATA_KEY = ',"metadata":';

/** An object's JSON text with the caller's own JSON set in as its last members, to the letter. */
export function withCallersJson(object: string, changes: string | undefined, metadata: string | undefined): string {
  if (changes === undefined && metadata === undefined) return object;
  const members =
    (changes === undefined ? "" : CHANGES_KEY + changes) + (metadata === undefined ? "" : METADATA_KEY + metadata);
  return `${object.slice(0, -1)}${members}}`;
}

/** Undoes it: an object's JSON text without the caller's own, and that apart. */
export function splitCallersJson(object: string): { fixed: string; changes?: string; metadata?: string } {
  const firstMetadata = object.indexOf(METADATA_KEY);
  const firstChanges = object.indexOf(CHANGES_KEY);
  // What is first is the object's own; changes come before metadata, so the other way round they are a caller's key inside it.
  const hasChanges = firstChanges >= 0 && (firstMetadata < 0 || firstChanges < firstMetadata);
  const changesEnd = hasChanges ? valueEnd(object, firstChanges + CHANGES_KEY.length) : firstMetadata;
  const hasMetadata = changesEnd >= 0 && object.startsWith(METADATA_KEY, changesEnd);
  const fixedEnd = hasChanges ? firstChanges : changesEnd;
  return {
    fixed: fixedEnd < 0 ? object : `${object.slice(0, fixedEnd)}}`,
    ...(hasChanges ? { changes: object.slice(firstChanges + CHANGES_KEY.length, changesEnd) } : undefined),
    ...(hasMetadata ? { metadata: object.slice(changesEnd + METADATA_KEY.length, -1) } : undefined),
  };
}
