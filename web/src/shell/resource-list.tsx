import { type ReactNode, useRef, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { List, type ListColumn, ListSkeleton } from "../ui/list.tsx";
import { listWidthRem } from "../ui/list-width.ts";
import { useMedia } from "../ui/use-media.ts";
import { useWidthRem } from "../ui/use-width.ts";
import { LoadFailure } from "./failure.tsx";

/** Below this a list's rows are cards, which have room for fingers; from here on where the list itself has no room for its columns. */
const WIDE = "(min-width: 64rem)";

/** More rows than this are drawn when they are asked for: a page of thousands helps nobody, and is slow. */
const ROWS_AT_ONCE = 100;

interface ResourceListProps<Row> {
  readonly query: {
    readonly data: readonly Row[] | undefined;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  /** The list's accessible name, which is also what could not be loaded: "Members". */
  readonly label: string;
  readonly columns: readonly ListColumn<Row>[];
  readonly rowKey: (row: Row) => string;
  /** In place of rows when there are none. */
  readonly empty: ReactNode;
  /** Below the rows. */
  readonly footer?: ReactNode;
}

/** A list with everything that may be in its place: what is on its way, what failed, nothing. */
export function ResourceList<Row>({ query, label, columns, rowKey, empty, footer }: ResourceListProps<Row>) {
  const card = useRef<HTMLElement>(null);
  const widthRem = useWidthRem(card);
  const wide = useMedia(WIDE) && (widthRem === undefined || widthRem >= listWidthRem(columns));
  const { data, error } = query;
  const [limit, setLimit] = useState(ROWS_AT_ONCE);
  const retry = () => void query.refetch();
  return (
    <>
      {data !== undefined && error && <LoadFailure what={label} error={error} onRetry={retry} kept />}
      <Card
        ref={card}
        className="overflow-clip max-lg:-mx-4 max-lg:rounded-none max-lg:border-x-0"
        aria-busy={data === undefined && !error}
      >
        {data === undefined && error && <LoadFailure what={label} error={error} onRetry={retry} kept={false} />}
        {data === undefined && !error && (
          <>
            <span role="status" className="sr-only">
              Loading {label.toLowerCase()}
            </span>
            <ListSkeleton columns={columns} wide={wide} />
          </>
        )}
        {data?.length === 0 && empty}
        {data !== undefined && data.length > 0 && (
          <List label={label} columns={columns} rows={data.slice(0, limit)} rowKey={rowKey} wide={wide} />
        )}
        {data !== undefined && data.length > limit && (
          <div className="flex justify-center border-t border-border px-4 py-3">
            <Button variant="ghost" onClick={() => setLimit(limit + ROWS_AT_ONCE)}>
              Show more of {data.length}
            </Button>
          </div>
        )}
        {footer}
      </Card>
    </>
  );
}
