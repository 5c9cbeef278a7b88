import type { Memory, Watch } from "../contract.ts";
import type { ConditionOf } from "../definition.ts";
import { groupOf } from "../groupings.ts";

/**
 * So many matches within a window. Then this value is left alone for as long as the window is, so that what goes on fires once a window and not with every
 * event. Keeps the times of the matches in the window: at most `count` of them.
 */
export function thresholdWatch({ count, minutes, by }: ConditionOf<"threshold">, memory: Memory): Watch {
  const windowMs = minutes * 60_000;
  return {
    take({ event, organization, sequence, at }) {
      const value = groupOf(event, by);
      if (value === undefined) return undefined;
      const [quietUntil = 0, ...before] = memory.get(value) ?? [];
      if (at < quietUntil) return undefined;
      const times = [...before.filter((time) => time > at - windowMs), at];
      const [since = at] = times;
      if (times.length < count) {
        memory.set(value, at, [0, ...times]);
        return undefined;
      }
      memory.set(value, at, [at + windowMs]);
      const of = by === undefined ? undefined : value;
      return { kind: "threshold", at, value: of, count, since, organization, sequence, event };
    },
    elapse(now) {
      memory.forget(now - windowMs);
      return [];
    },
  };
}
