import { createColumnHelper, metaHelper, tableFeatures } from "@tanstack/react-table";
import type { ReactNode } from "react";
import type { LoggedEvent } from "../api/events.ts";
import { principalFacts } from "./acting.ts";
import { ActionCell, DescriptionCell, IpCell, ResourceCell, TimestampCell, UserCell } from "./cells.tsx";
import { ExpandButton } from "./expansion.tsx";
import type { Fact } from "./facts.ts";

interface LogColumnMeta {
  readonly label: string;
  /** The time zone stands in its heading. */
  readonly zoned?: true;
  /** The column's width in the table. */
  readonly width: string;
  /** Where the cell stands on a card: in its head, across it, or as a labelled line. */
  readonly card: "start" | "end" | "body" | "line";
  /** What the expanded row shows in full of it. */
  readonly facts?: (event: LoggedEvent) => readonly Fact[];
}

export const logFeatures = tableFeatures({ columnMeta: metaHelper<LogColumnMeta>() });
const helper = createColumnHelper<typeof logFeatures, LoggedEvent>();

function column(id: string, meta: LogColumnMeta, cell: (event: LoggedEvent) => ReactNode) {
  return helper.display({ id, meta, cell: ({ row }) => cell(row.original) });
}

/** The columns whose facts come first, in this order. */
const FACT_ORDER = ["user", "resource", "ip"];

/** Each column once: the table, the cards and the details are made of these. */
export const logColumns = helper.columns([
  column("expand", { label: "Expand", width: "3rem", card: "end" }, (event) => <ExpandButton event={event} />),
  column("timestamp", { label: "Timestamp", zoned: true, width: "10.75rem", card: "body" }, (event) => (
    <TimestampCell event={event} />
  )),
  column("action", { label: "Action", width: "11.5rem", card: "start" }, (event) => <ActionCell event={event} />),
  column(
    "resource",
    {
      label: "Resource",
      width: "10.5rem",
      card: "line",
      facts: ({ resource }) => [{ label: "Resource ID", value: resource.id, id: true }],
    },
    (event) => <ResourceCell event={event} />,
  ),
  column(
    "user",
    {
      label: "User",
      width: "12rem",
      card: "line",
      facts: ({ actor }) => [{ label: "User ID", value: actor.id, id: true }, ...principalFacts(actor)],
    },
    (event) => <UserCell event={event} />,
  ),
  column("description", { label: "Description", width: "auto", card: "body" }, (event) => (
    <DescriptionCell event={event} />
  )),
  column(
    "ip",
    {
      label: "IP Address",
      width: "9rem",
      card: "line",
      facts: ({ context }) => [{ label: "IP Address", value: context?.ip ?? context?.ip_text, id: true }],
    },
    (event) => <IpCell event={event} />,
  ),
]);

/** What the columns show in full: who first, then what, then from where. */
export function columnFacts(event: LoggedEvent): Fact[] {
  return FACT_ORDER.flatMap((id) => logColumns.find((one) => one.id === id)?.meta?.facts?.(event) ?? []);
}
