import { type ByteWriter, COMMA, copyRange, decodeEntry, EntryLayout, fieldNumber, QUOTE } from "../event/index.ts";
import { csvRow } from "./csv.ts";
import { FORMULA_STARTS, freeCell } from "./csv-cell.ts";
import { COLUMNS } from "./csv-columns.ts";

const FORMS = { plain: 0, free: 1, json: 2 } as const;

const columns: readonly { readonly field: number; readonly form: number }[] = COLUMNS.map(({ field, form }) => ({
  field: fieldNumber(field),
  form: FORMS[form],
}));

/** Most bytes that a row has besides those of its fields, each of which can be a quotation mark that is doubled. */
const ROW_BYTES = COLUMNS.length * 4 + 128;

const layout = new EntryLayout();

/**
 * Writes one row, to the letter what `csvRow` makes of the decoded event. A cell is the very bytes that are stored, without the quotation
 * marks of JSON and with those of CSV.
 *
 * @param body undefined once it was erased. @param leafHash hex. @param raw see `csvRow`.
 */
export function writeCsvRow(
  to: ByteWriter,
  header: Uint8Array,
  body: Uint8Array | undefined,
  leafHash: string,
  raw: boolean,
): void {
  if (!layout.find(header, body)) {
    to.text(csvRow(decodeEntry(header, body), leafHash, raw));
    return;
  }
  to.reserve(2 * layout.bytes + ROW_BYTES);
  const { starts, ends, escaped } = layout;
  const { bytes } = to;
  let at = to.length;
  for (const { field, form } of columns) {
    const start = starts[field] as number;
    if (start >= 0) {
      const from = layout.bytesOf(field);
      const end = ends[field] as number;
      if (form === FORMS.json) at = writeJson(from, start, end, bytes, at);
      else if (from[start] !== QUOTE) at = copyRange(from, start, end, bytes, at);
      else if (form === FORMS.plain) at = copyRange(from, start + 1, end - 1, bytes, at);
      else if (escaped[field] === 1 || isUnusual(from[start + 1] as number, raw)) {
        at = writeUnusual(from, start, end, raw, bytes, at);
      } else at = writeFree(from, start + 1, end - 1, bytes, at);
    }
    bytes[at++] = COMMA;
  }
  at += bytes.write(leafHash, at, "latin1");
  bytes[at++] = COMMA;
  at = copyRange(header, starts[VERSION] as number, ends[VERSION] as number, bytes, at);
  bytes[at++] = COMMA;
  bytes[at++] = CARRIAGE_RETURN;
  bytes[at++] = LINE_FEED;
  to.length = at;
}

const VERSION = fieldNumber("schema_version");
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** First bytes of what a spreadsheet takes for a formula. Other characters begin with some of them too. */
const FORMULA_BYTES = new Uint8Array(256);
for (const character of FORMULA_STARTS) FORMULA_BYTES[Buffer.from(character)[0] as number] = 1;

function isUnusual(first: number, raw: boolean): boolean {
  return !raw && FORMULA_BYTES[first] === 1;
}

/** A string that holds escapes, or can be a formula. */
function writeUnusual(from: Uint8Array, start: number, end: number, raw: boolean, to: Buffer, at: number): number {
  const json = Buffer.from(from.buffer, from.byteOffset + start, end - start).toString("utf8");
  return at + to.write(freeCell(JSON.parse(json) as string, raw), at, "utf8");
}

/** The inside of a string without escapes: it holds neither quotation marks nor line ends. */
function writeFree(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  if (start === end) return writeQuotes(to, at, at + 1);
  let next = at;
  let hasComma = false;
  for (let index = start; index < end; index++) {
    const byte = from[index] as number;
    if (byte === COMMA) hasComma = true;
    to[next++] = byte;
  }
  if (!hasComma) return next;
  to.copyWithin(at + 1, at, next);
  return writeQuotes(to, at, next + 1);
}

/** JSON text has quotation marks nearly always; where it has neither them nor a comma, it is left as it is. */
function writeJson(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  let next = at + 1;
  let isPlain = true;
  for (let index = start; index < end; index++) {
    const byte = from[index] as number;
    if (byte === QUOTE) {
      to[next++] = QUOTE;
      isPlain = false;
    } else if (byte === COMMA) isPlain = false;
    to[next++] = byte;
  }
  return isPlain ? copyRange(from, start, end, to, at) : writeQuotes(to, at, next);
}

/** @returns the index after the second. */
function writeQuotes(to: Uint8Array, first: number, second: number): number {
  to[first] = QUOTE;
  to[second] = QUOTE;
  return second + 1;
}
