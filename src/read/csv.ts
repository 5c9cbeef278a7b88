import type { StoredEvent } from "../event/stored.ts";

/** A column of a CSV export. */
interface CsvColumn {
  readonly name: string;
  readonly take: (event: StoredEvent, leafHash: string) => string | number | undefined;
  /** True when a caller chooses the text, so that a spreadsheet must be guarded from it. */
  readonly free?: boolean;
}

const json = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));

/** The columns of a CSV export, in their order. A cell is empty for what the event does not have. */
export const CSV_COLUMNS: readonly CsvColumn[] = [
  { name: "timestamp", take: (event) => event.timestamp },
  { name: "id", take: (event) => event.id, free: true },
  { name: "action", take: (event) => event.action, free: true },
  { name: "outcome", take: (event) => event.outcome },
  { name: "actor_type", take: ({ actor }) => actor.type },
  { name: "actor_id", take: ({ actor }) => actor.id, free: true },
  { name: "actor_name", take: ({ actor }) => actor.name, free: true },
  { name: "actor_email", take: ({ actor }) => actor.email, free: true },
  { name: "actor_role", take: ({ actor }) => actor.role, free: true },
  { name: "resource_type", take: ({ resource }) => resource.type, free: true },
  { name: "resource_id", take: ({ resource }) => resource.id, free: true },
  { name: "resource_name", take: ({ resource }) => resource.name, free: true },
  { name: "description", take: (event) => event.description, free: true },
  { name: "ip", take: ({ context }) => context?.ip, free: true },
  { name: "user_agent", take: ({ context }) => context?.user_agent, free: true },
  { name: "request_id", take: ({ context }) => context?.request_id, free: true },
  { name: "session_id", take: ({ context }) => context?.session_id, free: true },
  { name: "trace_id", take: ({ context }) => context?.trace_id, free: true },
  { name: "targets", take: ({ targets }) => json(targets) },
  { name: "changes", take: ({ changes }) => changes },
  { name: "metadata", take: ({ metadata }) => metadata },
  { name: "tenant_id", take: (event) => event.tenant_id, free: true },
  { name: "sequence", take: (event) => event.sequence },
  { name: "recorded_at", take: (event) => event.recorded_at },
  { name: "source_type", take: ({ source }) => source.type },
  { name: "source_id", take: ({ source }) => source.id, free: true },
  { name: "leaf_hash", take: (_, leafHash) => leafHash },
  { name: "schema_version", take: (event) => event.schema_version },
];

export const BYTE_ORDER_MARK = "\ufeff";

/** RFC 4180: one header row, CRLF. */
export const CSV_HEADER = `${CSV_COLUMNS.map(({ name }) => name).join(",")}\r\n`;

/**
 * One row.
 * @param raw leaves free text as it is. Otherwise a cell that a spreadsheet would run as a formula gets a leading `'` (OWASP, CSV injection).
 */
export function csvRow(event: StoredEvent, leafHash: string, raw: boolean): string {
  let row = "";
  for (const { take, free } of CSV_COLUMNS) {
    const value = take(event, leafHash);
    if (row !== "") row += ",";
    if (value === undefined) continue;
    row += typeof value === "number" ? value : quoted(free && !raw ? guarded(value) : value);
  }
  return `${row}\r\n`;
}

const QUOTE_NEEDED = /[",\r\n]/;

/** Quotes are doubled inside quotes. An empty text is quoted, so that it is not taken for an absent one. */
function quoted(text: string): string {
  if (text === "") return '""';
  return QUOTE_NEEDED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What spreadsheets take for the beginning of a formula, or skip before they look for one. */
const FORMULA = /^[=+\-@\t\r\n\0＝＋－＠]/;

function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
