import { fold } from "@daybook/sdk/filters";
import type { ByteWriter, EntryLayout } from "../event/index.ts";

/** Cells of rows, as JSON. */

/** The JSON text of a field that is a string; of an empty one where the entry does not have it. */
export function writeText(entry: EntryLayout, field: number, to: ByteWriter): void {
  if (!entry.write(field, to)) to.latin1('""');
}

/** The same without the difference of case. */
export function writeFolded(entry: EntryLayout, field: number, to: ByteWriter): void {
  const from = to.length;
  if (!entry.write(field, to)) to.latin1('""');
  else if (entry.escaped[field] === 1 || !foldAscii(to.bytes, from, to.length)) {
    to.length = from;
    to.text(JSON.stringify(fold(entry.value(field) ?? "")));
  }
}

/** The same where that makes another text of it, or else an empty one. */
export function writeFoldedIfOther(entry: EntryLayout, field: number, to: ByteWriter): void {
  if (isFoldedAscii(entry, field)) to.latin1('""');
  else to.text(JSON.stringify(foldedIfOther(entry.value(field) ?? "")));
}

export function foldedIfOther(text: string): string {
  const folded = fold(text);
  return folded === text ? "" : folded;
}

/** Whether folding leaves a field as it is, as far as its bytes show. */
function isFoldedAscii(entry: EntryLayout, field: number): boolean {
  if (entry.escaped[field] === 1) return false;
  const bytes = entry.bytesOf(field);
  const end = entry.ends[field] as number;
  for (let at = entry.starts[field] as number; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte > 0x7f || (byte >= UPPER_A && byte <= UPPER_Z)) return false;
  }
  return true;
}

/** Folds bytes where they are. @returns whether all of them are ASCII. */
function foldAscii(bytes: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte > 0x7f) return false;
    if (byte >= UPPER_A && byte <= UPPER_Z) bytes[at] = byte + TO_LOWER;
  }
  return true;
}

const UPPER_A = 0x41;
const UPPER_Z = 0x5a;
const TO_LOWER = 0x20;
