import { errorCode } from "../log/index.ts";
import type { Expected, RowCheck, RowFault } from "../search/index.ts";
import type { Finding } from "./contract.ts";

/**
 * Entries that are compared with search at once. With more, fewer rows are read for nothing, because rows are ordered by organization and time. But
 * the rows of a range are parsed in one go, and nothing else in the process runs meanwhile.
 */
export const RANGE_ENTRIES = { alone: 16_000, beside: 1_000 };
const RANGE_BYTES = 16 * 1024 * 1024;
/** Rows beyond the log that are named. */
const BEYOND_NAMED_MAX = 10_000;
/** Rows of a wrong first_seen that are named, of each kind. */
const FIRST_SEEN_NAMED_MAX = 10_000;
/** Entries that search has not read which are named. */
const UNREAD_NAMED_MAX = 5;

/** Compares search with the log, a range of positions at a time, so that memory does not grow with either. */
export class SearchCheck {
  /** Entries whose rows were looked at. */
  compared = 0;
  private readonly rows: RowCheck;
  /** Search has read the entries before this position. */
  private readonly end: number;
  private readonly rangeEntries: number;
  private readonly report: (finding: Finding) => void;
  private range: Expected[] = [];
  private bytes = 0;
  private unreadable = false;
  private faults = 0;
  private unread = 0;
  /** Rows from here on are still to be looked at. */
  private next = 0;
  private readonly unreadNames: string[] = [];

  constructor(rows: RowCheck, limits: { end: number; rangeEntries: number }, report: (finding: Finding) => void) {
    this.rows = rows;
    this.end = limits.end;
    this.rangeEntries = limits.rangeEntries;
    this.report = report;
  }

  /** The next entry. @param bytes of the entry. */
  async take(expected: Expected, bytes: number, name: string): Promise<void> {
    if (expected.position >= this.end) {
      this.unread++;
      if (this.unreadNames.length < UNREAD_NAMED_MAX) this.unreadNames.push(name);
      return;
    }
    // A range is contiguous: it ends where entries of the log could not be read.
    if (this.range.length > 0 && expected.position !== (this.range.at(-1)?.position ?? 0) + 1) await this.flush();
    this.range.push(expected);
    this.bytes += bytes;
    if (this.range.length >= this.rangeEntries || this.bytes >= RANGE_BYTES) await this.flush();
  }

  /** To be called after the last entry. @param logEnd where the log ends now. @returns notes beside the findings. */
  async finish(logEnd: () => number): Promise<string[]> {
    await this.flush();
    // `first_seen` is computed from other rows: it can be checked only if these are right.
    if (this.faults === 0) {
      this.add(await this.reading(() => this.rows.firstSeen(this.next, FIRST_SEEN_NAMED_MAX)));
    }
    const from = logEnd();
    const rows = await this.reading(() => this.rows.beyond(from, BEYOND_NAMED_MAX));
    // Meanwhile the log may have grown, and search with it.
    const end = logEnd();
    for (const fault of rows) if (fault.position >= end) this.report(findingOf(fault));
    const notes =
      rows.length < BEYOND_NAMED_MAX ? [] : [`Search has more rows beyond the log than the ${BEYOND_NAMED_MAX} named.`];
    if (this.unread === 0) return notes;
    const names = this.unreadNames.join(", ") + (this.unread > this.unreadNames.length ? ", …" : "");
    return [
      ...notes,
      `Search has not read the last ${this.unread} entries yet (${names}). A running server reads them by itself.`,
    ];
  }

  private async flush(): Promise<void> {
    const { range } = this;
    const last = range.at(-1);
    if (last === undefined) return;
    this.range = [];
    this.bytes = 0;
    const faults = await this.reading(() => this.rows.compare(range, last.position + 1));
    this.add(faults);
    if (this.unreadable) return;
    this.compared += range.length;
    this.next = last.position + 1;
  }

  private add(faults: readonly RowFault[]): void {
    this.faults += faults.length;
    for (const fault of faults) this.report(findingOf(fault));
  }

  /** A store that cannot be read is a finding, reported once; what it holds from there on stays unchecked. */
  private async reading(read: () => Promise<RowFault[]>): Promise<RowFault[]> {
    if (this.unreadable) return [];
    try {
      return await read();
    } catch (error) {
      this.unreadable = true;
      // Its own text can hold statements and paths.
      const code = errorCode(error) ?? "no code";
      const message = `Search cannot be read (${code}) from position ${this.next} on: its rows there were not checked.`;
      this.report({ part: "search", kind: "damaged", message });
      return [];
    }
  }
}

function findingOf({ kind, organization, sequence, id, position, columns, movedTo }: RowFault): Finding {
  const entry = `Entry ${sequence} of ${organization}${id === undefined ? "" : ` (${id})`}`;
  const place = { organization, sequence, ...(id !== undefined && { id }) };
  switch (kind) {
    case "changed":
      return {
        part: "search",
        kind: "row_changed",
        message: `${entry} was changed in search: ${columns.join(", ")} differ from the log.`,
        ...place,
      };
    case "moved":
      return {
        part: "search",
        kind: "row_moved",
        message: `${entry} is under another organization in search.`,
        ...place,
        ...(movedTo !== undefined && { moved_to: movedTo }),
      };
    case "missing":
      return { part: "search", kind: "row_missing", message: `${entry} is missing from search.`, ...place };
    case "extra":
      return {
        part: "search",
        kind: "row_extra",
        message: `Search has a row that the log does not have: it claims to be entry ${sequence} of ${organization}, at position ${position}.`,
        ...place,
      };
  }
}
