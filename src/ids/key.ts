import { hash } from "node:crypto";

/**
 * The key of an id in the index: the first 80 bits of SHA-256(organization ‖ "/" ‖ id); an organization has no slash. Two ids with the
 * same key are both found, and the entries in the log tell them apart, so the index is exact.
 */
export const KEY_BYTES = 10;

/** An id of one organization, in one text. */
export function idName(organization: string, id: string): string {
  return `${organization}/${id}`;
}

/** @param name as `idName` gives it. */
export function writeKey(name: string, to: Uint8Array, at: number): void {
  // By way of a text: a buffer for each would take longer to make than the hash.
  const bytes = hash("sha256", name, "binary");
  for (let index = 0; index < KEY_BYTES; index++) to[at + index] = bytes.charCodeAt(index);
}

/** A UUIDv7 begins with its time, so ids of this form sort by it. */
export function isTimeOrdered(id: string): boolean {
  return id.length === 36 && id[14] === "7" && UUID_V7.test(id);
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
