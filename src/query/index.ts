/** What is asked of the log: the parameters of a request, read and checked. It knows no SQL, and every reader of events uses it. */

export {
  atPointer,
  filtersGiven,
  invalidParameters,
  parametersOf,
  parseFilters,
  parseFixedFilter,
  parseReviewed,
  requireFixedFilter,
  setField,
} from "./filters.ts";
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
export { GROUP_KEYS, type GroupKey, type Mark, type PersonField, type Query } from "./query.ts";
export { BOUND_MIN, boundInstant, isDay } from "./range.ts";
export { authorizedTenant, type Tenant } from "./tenant.ts";
