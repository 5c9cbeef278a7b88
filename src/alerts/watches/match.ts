import type { Watch } from "../contract.ts";

/** Every match. */
export function matchWatch(): Watch {
  return {
    take: ({ event, organization, sequence, at }) => ({
      kind: "match",
      at,
      value: undefined,
      count: 1,
      since: at,
      organization,
      sequence,
      event,
    }),
    elapse: () => [],
  };
}
