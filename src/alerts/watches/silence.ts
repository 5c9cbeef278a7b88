import type { Fired, Memory, Watch } from "../contract.ts";
import type { ConditionOf } from "../definition.ts";
import { groupOf } from "../groupings.ts";

interface SilenceOptions {
  readonly memory: Memory;
  /** Whose alert it is: what never spoke is of no other. */
  readonly organization: string;
  /** From when on nothing at all is silence, too. */
  readonly since: number;
}

/**
 * Nothing has matched for so long. It fires once, and again only after something has matched. Where matches are told apart, only a value that was seen can
 * fall silent; otherwise also an alert for which nothing ever matched.
 */
export function silenceWatch(
  { minutes, by, source }: ConditionOf<"silence">,
  { memory, organization: own, since }: SilenceOptions,
): Watch {
  const silenceMs = minutes * 60_000;
  const begun = "begun";
  const keyOf = (value: string, organization: string) => JSON.stringify([value, organization]);
  if (by === undefined && memory.get(begun) === undefined) {
    memory.set(begun, Number.MAX_SAFE_INTEGER, []);
    memory.set(keyOf("", own), since, [-1]);
  }
  // At most the truth: what is due is looked up only then.
  let dueAt = 0;
  return {
    take({ event, organization, sequence, at }) {
      if (source === "api_key" && event.source.type !== "api_key") return undefined;
      const value = groupOf(event, by);
      if (value === undefined) return undefined;
      memory.set(keyOf(value, by === undefined ? own : organization), at, [sequence]);
      dueAt = Math.min(dueAt, at + silenceMs);
      return undefined;
    },
    elapse(now) {
      const fired: Fired[] = [];
      while (now >= dueAt) {
        const silent = memory.oldest();
        dueAt = silent === undefined ? Number.POSITIVE_INFINITY : silent.at + silenceMs;
        if (silent === undefined || now < dueAt) break;
        memory.delete(silent.key);
        if (dueAt < since) {
          // It was silent before anybody asked: without groups it has from then on as long.
          if (by === undefined) memory.set(silent.key, since, silent.numbers);
          dueAt = 0;
          continue;
        }
        const [value = "", organization = own] = JSON.parse(silent.key) as string[];
        const [sequence = -1] = silent.numbers;
        fired.push({
          kind: "silence",
          at: dueAt,
          value: by === undefined ? undefined : value,
          count: 0,
          since: silent.at,
          organization,
          sequence,
          event: undefined,
        });
      }
      return fired;
    },
  };
}
