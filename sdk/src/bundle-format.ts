import type { LeafRun } from "./included-leaves.ts";
import { toBase64 } from "./note.ts";
import { parsePosition } from "./position.ts";

/**
 * The lines of a bundle: entries of one organization, byte for byte, with the proof that they are in its log. One text file, which is
 * written and read from beginning to end without ever holding it whole. docs/bundle-format.md describes it.
 */

export const BUNDLE_FORMAT = "daybook-bundle/1";
export const BUNDLE_MEDIA_TYPE = "application/vnd.daybook.bundle";
export const BUNDLE_EXTENSION = "daybook";

/** A bundle's first line. What the proof cannot bear out is the maker's word: `as_of`, `period`, `filters`, `signed_at`, `made_at`. */
export interface BundleHead {
  readonly format: typeof BUNDLE_FORMAT;
  /** For whoever opens the file in an editor. */
  readonly about: string;
  /** First line of the checkpoint: `<log name>/<organization>`. */
  readonly origin: string;
  readonly organization: string;
  /** `range`: every entry from `start` on, up to but without `end`. `selection`: some entries, which may be any. */
  readonly contents: "range" | "selection";
  readonly start?: number;
  readonly end?: number;
  /** How many entries there are, the neighbours not among them. */
  readonly entries: number;
  /** Of the checkpoint. */
  readonly tree_size: number;
  /** A position, `<log id>:<sequence>`: only what was recorded up to it was looked at. */
  readonly as_of: string;
  /** The events asked for happened from `start` on, before `end`: RFC 3339, in UTC, three fraction digits. */
  readonly period: { readonly start: string; readonly end?: string };
  /** As they were sent. */
  readonly filters: { readonly [name: string]: unknown };
  /** RFC 3339: when the checkpoint was signed, by the clock of the log. */
  readonly signed_at: string;
  readonly made_at: string;
}

const ABOUT =
  "Entries of an audit log, with proof. To check them: npx daybook verify bundle <this file> --key <the organization's public key>";

export function bundleHead(head: Omit<BundleHead, "format" | "about">): string {
  return `${JSON.stringify({ format: BUNDLE_FORMAT, about: ABOUT, ...head })}\n`;
}

/** What is before an entry: its sequence, and its leaf hash in hex. */
export function bundleEntryMark(sequence: number, leafHashHex: string): string {
  return `entry ${sequence} ${leafHashHex}\n`;
}

/** What is before the header of a neighbour of a range. */
export function bundleNeighbourMark(side: "before" | "after", sequence: number, leafHashHex: string): string {
  return `${side} ${sequence} ${leafHashHex}\n`;
}

/** The runs of leaves whose headers the bundle holds, neighbours too. */
export function bundleProofStart(): string {
  return "proof\n";
}

export function bundleLeaves({ start, end }: LeafRun): string {
  return end - start === 1 ? `leaves ${start}\n` : `leaves ${start}-${end - 1}\n`;
}

export function bundleHash(hash: Uint8Array): string {
  return `hash ${toBase64(hash)}\n`;
}

/** The end of a bundle. @param note the signed checkpoint. */
export function bundleCheckpoint(note: string): string {
  return `checkpoint\n${note}`;
}

/**
 * Reads a first line.
 * @returns undefined when it is not one, also when it has fields that are unknown here, since they might change what others mean.
 */
export function parseBundleHead(line: string): BundleHead | undefined {
  const head = parseObject(line);
  if (head === undefined || !Object.keys(head).every((name) => Object.hasOwn(FIELDS, name))) return undefined;
  const isWhole = Object.entries(FIELDS).every(([name, holds]) => holds(head[name]));
  const isRange = head.contents === "range";
  if (!isWhole || isRange !== (head.start !== undefined) || isRange !== (head.end !== undefined)) return undefined;
  return head as unknown as BundleHead;
}

const isText = (value: unknown) => typeof value === "string";
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTime = (value: unknown) => isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(value));
const optional = (holds: (value: unknown) => boolean) => (value: unknown) => value === undefined || holds(value);

const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  format: (value) => value === BUNDLE_FORMAT,
  about: isText,
  origin: isText,
  organization: isText,
  contents: (value) => value === "range" || value === "selection",
  start: optional(isCount),
  end: optional(isCount),
  entries: isCount,
  tree_size: isCount,
  as_of: (value) => isText(value) && parsePosition(String(value)) !== undefined,
  period: (value) => isObject(value) && isTime(value.start) && optional(isTime)(value.end),
  filters: isObject,
  signed_at: isTime,
  made_at: isTime,
};

export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
