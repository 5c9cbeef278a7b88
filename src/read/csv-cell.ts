import type { CsvColumn } from "./csv-columns.ts";

/** The cell of a text that a column writes in its form. @param raw as for `freeCell`. */
export function cell(value: string, form: CsvColumn["form"], raw: boolean): string {
  if (form === "plain") return value;
  return form === "json" ? quoted(value) : freeCell(value, raw);
}

/** The cell of free text. @param raw leaves it as it is; otherwise what a spreadsheet would run as a formula gets a leading `'` (OWASP, CSV injection). */
export function freeCell(text: string, raw: boolean): string {
  return quoted(raw ? text : guarded(text));
}

const QUOTE_NEEDED = /[",\r\n]/;

/** Quotes are doubled inside quotes. An empty text is quoted, so that it is not taken for an absent one. */
function quoted(text: string): string {
  if (text === "") return '""';
  return QUOTE_NEEDED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What spreadsheets take for the beginning of a formula, or skip before they look for one. */
export const FORMULA_STARTS: readonly string[] = [..."=+-@\t\r\n\0＝＋－＠"];
const FORMULA: ReadonlySet<number> = new Set(FORMULA_STARTS.map((character) => character.charCodeAt(0)));

function guarded(text: string): string {
  return FORMULA.has(text.charCodeAt(0)) ? `'${text}` : text;
}
