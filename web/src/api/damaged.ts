import type { Event } from "@daybook/sdk";
import type { DamagedEntry } from "./schema.ts";

export type DamageReason = DamagedEntry["reason"];

/** An item of a page, as a row: what is damaged takes a row of its own, with nothing of an event in it but its place. */
export type RowEvent = Event & { readonly damaged?: DamageReason };

export function isDamaged(item: Event | DamagedEntry): item is DamagedEntry {
  return "damaged" in item;
}

/** Rows are known by sequence; search's inventions have none. */
let invented = -1;

/** @param timestamp of its neighbour, so that it stays in its place. */
export function damagedRow({ tenant_id, sequence = invented--, reason }: DamagedEntry, timestamp: string): RowEvent {
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
