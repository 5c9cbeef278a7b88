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
import { type ColumnId, DEFAULT_LAYOUT, isColumnId } from "./column-layout.ts";
import { foldsAddress } from "./column-widths.ts";
import { ExpandButton } from "./expansion.tsx";
import { isTable, type ListForm } from "./form-for-width.ts";

export interface LogColumn {
  readonly id: ColumnId | "expand";
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
const FACT_ORDER = ["user", "ip", "resource"] as const;

/** Each column once: the table, the cards and the details are made of these. */
const COLUMNS: Readonly<Record<ColumnId | "expand", Omit<LogColumn, "id">>> = {
  expand: { label: "Expand", card: "end", cell: (event) => <ExpandButton event={event} /> },
  timestamp: { label: "Timestamp", zoned: true, card: "body", cell: (event) => <TimestampCell event={event} /> },
  action: { label: "Action", card: "start", cell: (event) => <ActionCell event={event} /> },
  outcome: text("Outcome", ({ outcome }) => outcome),
  resource: {
    label: "Resource",
    card: "line",
    facts: ({ resource }) => [{ label: "Resource ID", value: resource.id, id: true, filter: "resource_id" }],
    cell: (event) => <ResourceCell event={event} />,
  },
  user: {
    label: "User",
    card: "line",
    facts: ({ actor }) => [
      { label: "User ID", value: actor.id, id: true, filter: "actor_id" },
      ...principalFacts(actor),
    ],
    cell: (event) => <UserCell event={event} />,
  },
  description: { label: "Description", card: "body", cell: (event) => <DescriptionCell event={event} /> },
  ip: {
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
  user_agent: text("User Agent", ({ context }) => context?.user_agent),
  request_id: text("Request ID", ({ context }) => context?.request_id),
  session_id: text("Session ID", ({ context }) => context?.session_id),
  event_id: text("Event ID", ({ id }) => id),
};

function text(label: string, textOf: (event: LoggedEvent) => string | undefined): Omit<LogColumn, "id"> {
  return { label, card: "line", cell: (event) => <TextCell text={textOf(event)} /> };
}

/** Those of a layout, in its order, behind the one that expands a row. What this version does not know is left out. */
function columnsFor(shown: readonly string[]): readonly LogColumn[] {
  return ["expand" as const, ...shown.filter(isColumnId)].map((id) => ({ id, ...COLUMNS[id] }));
}

/** Cards have places of their own. */
const CARD_COLUMNS = columnsFor(DEFAULT_LAYOUT.shown);

/** @param shown the columns of a table in their order. */
export function columnsOf(form: ListForm, shown: readonly string[] = DEFAULT_LAYOUT.shown): readonly LogColumn[] {
  if (!isTable(form)) return CARD_COLUMNS;
  if (!foldsAddress(form)) return columnsFor(shown);
  // There is no room for the address beside the description: it is below the user.
  return columnsFor(shown.filter((id) => id !== "ip")).map((one) =>
    one.id === "user" ? { ...one, cell: (event) => <UserAndAddressCell event={event} /> } : one,
  );
}

/** What a column is called. */
export function columnLabel(id: string): string {
  return isColumnId(id) ? COLUMNS[id].label : id;
}

/** What the columns show in full: who first, then from where, then what. */
export function columnFacts(event: LoggedEvent): Fact[] {
  return FACT_ORDER.flatMap((id) => COLUMNS[id].facts?.(event) ?? []);
}
