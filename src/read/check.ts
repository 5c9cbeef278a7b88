import { hash } from "node:crypto";
import { matcher } from "@daybook/sdk/filters";
import { decodeEntry } from "../event/index.ts";
import { type DamagedEntry, type LogEntry, NoSuchPosition } from "../log/index.ts";
import type { Query } from "../query/index.ts";
import type { Place } from "../search/index.ts";
import type { Damage } from "./damage.ts";
import type { LeafHashes } from "./leaf-hashes.ts";

/** What of an entry is compared with what must be. */
export type CheckedEntry = Pick<LogEntry, "header" | "body" | "leafHash" | "leaf" | "completed">;

/** Checks what is at the places that search named, for one walk through them. */
export class PlaceCheck {
  private readonly organization: string;
  private readonly hashes: LeafHashes;
  private readonly check: ReturnType<typeof entryCheck>;
  private readonly named = new Set<number>();

  constructor(hashes: LeafHashes, { tenant, within }: Query) {
    this.organization = tenant;
    this.hashes = hashes;
    this.check = entryCheck(within);
  }

  /** Whether it is what search claims, what was acknowledged, and visible to this reader. @returns undefined where nothing is wrong. */
  of({ sequence }: Place, read: LogEntry | DamagedEntry): Damage | undefined {
    const isRepeated = this.named.has(sequence);
    this.named.add(sequence);
    const claim = wrongClaim(read, sequence, this.organization);
    if (claim !== "beyond" && isRepeated) return "repeated";
    return claim ?? this.check(read as LogEntry, this.hashes.of(read as LogEntry));
  }
}

/** Whether there is an entry, and it is the one that search claims. @returns undefined where nothing is wrong. */
export function wrongClaim(read: LogEntry | DamagedEntry, sequence: number, organization: string): Damage | undefined {
  if ("damage" in read) return read.damage instanceof NoSuchPosition ? "beyond" : "unreadable";
  return misplaced(read, sequence, organization);
}

/** Whether an entry is the one that search claims. @returns undefined where nothing is wrong. */
export function misplaced(
  entry: Pick<LogEntry, "organization" | "sequence">,
  sequence: number,
  organization: string,
): Damage | undefined {
  // First: of another organization's entry nothing can be learned, not even that it is damaged.
  if (entry.organization !== organization) return "organization";
  return entry.sequence === sequence ? undefined : "sequence";
}

/**
 * Whether an entry is what was acknowledged. What was computed when it was read, from the very bytes that it has, is not computed again.
 * @param leafHash that it must have; undefined where nothing can be compared yet. @returns undefined where nothing is wrong.
 */
export function altered(entry: CheckedEntry, leafHash: Uint8Array | undefined): Damage | undefined {
  const { header, body, completed } = entry;
  if (leafHash !== undefined && !equal(leafHashOf(entry), leafHash)) return "header";
  // Nothing removes bodies yet, so that each one that is missing was taken away.
  if (body === undefined) return "bodiless";
  if (completed !== true && hash("sha256", body, "hex") !== bodyHashOf(header)) return "body";
  return undefined;
}

/** Whether an entry is what was acknowledged, and can be seen by a reader with this fixed filter. */
export function entryCheck(
  within: Query["within"],
): (entry: CheckedEntry, leafHash: Uint8Array | undefined) => Damage | undefined {
  if (within === undefined) return altered;
  const isVisible = visibleIn(within);
  // Where it is altered it says nothing that could be believed, and shows nothing.
  return (entry, leafHash) => altered(entry, leafHash) ?? (isVisible(entry) ? undefined : "filter");
}

/** Whether a reader with this fixed filter can see an entry at all. */
export function visibleIn(within: Query["within"]): (entry: Pick<LogEntry, "header" | "body">) => boolean {
  if (within === undefined) return () => true;
  const isWithin = matcher(within);
  return ({ header, body }) => isWithin(decodeEntry(header, body));
}

/** Room for the longest header there can be, behind the byte that RFC 6962 puts before a leaf. */
const leaf = Buffer.alloc(1 + 0xffff);

/** SHA-256(0x00 ‖ header). */
function leafHashOf({ header, leaf: origin, leafHash }: CheckedEntry): Uint8Array {
  if (origin === "computed") return leafHash;
  if (header.length >= leaf.length) return hash("sha256", Buffer.concat([leaf.subarray(0, 1), header]), "buffer");
  leaf.set(header, 1);
  return hash("sha256", leaf.subarray(0, 1 + header.length), "buffer");
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}

/** A header's last field is `body_hash`: 64 digits, a quotation mark and a brace. */
function bodyHashOf(header: Uint8Array): string {
  const { buffer, byteOffset, length } = header;
  return Buffer.from(buffer, byteOffset, length).toString("latin1", length - 66, length - 2);
}
