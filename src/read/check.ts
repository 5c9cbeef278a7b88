import { hash } from "node:crypto";
import type { LogEntry } from "../log/contract.ts";
import type { Place } from "../search/contract.ts";

/** Why a place that search named has no event to show. The public text of each: `DAMAGE_TEXT`. */
export type Damage = "unreadable" | "header" | "body" | "sequence" | "organization" | "beyond" | "repeated";

/** What is wrong with an entry, for the operator and the integrity alarm. */
export const DAMAGE_TEXT: Record<Damage, string> = {
  unreadable: "the log cannot be read here",
  header: "its header does not have its leaf hash",
  body: "its body does not have the hash that its header commits to",
  sequence: "search gives it another sequence than the log does",
  organization: "search names an entry of another organization",
  beyond: "search names a position that the log does not have",
  repeated: "search names it twice",
};

/** Whether an entry is what search says it is, and what was acknowledged. @returns undefined where nothing is wrong. */
export function damageOf(entry: LogEntry, place: Place, organization: string): Damage | undefined {
  // First: of another organization's entry nothing may be learned, not even that it is damaged.
  if (entry.organization !== organization) return "organization";
  if (entry.sequence !== place.sequence) return "sequence";
  const header = Buffer.from(entry.header.buffer, entry.header.byteOffset, entry.header.byteLength);
  if (!leafHashOf(header).equals(entry.leafHash)) return "header";
  if (entry.body !== undefined && hash("sha256", entry.body, "hex") !== bodyHashOf(header)) return "body";
  return undefined;
}

const LEAF_PREFIX = Buffer.from([0]);

/** hex(SHA-256(0x00 ‖ header)) of RFC 6962, as bytes. */
function leafHashOf(header: Uint8Array): Buffer {
  return hash("sha256", Buffer.concat([LEAF_PREFIX, header]), "buffer");
}

/** A header's last field is `body_hash`. */
function bodyHashOf(header: Buffer): string {
  return header.toString("latin1", header.length - 66, header.length - 2);
}
