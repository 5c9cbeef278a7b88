import type { Order } from "../filters/read-search.ts";

export const ORDER_WORDS = { desc: "newest first", asc: "oldest first" } as const satisfies Record<Order, string>;
/** As `aria-sort` says it. */
export const SORTED = { desc: "descending", asc: "ascending" } as const satisfies Record<Order, string>;
