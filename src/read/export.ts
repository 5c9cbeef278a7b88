import { setImmediate } from "node:timers/promises";
import type { Query } from "../search/contract.ts";
import { BYTE_ORDER_MARK, CSV_HEADER, csvRow } from "./csv.ts";
import { type Found, readEntries } from "./entries.ts";
import type { ReaderParts } from "./reader.ts";
import { damagedJson, eventOf, foundJson } from "./text.ts";

export interface ExportOptions {
  readonly format: "csv" | "ndjson";
  /** CSV only: begin with a byte order mark, which Excel needs to read UTF-8. Default false. */
  readonly bom?: boolean;
  /** CSV only: leave cells that a spreadsheet would take for a formula as they are. Default false: they get a leading `'`. */
  readonly raw?: boolean;
}

export interface ExportChunk {
  readonly bytes: Uint8Array;
  /** Events it holds whole; the header row of CSV is none. */
  readonly rows: number;
}

/** Every match in the query's order, in bounded chunks. */
export async function* exportEvents(
  parts: ReaderParts,
  query: Query,
  options: ExportOptions,
  signal: AbortSignal,
): AsyncGenerator<ExportChunk> {
  // Kept until the first chunk was read: a store that does not answer is then reported before anything was written.
  let header = options.format === "csv" ? (options.bom ? BYTE_ORDER_MARK : "") + CSV_HEADER : "";
  for await (const places of parts.search.scan(query, signal)) {
    for await (const found of readEntries(parts, query, places, signal)) {
      const text = header + found.map((one) => lineOf(one, query.tenant, options)).join("");
      header = "";
      yield { bytes: Buffer.from(text, "utf8"), rows: found.length };
      await setImmediate();
    }
  }
  if (header !== "") yield { bytes: Buffer.from(header, "utf8"), rows: 0 };
}

function lineOf(found: Found, organization: string, { format, raw = false }: ExportOptions): string {
  if (format === "ndjson") return `${foundJson(found, organization)}\n`;
  if ("damage" in found) return `${damagedJson(organization, found.place, found.damage)}\r\n`;
  return csvRow(eventOf(found.entry), Buffer.from(found.entry.leafHash).toString("hex"), raw);
}
