import { createColumnHelper, metaHelper, tableFeatures } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { isDamaged } from "../../api/damaged.ts";
import type { LoggedEvent, LogItem } from "../../api/events.ts";
import { principalFacts } from "../event/acting.ts";
import type { Fact } from "../event/facts.ts";
import {
  ActionCell,
  DescriptionCell,
  IpCell,
  ResourceCell,
  TimestampCell,
  UserAndAddressCell,
  UserCell,
} from "./cells.tsx";
import { ExpandButton } from "./expansion.tsx";
import type { ListForm } from "./list-form.ts";

interface LogColumnMeta {
  readonly label: string;
  /** The time zone is in its heading. */
  readonly zoned?: true;
  /** Where the cell is on a card: in its head, across it, or as a labelled line. */
  readonly card: "start" | "end" | "body" | "line";
  /** What the expanded row shows in full of it. */
  readonly facts?: (event: LoggedEvent) => readonly Fact[];
}

export const logFeatures = tableFeatures({ columnMeta: metaHelper<LogColumnMeta>() });
const helper = createColumnHelper<typeof logFeatures, LogItem>();

function column(id: string, meta: LogColumnMeta, cell: (event: LoggedEvent) => ReactNode) {
  return helper.display({ id, meta, cell: ({ row: { original } }) => (isDamaged(original) ? null : cell(original)) });
}

type LogColumn = ReturnType<typeof column>;

/** The columns whose facts come first, in this order. */
const FACT_ORDER = ["user", "ip", "resource"];

/** Each column once: the table, the cards and the details are made of these. */
const logColumns: readonly LogColumn[] = [
  column("expand", { label: "Expand", card: "end" }, (event) => <ExpandButton event={event} />),
  column("timestamp", { label: "Timestamp", zoned: true, card: "body" }, (event) => <TimestampCell event={event} />),
  column("action", { label: "Action", card: "start" }, (event) => <ActionCell event={event} />),
  column(
    "resource",
    {
      label: "Resource",
      card: "line",
      facts: ({ resource }) => [{ label: "Resource ID", value: resource.id, id: true, filter: "resource_id" }],
    },
    (event) => <ResourceCell event={event} />,
  ),
  column(
    "user",
    {
      label: "User",
      card: "line",
      facts: ({ actor }) => [
        { label: "User ID", value: actor.id, id: true, filter: "actor_id" },
        ...principalFacts(actor),
      ],
    },
    (event) => <UserCell event={event} />,
  ),
  column("description", { label: "Description", card: "body" }, (event) => <DescriptionCell event={event} />),
  column(
    "ip",
    {
      label: "IP Address",
      card: "line",
      facts: ({ context }) => [
        {
          label: "IP Address",
          value: context?.ip ?? context?.ip_text,
          id: true,
          ...(context?.ip !== undefined && { filter: "ip" }),
        },
      ],
    },
    (event) => <IpCell event={event} />,
  ),
];

const userWithAddress = column("user", { label: "User", card: "line" }, (event) => (
  <UserAndAddressCell event={event} />
));

/** The same where there is no room for the address beside the description. */
const foldedColumns: readonly LogColumn[] = logColumns
  .filter(({ id }) => id !== "ip")
  .map((one) => (one.id === "user" ? userWithAddress : one));

export function columnsOf(form: ListForm): readonly LogColumn[] {
  return form === "folded" ? foldedColumns : logColumns;
}

/** What the columns show in full: who first, then from where, then what. */
export function columnFacts(event: LoggedEvent): Fact[] {
  return FACT_ORDER.flatMap((id) => logColumns.find((one) => one.id === id)?.meta?.facts?.(event) ?? []);
}
