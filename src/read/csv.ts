import { type EntryText, type Members, membersOf } from "../event/entry-text.ts";

/** A column of a CSV export. */
interface CsvColumn {
  readonly name: string;
  /** The field's JSON text; absent and empty are not the same. */
  readonly take: (event: EntryText, context: Members, source: Members) => string | undefined;
  /** How the cell is written: `plain` never needs quotes, `free` is text that a caller chose, `json` is JSON. */
  readonly form: "plain" | "free" | "json";
}

/** The columns of a CSV export, in their order. A cell is empty for what the event does not have. */
const COLUMNS: readonly CsvColumn[] = [
  { name: "timestamp", form: "plain", take: (event) => event.timestamp },
  { name: "id", form: "free", take: (event) => event.id },
  { name: "action", form: "free", take: (event) => event.action },
  { name: "outcome", form: "plain", take: (event) => event.outcome },
  { name: "actor_type", form: "plain", take: ({ actor }) => actor.type },
  { name: "actor_id", form: "free", take: ({ actor }) => actor.id },
  { name: "actor_name", form: "free", take: ({ actor }) => actor.name },
  { name: "actor_email", form: "free", take: ({ actor }) => actor.email },
  { name: "actor_role", form: "free", take: ({ actor }) => actor.role },
  { name: "on_behalf_of_type", form: "plain", take: ({ actor }) => actor.on_behalf_of?.type },
  { name: "on_behalf_of_id", form: "free", take: ({ actor }) => actor.on_behalf_of?.id },
  { name: "on_behalf_of_name", form: "free", take: ({ actor }) => actor.on_behalf_of?.name },
  { name: "on_behalf_of_email", form: "free", take: ({ actor }) => actor.on_behalf_of?.email },
  { name: "on_behalf_of_role", form: "free", take: ({ actor }) => actor.on_behalf_of?.role },
  { name: "resource_type", form: "free", take: ({ resource }) => resource.type },
  { name: "resource_id", form: "free", take: ({ resource }) => resource.id },
  { name: "resource_name", form: "free", take: ({ resource }) => resource.name },
  { name: "targets", form: "json", take: (event) => event.targets },
  { name: "description", form: "free", take: (event) => event.description },
  { name: "ip", form: "free", take: (_, context) => context.ip },
  { name: "ip_text", form: "free", take: (_, context) => context.ip_text },
  { name: "user_agent", form: "free", take: (_, context) => context.user_agent },
  { name: "request_id", form: "free", take: (_, context) => context.request_id },
  { name: "session_id", form: "free", take: (_, context) => context.session_id },
  { name: "trace_id", form: "free", take: (_, context) => context.trace_id },
  { name: "changes", form: "json", take: (event) => event.changes },
  { name: "metadata", form: "json", take: (event) => event.metadata },
  { name: "tenant_id", form: "free", take: (event) => event.tenant_id },
  { name: "sequence", form: "plain", take: (event) => event.sequence },
  { name: "recorded_at", form: "plain", take: (event) => event.recorded_at },
  { name: "clock_at", form: "plain", take: (event) => event.clock_at },
  { name: "source_type", form: "plain", take: (_, __, source) => source.type },
  { name: "source_id", form: "free", take: (_, __, source) => source.id },
];

/** Those that are not of the entry itself come last: `damaged` says why a row holds no event. */
const LAST = ["leaf_hash", "schema_version", "damaged"] as const;

export const CSV_COLUMNS: readonly string[] = [...COLUMNS.map(({ name }) => name), ...LAST];

export const BYTE_ORDER_MARK = "\ufeff";

/** RFC 4180: one header row, CRLF. */
export const CSV_HEADER = `${CSV_COLUMNS.join(",")}\r\n`;

/**
 * One row.
 * @param raw leaves free text as it is. Otherwise a cell that a spreadsheet would run as a formula gets a leading `'` (OWASP, CSV injection).
 */
export function csvRow(event: EntryText, leafHash: string, raw: boolean): string {
  const context = membersOf(event.context);
  const source = membersOf(event.source);
  let row = "";
  for (const { take, form } of COLUMNS) {
    const value = take(event, context, source);
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

function cell(value: string, form: CsvColumn["form"], raw: boolean): string {
  if (form === "json") return quoted(value);
  if (form === "plain") return value.charCodeAt(0) === QUOTE ? value.slice(1, -1) : value;
  // Without a backslash a JSON string holds neither quotes nor line ends.
  if (value.includes("\\")) return freeCell(JSON.parse(value), raw);
  const text = value.slice(1, -1);
  if (text === "") return '""';
  if (text.includes(",")) return `"${raw ? text : guarded(text)}"`;
  return raw ? text : guarded(text);
}

function freeCell(text: string, raw: boolean): string {
  return quoted(raw ? text : guarded(text));
}

const QUOTE = 0x22;
const QUOTE_NEEDED = /[",\r\n]/;

/** Quotes are doubled inside quotes. An empty text is quoted, so that it is not taken for an absent one. */
function quoted(text: string): string {
  if (text === "") return '""';
  return QUOTE_NEEDED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What spreadsheets take for the beginning of a formula, or skip before they look for one. */
const FORMULA: ReadonlySet<number> = new Set([..."=+-@\t\r\n\0＝＋－＠"].map((character) => character.charCodeAt(0)));

function guarded(text: string): string {
  return FORMULA.has(text.charCodeAt(0)) ? `'${text}` : text;
}
