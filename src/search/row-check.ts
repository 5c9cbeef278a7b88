import type { ClickHouseClient } from "@clickhouse/client";
import { ByteWriter, EntryLayout, findFields } from "../event/index.ts";
import type { LogEntry } from "../log/index.ts";
import { addressOf } from "./addresses.ts";
import type { StoreClient } from "./client.ts";
import { type Cell, COLUMNS } from "./columns.ts";
import { FIRST_SEEN_MS } from "./first-seen.ts";
import { isCurrent, type Tables } from "./schema.ts";
import {
  NO_TARGETS,
  othersOf,
  type SnapshotRow,
  writeActorRows,
  writeResourceRows,
  writeTargetsRows,
} from "./snapshots.ts";

/** How search differs from the log. Named by what the log says of the entry; a row without one by what it says itself. */
export interface RowFault {
  readonly kind: "changed" | "missing" | "extra" | "moved";
  readonly organization: string;
  readonly sequence: number;
  /** Of the event; undefined for a row without an entry, since search holds no ids. */
  readonly id: string | undefined;
  readonly position: number;
  /** Of a changed row: the columns that differ. Of a moved one: `tenant_id`, and where it is now. */
  readonly columns: readonly string[];
  readonly movedTo?: string;
}

/** What must be in one row, and in the rows that it names. */
export interface Expected {
  readonly position: number;
  readonly organization: string;
  readonly sequence: number;
  readonly id: string;
  /** In the order of `DIRECT`. */
  readonly cells: readonly string[];
  readonly actor: readonly SnapshotRow[];
  readonly resource: readonly SnapshotRow[];
  /** None where it has no targets. */
  readonly targets: readonly SnapshotRow[];
}

/** The columns whose cells follow from the event alone. */
const DIRECT = COLUMNS.filter((column) => !column.indirect);

/** The row that an entry must have. @param id of its event. */
export function expectedRow(id: string, { header, body, position, organization, sequence }: LogEntry): Expected {
  findFields(entry, header, body, () => header);
  const others = othersOf(entry);
  const source = { entry, others, position, actor: 0, resource: 0, targets: 0, address: addressOf(entry) };
  return {
    position,
    organization,
    sequence,
    id,
    cells: DIRECT.map((column) => textOf((to) => column.write(source, to))),
    actor: rowsOf((to) => writeActorRows(entry, 0, to)),
    resource: rowsOf((to) => writeResourceRows(entry, 0, to)),
    targets: rowsOf((to) => writeTargetsRows(entry, others, 0, to)),
  };
}

const entry = new EntryLayout();
const written = new ByteWriter();

function textOf(write: (to: ByteWriter) => void): string {
  write(written);
  return Buffer.from(written.take().buffer).toString("utf8");
}

function rowsOf(write: (to: ByteWriter) => void): SnapshotRow[] {
  const lines = textOf(write).split("\n").slice(0, -1);
  return lines.map((line) => {
    const [, , ...row] = JSON.parse(line) as [tenant: string, number: number, ...SnapshotRow];
    return row;
  });
}

/**
 * Compares rows with entries, position by position. It reads rows of every organization, and answers nothing of them but how they differ
 * and where they belong.
 */
export class RowCheck {
  private readonly client: ClickHouseClient;
  private readonly cluster: StoreClient["cluster"];
  private readonly tables: Tables;

  constructor({ client, cluster }: Pick<StoreClient, "client" | "cluster">, tables: Tables) {
    this.client = client;
    this.cluster = cluster;
    this.tables = tables;
  }

  /** Whether there are tables that this version made. */
  async exists(): Promise<boolean> {
    const names = Object.values(this.tables);
    const found = await this.rows<[string]>(
      `SELECT comment FROM system.tables WHERE database = currentDatabase() AND name IN (${names.map((name) => `'${name}'`).join(", ")})`,
    );
    return found.length === names.length && found.every(([comment]) => isCurrent(comment, this.cluster));
  }

  /** The position after the last row's; 0 when there is none. */
  async end(): Promise<number> {
    const [row] = await this.rows<[number, number]>(`SELECT count(), max(position) FROM ${this.tables.events}`);
    return row === undefined || row[0] === 0 ? 0 : row[1] + 1;
  }

