import type { DamagedEntry } from "./schema.ts";

export type DamageReason = DamagedEntry["reason"];

/** What is in the place of an entry that cannot be shown: its place, and why. Nothing in it is of an event. */
export interface DamagedRow {
  readonly damaged: DamageReason;
  readonly tenant_id: string;
  /** Negative for what search invented: rows are known by their sequence. */
  readonly sequence: number;
  /** Of its neighbour, so that it stays in its place. */
  readonly timestamp: string;
}

/** Tells the two kinds of result apart, as the server sends them and as the page keeps them. */
export function isDamaged<Item extends object>(item: Item): item is Extract<Item, { readonly damaged: unknown }> {
  return "damaged" in item;
}

let invented = -1;

export function damagedRow({ tenant_id, sequence = invented--, reason }: DamagedEntry, timestamp: string): DamagedRow {
  return { damaged: reason, tenant_id, sequence, timestamp };
}
