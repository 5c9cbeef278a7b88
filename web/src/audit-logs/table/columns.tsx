import type { ReactNode } from "react";
import type { LoggedEvent } from "../../api/events.ts";
import { principalFacts } from "../event/acting.ts";
import type { Fact } from "../event/facts.ts";
import {
  ActionCell,
  DescriptionCell,
  IpCell,
  ResourceCell,
  TextCell,
  TimestampCell,
  UserAndAddressCell,
  UserCell,
} from "./cells.tsx";
import { DEFAULT_LAYOUT } from "./column-layout.ts";
import { ExpandButton } from "./expansion.tsx";
import { isTable, type ListForm } from "./list-form.ts";

export interface LogColumn {
  readonly id: string;
  readonly label: string;
  /** The time zone is in its heading. */
  readonly zoned?: true;
  /** Where the cell is on a card: in its head, across it, or as a labelled line. */
  readonly card: "start" | "end" | "body" | "line";
  /** What the expanded row shows in full of it. */
  readonly facts?: (event: LoggedEvent) => readonly Fact[];
  readonly cell: (event: LoggedEvent) => ReactNode;
}

/** The columns whose facts come first, in this order. */
const FACT_ORDER = ["user", "ip", "resource"];

/** Each column once: the table, the cards and the details are made of these. */
const logColumns: readonly LogColumn[] = [
  { id: "expand", label: "Expand", card: "end", cell: (event) => <ExpandButton event={event} /> },
  {
    id: "timestamp",
    label: "Timestamp",
    zoned: true,
    card: "body",
    cell: (event) => <TimestampCell event={event} />,
  },
  { id: "action", label: "Action", card: "start", cell: (event) => <ActionCell event={event} /> },
  {
    id: "resource",
    label: "Resource",
    card: "line",
    facts: ({ resource }) => [{ label: "Resource ID", value: resource.id, id: true, filter: "resource_id" }],
    cell: (event) => <ResourceCell event={event} />,
  },
  {
    id: "user",
    label: "User",
    card: "line",
    facts: ({ actor }) => [
      { label: "User ID", value: actor.id, id: true, filter: "actor_id" },
      ...principalFacts(actor),
    ],
    cell: (event) => <UserCell event={event} />,
  },
  { id: "description", label: "Description", card: "body", cell: (event) => <DescriptionCell event={event} /> },
  {
    id: "ip",
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
    cell: (event) => <IpCell event={event} />,
  },
];

/** Columns that are shown to who asks for them. */
const furtherColumns: readonly LogColumn[] = [
  { id: "outcome", label: "Outcome", card: "line", cell: ({ outcome }) => outcome },
  further("user_agent", "User Agent", ({ context }) => context?.user_agent),
  further("request_id", "Request ID", ({ context }) => context?.request_id),
  further("session_id", "Session ID", ({ context }) => context?.session_id),
  further("event_id", "Event ID", ({ id }) => id),
];

function further(id: string, label: string, text: (event: LoggedEvent) => string | undefined): LogColumn {
  return { id, label, card: "line", cell: (event) => <TextCell text={text(event)} /> };
}

/** The same where there is no room for the address beside the description. */
const foldedColumns: readonly LogColumn[] = [...logColumns, ...furtherColumns]
  .filter(({ id }) => id !== "ip")
  .map((one) => (one.id === "user" ? { ...one, cell: (event) => <UserAndAddressCell event={event} /> } : one));

/** @param shown the columns of a table in their order; cards have places of their own. */
export function columnsOf(form: ListForm, shown: readonly string[] = DEFAULT_LAYOUT.shown): readonly LogColumn[] {
  if (!isTable(form)) return logColumns;
  const columns = form === "folded" ? foldedColumns : [...logColumns, ...furtherColumns];
  return ["expand", ...shown].flatMap((id) => columns.find((one) => one.id === id) ?? []);
}

/** What a column is called. */
export function columnLabel(id: string): string {
  return [...logColumns, ...furtherColumns].find((one) => one.id === id)?.label ?? id;
}

/** What the columns show in full: who first, then from where, then what. */
export function columnFacts(event: LoggedEvent): Fact[] {
  return FACT_ORDER.flatMap((id) => logColumns.find((one) => one.id === id)?.facts?.(event) ?? []);
}
