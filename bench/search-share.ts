/** What `search-size` prints of each table. */
export interface TableSize {
  readonly table: string;
  readonly parts: number;
  readonly bytes: number;
  readonly rows: number;
  /** In parts that keep each column in a file of its own, which small parts do not. */
  readonly wideRows: number;
  /** Of the wide parts. */
  readonly columns: Readonly<Record<string, number>>;
  readonly indexes: Readonly<Record<string, number>>;
}

/** With fewer of a table's rows in wide parts, these say nothing about the others. */
const WIDE_SHARE_MIN = 0.5;

/** What each filter takes that could not be asked for before format 2. `on_behalf_of` is rows of the table of actors, not known apart. */
const NEW_FILTERS: Readonly<Record<string, readonly string[]>> = {
  "metadata.<path>": ["events.metadata"],
  first_seen: ["events.first_seen", "sightings"],
  actor_type: ["events.actor_type"],
  targets: ["events.targets", "events.targets (index)"],
};

export interface SearchShares {
  /** What could be filtered by before. */
  readonly before: number | undefined;
  /** Undefined where the columns are not known apart. */
  readonly filters: Readonly<Record<string, number | undefined>>;
  /** Every column, index and rest, the largest first. */
  readonly places: readonly (readonly [place: string, bytes: number])[];
}

/** Divides what search takes on disk among the filters. Bytes in, bytes out. */
export function shareOut(tables: readonly TableSize[]): SearchShares {
  const places = tables.flatMap(placesOf);
  const known = new Map<string, number>([...tables.map(({ table, bytes }) => [table, bytes] as const), ...places]);
  const filters = Object.fromEntries(
    Object.entries(NEW_FILTERS).map(([filter, parts]) => [filter, sum(parts.map((part) => known.get(part)))]),
  );
  const added = sum(Object.values(filters));
  const all = sum(tables.map(({ bytes }) => bytes)) ?? 0;
  return {
    before: added === undefined ? undefined : all - added,
    filters,
    places: [...places].sort(([, left], [, right]) => right - left),
  };
}

/** Undefined as soon as one is. */
function sum(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>(
    (total, value) => (total === undefined || value === undefined ? undefined : total + value),
    0,
  );
}

/**
 * `table.column`, `table.index (index)`, and what of the table is neither: keys, checksums. Columns of small parts are taken to be as those of
 * the others.
 */
function placesOf({ table, bytes, rows, wideRows, columns, indexes }: TableSize): [string, number][] {
  const apart = rows > 0 && wideRows >= WIDE_SHARE_MIN * rows;
  const known: [string, number][] = [
    ...(apart ? Object.entries(columns) : []).map(([name, size]): [string, number] => [
      `${table}.${name}`,
      (size / wideRows) * rows,
    ]),
    ...Object.entries(indexes).map(([name, size]): [string, number] => [`${table}.${name} (index)`, size]),
  ];
  const rest = bytes - known.reduce((total, [, size]) => total + size, 0);
  return [...known, [`${table}: rest`, rest]];
}
