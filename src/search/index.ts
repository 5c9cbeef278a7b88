/** The follower that answers which events match. The only place that knows SQL of events. */

export {
  GROUP_KEYS,
  type Group,
  type GroupOptions,
  type Keyset,
  type Mark,
  type PeopleOptions,
  type PersonField,
  type Place,
  type Query,
  type Search,
  type Sighting,
  type Total,
} from "./contract.ts";
export {
  filtersGiven,
  invalidParameters,
  parametersOf,
  parseFilters,
  parseFixedFilter,
  parseReviewed,
  resolveQuery,
  setField,
} from "./filters.ts";
export { NEW_ADDRESS_MS, pairOf, sightingOf } from "./new-addresses.ts";
export {
  BUCKETS_DEFAULT,
  exportParameters,
  type FilterParameters,
  facetParameters,
  fixedFilter,
  groupParameters,
  histogramParameters,
  integer,
  isPersonField,
  LIMIT_DEFAULT,
  liveParameters,
  NAMES_MAX,
  pageParameters,
  reviewedFilter,
  type SelectionParameters,
  single,
  UNKNOWN,
} from "./parameters.ts";
export { type Expected, expectedRow, RowCheck, type RowFault } from "./row-check.ts";
export { clearSearch, openRowCheck, openSearch, type SearchNotice } from "./search.ts";
export { authorizedTenant, type Tenant } from "./tenant.ts";
