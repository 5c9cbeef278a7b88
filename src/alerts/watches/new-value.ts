import type { Memory, Seen, Watch } from "../contract.ts";
import type { ConditionOf } from "../definition.ts";
import { type CountryOf, comparedBy, groupOf } from "../groupings.ts";

/** As long as the page remembers the addresses of a user. */
export const REMEMBERED_MS = 90 * 24 * 3_600_000;
const FAILURES_MS = 3_600_000;

interface NewValueOptions {
  readonly known: Memory;
  readonly failures: Memory;
  readonly countryOf: CountryOf;
}

/**
 * A value that was not seen before. The first value of all, or of that user, is not new: there is nothing to compare it with. With `after_failures`, a match
 * that failed counts as a failure and makes no value known, so that whoever guesses from somewhere is not known there.
 */
export function newValueWatch(
  { of, per, after_failures: failuresMin }: ConditionOf<"new_value">,
  { known, failures, countryOf }: NewValueOptions,
): Watch {
  const subjectOf = ({ event }: Seen) => (per === "user" ? groupOf(event, "user") : "");
  const failed = (user: string, at: number) => {
    const times = [...(failures.get(user) ?? []), at].filter((time) => time > at - FAILURES_MS);
    failures.set(user, at, times.slice(-failuresMin));
  };
  const enoughFailed = (user: string, at: number) =>
    (failures.get(user) ?? []).filter((time) => time > at - FAILURES_MS).length >= failuresMin;
  return {
    take(seen) {
      const { event, organization, sequence, at } = seen;
      const subject = subjectOf(seen);
      const values = comparedBy(event, of, countryOf);
      const [value] = values;
      if (subject === undefined || value === undefined) return undefined;
      const user = groupOf(event, "user");
      if (failuresMin > 0 && event.outcome !== "success") {
        if (user !== undefined) failed(user, at);
        return undefined;
      }
      const keys = values.map((one) => JSON.stringify([subject, one]));
      const any = JSON.stringify([subject]);
      const isKnown = keys.some((key) => known.get(key) !== undefined);
      const isFirst = known.get(any) === undefined;
      for (const key of [...keys, any]) known.set(key, at, [at]);
      if (isKnown || isFirst) return undefined;
      if (failuresMin > 0 && (user === undefined || !enoughFailed(user, at))) return undefined;
      return { kind: "new_value", at, value, count: 1, since: at, organization, sequence, event };
    },
    elapse(now) {
      known.forget(now - REMEMBERED_MS);
      failures.forget(now - FAILURES_MS);
      return [];
    },
  };
}
