/** What a file may be made of. */
export const EXPORT_FORMATS = ["csv", "csv_raw", "ndjson", "bundle"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

interface FormatFacts {
  readonly name: string;
  readonly summary: string;
  readonly extension: string;
  readonly mediaType: string;
  /** As the API takes it. */
  readonly parameters: Readonly<Record<string, string>>;
}

export const FORMATS: Readonly<Record<ExportFormat, FormatFacts>> = {
  csv: {
    name: "CSV (spreadsheet)",
    summary: "Opens in a spreadsheet. A cell that would run as a formula begins with ’.",
    extension: "csv",
    mediaType: "text/csv",
    parameters: { format: "csv", bom: "true" },
  },
  csv_raw: {
    name: "CSV (raw)",
    summary: "Every value as it was recorded: no byte order mark, nothing prefixed.",
    extension: "csv",
    mediaType: "text/csv",
    parameters: { format: "csv", raw: "true" },
  },
  ndjson: {
    name: "NDJSON",
    summary: "One event a line, with all its fields, as the API returns it.",
    extension: "ndjson",
    mediaType: "application/x-ndjson",
    parameters: { format: "ndjson" },
  },
  bundle: {
    name: "NDJSON with proof",
    summary: "A bundle that anybody can check without this server.",
    extension: "daybook",
    mediaType: "application/vnd.daybook.bundle",
    parameters: { format: "ndjson", proof: "1" },
  },
};

const NEWLINE = 0x0a;
const QUOTE = 0x22;

/** Line ends, and whether they count. */
interface RowCounter {
  /** Rows that ended in what came so far. */
  readonly rows: number;
  take(chunk: Uint8Array): void;
}

class Lines implements RowCounter {
  rows = 0;

  take(chunk: Uint8Array): void {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) this.rows++;
  }
}

/** Records of RFC 4180: a quoted cell may hold line ends. The first record is the heading. */
class CsvRecords implements RowCounter {
  private records = 0;
  private quoted = false;

  get rows(): number {
    return Math.max(0, this.records - 1);
  }

  take(chunk: Uint8Array): void {
    for (const byte of chunk) {
      // A doubled quote inside a cell closes and opens it again.
      if (byte === QUOTE) this.quoted = !this.quoted;
      else if (byte === NEWLINE && !this.quoted) this.records++;
    }
  }
}

const ENTRY = "e".charCodeAt(0);
const PROOF = "p".charCodeAt(0);

/** Entries of a bundle: each is announced by a line `entry …`; from the line `proof` on there are none. All other lines begin otherwise. */
class BundleEntries implements RowCounter {
  rows = 0;
  private lineStart = true;
  private ended = false;

  take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.ended; ) {
      if (this.lineStart) {
        if (chunk[at] === ENTRY) this.rows++;
        this.ended = chunk[at] === PROOF;
      }
      const end = chunk.indexOf(NEWLINE, at);
      this.lineStart = end >= 0;
      at = end < 0 ? chunk.length : end + 1;
    }
  }
}

/** Counts a file's events as its bytes pass. */
export function rowCounter(format: ExportFormat): RowCounter {
  if (format === "ndjson") return new Lines();
  return format === "bundle" ? new BundleEntries() : new CsvRecords();
}
