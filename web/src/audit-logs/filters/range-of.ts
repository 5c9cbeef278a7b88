import type { Filters } from "./filters.ts";

/** The range stays; all other filters make way. */
export function rangeOf({ start, end, range }: Filters): Filters {
  return {
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(range !== undefined && { range }),
  };
}
