/** Who is let in, and in which order, when more is asked for than can be done at once. */

export { Admission, type Reads } from "./admission.ts";
export { FairQueue, type Sender } from "./fair-queue.ts";
export { FairTurns, ROUND_BYTES } from "./fair-turns.ts";
export { Held } from "./memory-budget.ts";
export { COUNTS, type Limit, RATES } from "./operator-limits.ts";
export { Slots } from "./slots.ts";
