import type { Event } from "@daybook/sdk";

/** What the API gives in the place of an event that cannot be shown. */
export interface DamagedItem {
  readonly damaged: true;
  readonly tenant_id: string;
  readonly sequence?: number;
  readonly reason: DamageReason;
}

export type DamageReason = "log" | "header" | "body" | "search";

/** An item of a page, as a row: what is damaged takes a row of its own, with nothing of an event in it but its place. */
export type RowEvent = Event & { readonly damaged?: DamageReason };

export function isDamaged(item: Event | DamagedItem): item is DamagedItem {
  return "damaged" in item;
}

/** Rows are known by sequence; search's inventions have none. */
let invented = -1;

/** @param timestamp of its neighbour, so that it stays in its place. */
export function damagedRow({ tenant_id, sequence = invented--, reason }: DamagedItem, timestamp: string): RowEvent {
  return {
    damaged: reason,
    id: "",
    tenant_id,
    sequence,
    timestamp,
    recorded_at: timestamp,
    action: "",
    outcome: "unknown",
    actor: { type: "system" },
    resource: { type: "" },
    source: { type: "daybook" },
    schema_version: 2,
    leaf_hash: "",
  };
}
