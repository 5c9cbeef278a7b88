import type { StoredEvent } from "../event/index.ts";
import { cell } from "./csv-cell.ts";
import { COLUMNS, CSV_COLUMNS, type CsvColumn } from "./csv-columns.ts";

export const BYTE_ORDER_MARK = "\ufeff";

/** RFC 4180: one header row, CRLF. */
export const CSV_HEADER = `${CSV_COLUMNS.join(",")}\r\n`;

/**
 * One row, from an event that was decoded: right for every event. Most rows are written by `writeCsvRow`, which gives the same bytes.
 * @param raw as for `freeCell`.
 */
export function csvRow(event: StoredEvent, leafHash: string, raw: boolean): string {
  let row = "";
  for (const { field, form } of COLUMNS) {
    const value = valueAt(event, field);
    if (value !== undefined) row += cell(value, form, raw);
    row += ",";
  }
  return `${row}${leafHash},${event.schema_version},\r\n`;
}

/** The row of a place whose entry cannot be shown. */
export function damagedRow(known: { readonly tenant_id: string; readonly sequence?: number; readonly reason: string }) {
  const cells: Readonly<Record<string, string | number>> = { ...known, damaged: known.reason };
  return `${CSV_COLUMNS.map((name) => cells[name] ?? "").join(",")}\r\n`;
}

/** The text of a field; undefined where the event does not have it. What is a list or an object is JSON. */
function valueAt(event: StoredEvent, field: CsvColumn["field"]): string | undefined {
  let value: unknown = event;
  for (const name of field.split(".")) value = (value as Readonly<Record<string, unknown>> | undefined)?.[name];
  if (value === undefined || typeof value === "string") return value;
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
