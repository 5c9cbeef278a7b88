import type { ClickHouseClient } from "@clickhouse/client";
import type { StoredEvent } from "../event/stored.ts";
import type { LogEntry } from "../log/contract.ts";
import { type Cell, COLUMNS, cellsOf } from "./columns.ts";
import { tableComment } from "./schema.ts";

/** How search differs from the log. Named by what the log says of the entry; a row without one by what it says itself. */
export interface RowFault {
  readonly kind: "changed" | "missing" | "extra" | "moved";
  readonly organization: string;
  readonly sequence: number;
  readonly id: string;
  readonly position: number;
  /** Of a changed row: the columns that differ. Of a moved one: `tenant_id`, and where it stands now. */
  readonly columns: readonly string[];
  readonly movedTo?: string;
}

/** What is to stand in one row. */
export interface Expected {
  readonly position: number;
  readonly cells: readonly Cell[];
}

/** Derived by the engine as a row comes in, and wrong only where somebody wrote it otherwise. */
const DERIVED_AS_DEFINED = "ip_address IS NOT DISTINCT FROM toIPv6OrNull(ip)";
const at = (name: string) => COLUMNS.findIndex((column) => column.name === name);
const AT = { position: at("position"), organization: at("tenant_id"), sequence: at("sequence"), id: at("id") };

/** The row that an entry must have. */
export function expectedRow(event: StoredEvent, entry: LogEntry): Expected {
  return { position: entry.position, cells: cellsOf(event, entry) };
}

/**
 * Holds rows against entries, position by position. It reads rows of every organization, and answers nothing of them but how they differ
 * and where they belong.
 */
export class RowCheck {
  private readonly client: ClickHouseClient;
  private readonly table: string;

  constructor(client: ClickHouseClient, table: string) {
    this.client = client;
    this.table = table;
  }

  /** Whether there is a table that was made by this version. */
  async exists(): Promise<boolean> {
    const tables = await this.rows<[string]>(
      `SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = '${this.table}'`,
    );
    return tables[0]?.[0] === tableComment();
  }

  /** The position after the last row's; 0 when there is none. */
  async end(): Promise<number> {
    const [row] = await this.rows<[number, number]>(`SELECT count(), max(position) FROM ${this.table}`);
    return row === undefined || row[0] === 0 ? 0 : row[1] + 1;
  }

  /** @param expected of every entry from the first one's position to before `to`, in order. */
  async compare(expected: readonly Expected[], to: number): Promise<RowFault[]> {
    const from = expected[0]?.position ?? to;
    const rows = await this.read(`position >= ${from} AND position < ${to}`);
    const faults: RowFault[] = [];
    let at = 0;
    for (const { position, cells } of expected) {
      const found: ReadRow[] = [];
      for (; at < rows.length && (rows[at]?.position ?? 0) <= position; at++) {
        const row = rows[at] as ReadRow;
        if (row.position === position) found.push(row);
        else faults.push(extra(row));
      }
      faults.push(...faultsAt(position, cells, found));
    }
    faults.push(...rows.slice(at).map(extra));
    return faults;
  }

  /** Rows that stand where the log has no entry, `limit` of them at most. */
  async beyond(end: number, limit: number): Promise<RowFault[]> {
    return (await this.read(`position >= ${end}`, `LIMIT ${limit}`)).map(extra);
  }

  /** In order of position. */
  private async read(condition: string, rest = ""): Promise<ReadRow[]> {
    const names = COLUMNS.map(({ name }) => name).join(", ");
    const rows = await this.rows<[...Cell[], number]>(
      `SELECT ${names}, ${DERIVED_AS_DEFINED} FROM ${this.table} WHERE ${condition} ORDER BY position ${rest}`,
    );
    return rows.map((cells) => ({
      cells,
      position: Number(cells[AT.position]),
      derivedAsDefined: cells[COLUMNS.length] === 1 || cells[COLUMNS.length] === (true as unknown),
    }));
  }

  private async rows<Row extends readonly unknown[]>(query: string): Promise<Row[]> {
    const result = await this.client.query({
      query: `${query} SETTINGS output_format_json_quote_64bit_integers = 0`,
      format: "JSONCompactEachRow",
    });
    return result.json<Row>() as Promise<unknown> as Promise<Row[]>;
  }
}

interface ReadRow {
  readonly position: number;
  readonly cells: readonly Cell[];
  readonly derivedAsDefined: boolean;
}

/** Of several rows at one position the one that is right counts, else the first; the others should not be there. */
function faultsAt(position: number, cells: readonly Cell[], found: readonly ReadRow[]): RowFault[] {
  const place = {
    organization: String(cells[AT.organization]),
    sequence: Number(cells[AT.sequence]),
    id: String(cells[AT.id]),
    position,
  };
  const differences = found.map((row) => differing(cells, row));
  const own = Math.max(
    0,
    differences.findIndex(({ length }) => length === 0),
  );
  const faults = found.filter((_, index) => index !== own).map(extra);
  const row = found[own];
  const columns = differences[own];
  if (row === undefined || columns === undefined) return [...faults, { kind: "missing", ...place, columns: [] }];
  if (columns.length === 0) return faults;
  const organization = String(row.cells[AT.organization]);
  if (organization === place.organization) return [...faults, { kind: "changed", ...place, columns }];
  return [...faults, { kind: "moved", ...place, columns, movedTo: organization }];
}

function differing(cells: readonly Cell[], row: ReadRow): string[] {
  const columns: string[] = [];
  for (let index = 0; index < COLUMNS.length; index++) {
    if ((cells[index] ?? null) !== (row.cells[index] ?? null)) columns.push(COLUMNS[index]?.name ?? "");
  }
  if (!row.derivedAsDefined) columns.push("ip_address");
  return columns;
}

function extra({ cells, position }: ReadRow): RowFault {
  return {
    kind: "extra",
    organization: String(cells[AT.organization]),
    sequence: Number(cells[AT.sequence]),
    id: String(cells[AT.id]),
    position,
    columns: [],
  };
}
