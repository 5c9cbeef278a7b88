/** Everything about filters: the table, what a filter means for one event, and how values are compared. */

export { type AddressRange, formatAddress, parseAddress, parseAddressRange } from "./address-range.ts";
export * from "./filter-parameters.ts";
export * from "./filters.ts";
export { FOLDING, fold } from "./fold.ts";
export { parseTimeOfDay, WEEKDAYS, type Weekday } from "./local-time.ts";
export { type Condition, matcher, matches, type Selection, selectionOf } from "./matches.ts";
export { metadataLeaves } from "./metadata-leaves.ts";