  /** @param expected of every entry from the first one's position to before `to`, in order. */
  async compare(expected: readonly Expected[], to: number): Promise<RowFault[]> {
    const from = expected[0]?.position ?? to;
    const range = `position >= ${from} AND position < ${to}`;
    const rows = await this.read(range);
    const snapshots = {
      actors: await this.snapshots("actors", "part", range, ["actor"]),
      resources: await this.snapshots("resources", "place", range, ["resource", "targets"]),
    };
    const faults: RowFault[] = [];
    let at = 0;
    for (const one of expected) {
      const found: ReadRow[] = [];
      for (; at < rows.length && (rows[at]?.position ?? 0) <= one.position; at++) {
        const row = rows[at] as ReadRow;
        if (row.position === one.position) found.push(row);
        else faults.push(extra(row));
      }
      faults.push(...faultsAt(one, found, snapshots));
    }
    faults.push(...rows.slice(at).map(extra));
    return faults;
  }

  /** Rows that are where the log has no entry, `limit` of them at most. */
  async beyond(end: number, limit: number): Promise<RowFault[]> {
    return (await this.read(`position >= ${end}`, `LIMIT ${limit}`)).map(extra);
  }

  /**
   * Rows below a position whose `first_seen` does not follow from all the rows, `limit` of them at most; and first entries whose time in
   * the table of sightings is another. Exact where everything else in these rows is what the log says.
   */
  async firstSeen(end: number, limit: number): Promise<RowFault[]> {
    const { events, actors, sightings } = this.tables;
    // ANY LEFT throughout: of an ANY INNER join each key of the right side meets one row of the left.
    const ids = `SELECT tenant_id, number, id FROM ${actors} WHERE part = 'actor' AND id != ''`;
    const seen = `SELECT e.tenant_id AS tenant, a.id AS actor_id, assumeNotNull(e.ip) AS address, e.recorded_at AS recorded, e.timestamp AS happened, e.sequence AS sequence, e.position AS position, e.first_seen AS flag FROM ${events} AS e ANY LEFT JOIN (${ids}) AS a ON e.tenant_id = a.tenant_id AND e.actor = a.number WHERE isNotNull(e.ip) AND a.id != '' AND e.position < ${end}`;
    const firsts = `SELECT tenant, actor_id, address, min(recorded) AS first, argMin(happened, sequence) AS first_happened, min(sequence) AS first_sequence, min(position) AS first_position FROM (${seen}) GROUP BY tenant, actor_id, address`;
    const stored = `SELECT tenant_id, actor_id, ip, min(recorded_at) AS time, min(happened_at) AS happened FROM ${sightings} GROUP BY tenant_id, actor_id, ip`;
    const queries = {
      first_seen: `SELECT s.tenant, s.sequence, s.position FROM (${seen}) AS s ANY LEFT JOIN (${firsts}) AS f ON s.tenant = f.tenant AND s.actor_id = f.actor_id AND s.address = f.address WHERE s.flag != (toUnixTimestamp64Milli(s.recorded) - toUnixTimestamp64Milli(f.first) <= ${FIRST_SEEN_MS}) LIMIT ${limit}`,
      // Whoever has no id or no address was never seen.
      "first_seen ": `SELECT e.tenant_id, e.sequence, e.position FROM ${events} AS e ANY LEFT JOIN (${ids}) AS a ON e.tenant_id = a.tenant_id AND e.actor = a.number WHERE e.first_seen AND (isNull(e.ip) OR a.id = '') AND e.position < ${end} LIMIT ${limit}`,
      sightings: `SELECT f.tenant, f.first_sequence, f.first_position FROM (${firsts}) AS f ANY LEFT JOIN (${stored}) AS t ON f.tenant = t.tenant_id AND f.actor_id = t.actor_id AND f.address = t.ip WHERE f.first != t.time OR f.first_happened != t.happened LIMIT ${limit}`,
    };
    const faults: RowFault[] = [];
    for (const [column, query] of Object.entries(queries)) {
      for (const [organization, sequence, position] of await this.rows<[string, number, number]>(query)) {
        faults.push({ kind: "changed", organization, sequence, id: undefined, position, columns: [column.trim()] });
      }
    }
    return faults;
  }

