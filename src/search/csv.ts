import { EXPORT_COLUMNS } from "./columns.ts";
import type { Keyset } from "./contract.ts";

/** RFC 4180: one header row, CRLF, quotes doubled; the engine writes the rows in the same form. */
export const CSV_HEADER = `${EXPORT_COLUMNS.map((column) => column.name).join(",")}\r\n`;

export const BYTE_ORDER_MARK = "\ufeff";

export const CSV_SETTINGS = {
  output_format_csv_crlf_end_of_line: "1",
  format_csv_null_representation: "''",
  date_time_output_format: "'iso'",
};

/**
 * The columns of a CSV export as an SQL selection.
 *
 * @param raw leaves free text as it is. Otherwise a cell that begins with one of `= + - @ tab CR` gets a leading `'`, because
 * spreadsheets run such cells as formulas (OWASP, CSV injection).
 */
export function csvSelection(raw: boolean): string {
  return EXPORT_COLUMNS.map(({ name, free }) => (free && !raw ? `${guarded(name)} AS csv_${name}` : name)).join(", ");
}

function guarded(name: string): string {
  return `if(substring(${name}, 1, 1) IN ('=', '+', '-', '@', '\\t', '\\r'), concat('''', ${name}), ${name})`;
}

const TIMESTAMP = EXPORT_COLUMNS.findIndex((column) => column.name === "timestamp");
const SEQUENCE = EXPORT_COLUMNS.findIndex((column) => column.name === "sequence");

/** Where the last record of a CSV text stands in the order of an export. */
export function lastKeyset(csv: Uint8Array): Keyset {
  const record = lastRecord(csv);
  return { timestamp: Date.parse(record[TIMESTAMP] ?? ""), sequence: Number(record[SEQUENCE]) };
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/**
 * The fields of the last record in a CSV text that ends with one. Line ends inside quotes belong to a field, and a quote inside
 * one is doubled, so reading backwards a record begins after the first line feed that an even number of quotes follows.
 */
export function lastRecord(csv: Uint8Array): string[] {
  let quotes = 0;
  let at = csv.length - 2;
  for (; at > 0; at--) {
    const byte = csv[at - 1];
    if (byte === QUOTE) quotes++;
    else if (byte === LINE_FEED && quotes % 2 === 0) break;
  }
  const record = Buffer.from(csv.buffer, csv.byteOffset + at, csv.length - at)
    .toString("utf8")
    .replace(/\r\n$/, "");
  return [...record.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}
