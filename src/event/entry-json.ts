import { ByteWriter, copyRange } from "./byte-writer.ts";
import { decodeEntry, eventJson } from "./codec.ts";
import { EntryLayout, type Field, fieldNumber } from "./entry-layout.ts";

/** A part of an event's JSON text: literal bytes, and the field whose text comes after them. */
interface Part {
  readonly literal: Uint8Array;
  /** -1 for none. */
  readonly field: number;
  /** The part is left out where the entry does not have this field; -1: it is always there. */
  readonly when: number;
}

const part = (literal: string, field?: Field, when = field): Part => ({
  literal: Buffer.from(literal, "latin1"),
  field: field === undefined ? -1 : fieldNumber(field),
  when: when === undefined ? -1 : fieldNumber(when),
});

/** An event as `eventJson` writes it, up to its leaf hash. */
const BEFORE_HASH: readonly Part[] = [
  part('{"id":', "id"),
  part(',"timestamp":', "timestamp"),
  part(',"tenant_id":', "tenant_id"),
  part(',"sequence":', "sequence"),
  part(',"recorded_at":', "recorded_at"),
  part(',"clock_at":', "clock_at"),
  part(',"action":', "action"),
  part(',"outcome":', "outcome"),
  part(',"actor":{"type":', "actor.type"),
  part(',"id":', "actor.id"),
  part(',"name":', "actor.name"),
  part(',"email":', "actor.email"),
  part(',"role":', "actor.role"),
  part(',"on_behalf_of":{"type":', "actor.on_behalf_of.type"),
  part(',"id":', "actor.on_behalf_of.id"),
  part(',"name":', "actor.on_behalf_of.name"),
  part(',"email":', "actor.on_behalf_of.email"),
  part(',"role":', "actor.on_behalf_of.role"),
  part("}", undefined, "actor.on_behalf_of"),
  part('},"resource":{"type":', "resource.type"),
  part(',"id":', "resource.id"),
  part(',"name":', "resource.name"),
  part("}"),
  part(',"targets":', "targets"),
  part(',"description":', "description"),
  part(',"context":', "context"),
  part(',"source":', "source"),
  part(',"schema_version":', "schema_version"),
  part(',"leaf_hash":"'),
];

const AFTER_HASH: readonly Part[] = [
  part('"'),
  part(',"changes":', "changes"),
  part(',"metadata":', "metadata"),
  part("}"),
];

/** More than all literals and the hash take. */
const LITERAL_BYTES = [...BEFORE_HASH, ...AFTER_HASH].reduce((sum, { literal }) => sum + literal.length, 64);

const layout = new EntryLayout();

/**
 * Writes the JSON text of an entry's event as the API returns it, to the letter what `eventJson` makes of it. Most of it is the very bytes that
 * are stored, in another order.
 *
 * @param body undefined once it was erased. @param leafHash hex.
 */
export function writeEntryJson(
  to: ByteWriter,
  header: Uint8Array,
  body: Uint8Array | undefined,
  leafHash: string,
): void {
  if (!layout.find(header, body)) {
    to.text(eventJson(decodeEntry(header, body), leafHash));
    return;
  }
  to.reserve(layout.bytes + LITERAL_BYTES);
  const { bytes } = to;
  let at = writeParts(BEFORE_HASH, bytes, to.length);
  at += bytes.write(leafHash, at, "latin1");
  to.length = writeParts(AFTER_HASH, bytes, at);
}

function writeParts(parts: readonly Part[], to: Uint8Array, from: number): number {
  const { starts, ends } = layout;
  let at = from;
  for (const { literal, field, when } of parts) {
    if (when >= 0 && (starts[when] as number) < 0) continue;
    at = copyRange(literal, 0, literal.length, to, at);
    if (field >= 0) at = copyRange(layout.bytesOf(field), starts[field] as number, ends[field] as number, to, at);
  }
  return at;
}

const writer = new ByteWriter();

/** The same as a text. */
export function entryJson(header: Uint8Array, body: Uint8Array | undefined, leafHash: string): string {
  writeEntryJson(writer, header, body, leafHash);
  return Buffer.from(writer.take().buffer).toString("utf8");
}
