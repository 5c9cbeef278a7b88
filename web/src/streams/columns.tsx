import type { Stream } from "../api/streams.ts";
import { visibleText } from "../text/visible.ts";
import type { ListColumn } from "../ui/list.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";
import { StreamHealth } from "./health.tsx";
import { destinationOf, FORMAT_LABELS, KINDS } from "./kinds.ts";
import { type StreamActs, StreamMenu } from "./stream-menu.tsx";

const FACTS: readonly ListColumn<Stream>[] = [
  {
    id: "name",
    label: "Name",
    card: "title",
    cell: (stream) => (
      <span className="flex min-w-0 flex-col leading-5">
        <span className="truncate font-medium" title={visibleText(stream.name)}>
          <VisibleText value={stream.name} />
        </span>
        <span className="truncate text-xs text-muted-foreground" title={visibleText(destinationOf(stream))}>
          <VisibleText value={destinationOf(stream)} />
        </span>
      </span>
    ),
  },
  {
    id: "type",
    label: "Type",
    width: "10.5rem",
    card: "line",
    cell: ({ type, format, filter }) => (
      <span className="flex min-w-0 flex-col leading-5">
        <span className="truncate">{KINDS[type].label}</span>
        <span className="truncate text-xs text-muted-foreground">
          {FORMAT_LABELS[format]}
          {Object.keys(filter).length > 0 && ", filtered"}
        </span>
      </span>
    ),
  },
  {
    id: "health",
    label: "Health",
    width: "17rem",
    card: "line",
    cell: (stream) => <StreamHealth stream={stream} />,
  },
  {
    id: "delivered",
    label: "Delivered",
    width: "9.5rem",
    card: "line",
    cell: ({ state: { delivered, lag, last_delivered_at } }) => (
      <span className="flex flex-col leading-5 tabular-nums">
        <span>{delivered.toLocaleString("en")}</span>
        {lag > 0 && <span className="text-xs text-muted-foreground">{lag.toLocaleString("en")} to go</span>}
        {last_delivered_at !== null && (
          <span className="text-xs text-muted-foreground">
            last <When instant={last_delivered_at} />
          </span>
        )}
      </span>
    ),
  },
];

/** @param acts undefined for who can only look. */
export function streamColumns(acts: StreamActs | undefined): readonly ListColumn<Stream>[] {
  if (acts === undefined) return FACTS;
  return [
    ...FACTS,
    {
      id: "actions",
      label: "Actions",
      width: "9rem",
      card: "foot",
      cell: (stream) => <StreamMenu stream={stream} acts={acts} />,
    },
  ];
}
