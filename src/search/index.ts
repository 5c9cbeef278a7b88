/** The follower that answers which events match. The only place that knows SQL of events. */

export type { Group, GroupOptions, Keyset, PeopleOptions, Place, Search, Sighting, Total } from "./contract.ts";
export { NEW_ADDRESS_MS, pairOf, sightingOf } from "./new-addresses.ts";
export { PlaceList } from "./place-list.ts";
export { type Expected, expectedRow, RowCheck, type RowFault } from "./row-check.ts";
export { clearSearch, openRowCheck, openSearch, type SearchNotice } from "./search.ts";
