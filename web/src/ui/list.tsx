import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export interface ListColumn<Row> {
  readonly id: string;
  readonly label: string;
  /** In the table; what is left goes to columns that name none. */
  readonly width?: string;
  /** Where it is on a card: as its heading, as a labelled line, or at its foot. */
  readonly card: "title" | "line" | "foot";
  readonly cell: (row: Row) => ReactNode;
}

interface ListProps<Row> {
  readonly label: string;
  readonly columns: readonly ListColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** As a table, else as cards made of the same cells. */
  readonly wide: boolean;
}

const HEAD = "h-9 border-b border-border bg-muted px-4 text-left text-xs font-medium text-muted-foreground";

function Widths<Row>({ columns }: Pick<ListProps<Row>, "columns">) {
  return (
    <colgroup>
      {columns.map(({ id, width }) => (
        <col key={id} style={width === undefined ? undefined : { width }} />
      ))}
    </colgroup>
  );
}

function Head<Row>({ columns }: Pick<ListProps<Row>, "columns">) {
  return (
    <thead>
      <tr>
        {columns.map(({ id, label, card }) => (
          <th key={id} scope="col" className={HEAD}>
            <span className={cn(card === "foot" && "sr-only")}>{label}</span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Table<Row>({ label, columns, rows, rowKey }: ListProps<Row>) {
  return (
    <table aria-label={label} className="w-full table-fixed border-separate border-spacing-0 text-sm">
      <Widths columns={columns} />
      <Head columns={columns} />
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} className="group/row">
            {columns.map(({ id, card, cell }) => {
              const className = cn(
                "h-14 border-b border-border px-4 py-2 text-left align-middle font-normal group-last/row:border-b-0",
                card === "foot" && "text-right",
              );
              return card === "title" ? (
                <th key={id} scope="row" className={className}>
                  {cell(row)}
                </th>
              ) : (
                <td key={id} className={className}>
                  {cell(row)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cards<Row>({ label, columns, rows, rowKey }: ListProps<Row>) {
  const placed = (place: ListColumn<Row>["card"]) => columns.filter(({ card }) => card === place);
  return (
    <ul aria-label={label} className="divide-y divide-border">
      {rows.map((row) => (
        <li key={rowKey(row)} className="flex flex-col gap-3 px-4 py-4 text-sm">
          <div>
            {placed("title").map(({ id, cell }) => (
              <div key={id}>{cell(row)}</div>
            ))}
          </div>
          <dl className="grid grid-cols-[6.5rem_minmax(0,1fr)] items-center gap-y-2">
            {placed("line").map(({ id, label: name, cell }) => (
              <div key={id} className="contents">
                <dt className="text-xs text-muted-foreground">{name}</dt>
                <dd className="min-w-0">{cell(row)}</dd>
              </div>
            ))}
          </dl>
          {placed("foot").map(({ id, cell }) => (
            <div key={id} className="flex flex-wrap gap-2 empty:hidden">
              {cell(row)}
            </div>
          ))}
        </li>
      ))}
    </ul>
  );
}

export function List<Row>(props: ListProps<Row>) {
  return props.wide ? <Table {...props} /> : <Cards {...props} />;
}

const PLACES = [0, 1, 2, 3];
const BAR_WIDTHS = ["62%", "45%", "78%", "54%"];

/** Rows of about the real height where the first ones will be. */
export function ListSkeleton<Row>({ columns, wide }: Pick<ListProps<Row>, "columns" | "wide">) {
  const bar = (place: number) => (
    <span
      className="block h-3 animate-breathe rounded-full bg-accent"
      style={{ width: BAR_WIDTHS[place % BAR_WIDTHS.length] }}
    />
  );
  if (!wide) {
    return (
      <div aria-hidden className="divide-y divide-border">
        {PLACES.map((place) => (
          <div key={place} className="flex h-44 flex-col gap-4 px-4 pt-5">
            {PLACES.map((line) => (
              <div key={line}>{bar(place + line)}</div>
            ))}
          </div>
        ))}
      </div>
    );
  }
  return (
    <table aria-hidden className="w-full table-fixed border-separate border-spacing-0">
      <Widths columns={columns} />
      <Head columns={columns} />
      <tbody>
        {PLACES.map((place) => (
          <tr key={place}>
            {columns.map(({ id, card }, column) => (
              <td key={id} className="h-14 border-b border-border px-4">
                {card !== "foot" && bar(place + column)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
