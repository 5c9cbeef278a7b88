import type { Query } from "../query/index.ts";
import { BYTE_ORDER_MARK, CSV_HEADER } from "./csv.ts";
import type { Format, Written } from "./export-format.ts";
import type { ReaderParts } from "./parts.ts";
import { type RowPiece, rowPieces } from "./row-pieces.ts";

export interface ExportOptions {
  readonly format: "csv" | "ndjson";
  /** CSV only: begin with a byte order mark, which Excel needs to read UTF-8. Default false. */
  readonly bom?: boolean;
  /** CSV only: leave cells that a spreadsheet would take for a formula as they are. Default false: they get a leading `'`. */
  readonly raw?: boolean;
}

export interface ExportChunk {
  readonly bytes: Uint8Array;
  /** Events it holds whole; the header row of CSV does not count. */
  readonly rows: number;
}

/** Pieces of an export that are under way at once: one is read while another is written. */
const UNDER_WAY = 3;

/** Every match in the query's order, in bounded chunks. What is damaged is a line that says so. */
export async function* exportEvents(
  parts: ReaderParts,
  query: Query,
  { format, bom = false, raw = false }: ExportOptions,
  signal: AbortSignal,
): AsyncGenerator<ExportChunk> {
  // Kept until the first chunk was read: a store that does not answer is then reported before anything was written.
  let header = format === "csv" ? (bom ? BYTE_ORDER_MARK : "") + CSV_HEADER : "";
  const how: Format = { format, raw, organization: query.tenant, within: query.within };
  for await (const { piece, written } of inOrder(parts, how, pieces(parts, query, signal))) {
    for (const corruption of written.corruptions) piece.onCorruption(corruption);
    for (const { at, damage } of written.damaged) parts.onDamage(query.tenant, piece.placeOf(at), damage);
    if (header !== "") yield { bytes: Buffer.from(header, "utf8"), rows: 0 };
    header = "";
    signal.throwIfAborted();
    yield { bytes: written.bytes, rows: piece.rows.count };
    signal.throwIfAborted();
  }
  if (header !== "") yield { bytes: Buffer.from(header, "utf8"), rows: 0 };
}

async function* pieces(parts: ReaderParts, query: Query, signal: AbortSignal): AsyncGenerator<RowPiece> {
  for await (const places of parts.search.scan(query, signal)) yield* rowPieces(parts, query, places, signal);
}

/** Has a few pieces written at once, and gives them in their order. */
async function* inOrder(
  { formatter }: ReaderParts,
  how: Format,
  source: AsyncGenerator<RowPiece>,
): AsyncGenerator<{ piece: RowPiece; written: Written }> {
  const underWay: Promise<{ piece: RowPiece; written: Written }>[] = [];
  let ended = false;
  // The first piece is given as soon as it is written.
  let room = 1;
  try {
    while (!ended || underWay.length > 0) {
      while (!ended && underWay.length < room) {
        const { done, value: piece } = await source.next();
        ended = done === true;
        if (done) break;
        const writing = formatter.write(how, piece.rows).then((written) => ({ piece, written }));
        // Awaited in its turn; the reader may leave before.
        writing.catch(() => undefined);
        underWay.push(writing);
      }
      const next = underWay.shift();
      if (next !== undefined) yield await next;
      room = UNDER_WAY;
    }
  } finally {
    await source.return(undefined);
  }
}