  /** In order of position. */
  private async read(condition: string, rest = ""): Promise<ReadRow[]> {
    const names = [
      "tenant_id",
      "sequence",
      "position",
      "actor",
      "resource",
      "targets",
      ...DIRECT.map(({ name }) => name),
    ];
    const rows = await this.rows<[string, number, number, number, number, number, ...Cell[]]>(
      `SELECT ${names.join(", ")} FROM ${this.tables.events} WHERE ${condition} ORDER BY position ${rest}`,
    );
    return rows.map(([organization, sequence, position, actor, resource, targets, ...cells]) => ({
      organization,
      sequence,
      position,
      actor,
      resource,
      targets,
      cells: cells.map((cell, at) => JSON.stringify(DIRECT[at]?.read?.(cell) ?? cell)),
    }));
  }

  /** The rows that events of a range name, by organization and number, each in its order. */
  private async snapshots(
    table: "actors" | "resources",
    order: string,
    range: string,
    columns: readonly string[],
  ): Promise<Snapshots> {
    const numbers = columns.map((column) => `SELECT tenant_id, ${column} FROM ${this.tables.events} WHERE ${range}`);
    const rows = await this.rows<[string, number, ...SnapshotRow]>(
      `SELECT DISTINCT tenant_id, number, ${order}, id, folded_id, others FROM ${this.tables[table]} WHERE (tenant_id, number) IN (${numbers.join(" UNION ALL ")}) ORDER BY tenant_id, number, ${order}, id, folded_id, others`,
    );
    const snapshots = new Map<string, SnapshotRow[]>();
    for (const [tenant, number, ...row] of rows) {
      const key = `${tenant} ${number}`;
      const others = snapshots.get(key);
      if (others === undefined) snapshots.set(key, [row]);
      else others.push(row);
    }
    return snapshots;
  }

  private async rows<Row extends readonly unknown[]>(query: string): Promise<Row[]> {
    const result = await this.client.query({
      query: `${query} SETTINGS output_format_json_quote_64bit_integers = 0`,
      format: "JSONCompactEachRow",
    });
    return result.json<Row>() as Promise<unknown> as Promise<Row[]>;
  }
}

type Snapshots = ReadonlyMap<string, readonly SnapshotRow[]>;

interface ReadRow {
  readonly organization: string;
  readonly sequence: number;
  readonly position: number;
  readonly actor: number;
  readonly resource: number;
  readonly targets: number;
  /** In the order of `DIRECT`. */
  readonly cells: readonly string[];
}

/** Of several rows at one position the one that is right counts, else the first; the others should not be there. */
function faultsAt(
  expected: Expected,
  found: readonly ReadRow[],
  snapshots: { actors: Snapshots; resources: Snapshots },
): RowFault[] {
  const { organization, sequence, id, position } = expected;
  const place = { organization, sequence, id, position };
  const differences = found.map((row) => differing(expected, row, snapshots));
  const own = Math.max(
    0,
    differences.findIndex(({ length }) => length === 0),
  );
  const faults = found.filter((_, index) => index !== own).map(extra);
  const row = found[own];
  const columns = differences[own];
  if (row === undefined || columns === undefined) return [...faults, { kind: "missing", ...place, columns: [] }];
  if (columns.length === 0) return faults;
  if (row.organization === organization) return [...faults, { kind: "changed", ...place, columns }];
  return [...faults, { kind: "moved", ...place, columns, movedTo: row.organization }];
}

function differing(
  expected: Expected,
  row: ReadRow,
  { actors, resources }: { actors: Snapshots; resources: Snapshots },
): string[] {
  const columns = DIRECT.filter((_, index) => expected.cells[index] !== row.cells[index]).map(({ name }) => name);
  const names = (table: Snapshots, number: number) => JSON.stringify(table.get(`${row.organization} ${number}`));
  if (names(actors, row.actor) !== JSON.stringify(expected.actor)) columns.push("actor");
  if (names(resources, row.resource) !== JSON.stringify(expected.resource)) columns.push("resource");
  const hasTargets = row.targets !== NO_TARGETS;
  if (hasTargets !== expected.targets.length > 0) columns.push("targets");
  else if (hasTargets && names(resources, row.targets) !== JSON.stringify(expected.targets)) {
    columns.push("targets");
  }
  return columns;
}

/** A row that no entry has. What it says of itself is all that is known of it. */
function extra({ organization, sequence, position }: ReadRow): RowFault {
  return { kind: "extra", organization, sequence, id: undefined, position, columns: [] };
}
