import { TZDate } from "@date-fns/tz";
import { WEEKDAYS } from "@daybook/sdk/filters";
import type { Fired, Memory, Watch } from "../contract.ts";
import type { ConditionOf } from "../definition.ts";

export const WEEK_MS = 7 * 24 * 3_600_000;
const KEY = "next";

interface ReportOptions {
  readonly memory: Memory;
  readonly organization: string;
  /** The report of the first such hour after this is the first. */
  readonly since: number;
  /** The organization's; undefined for UTC. */
  readonly timeZone: string | undefined;
}

/** Once a week, whatever matched. What was due while no server ran is sent once, not a week at a time. */
export function reportWatch(
  condition: ConditionOf<"report">,
  { memory, organization, since, timeZone }: ReportOptions,
): Watch {
  const next = (after: number) => nextReport(condition, timeZone ?? "UTC", after);
  return {
    take: () => undefined,
    elapse(now): Fired[] {
      const [due = next(since)] = memory.get(KEY) ?? [];
      if (now < due) {
        memory.set(KEY, due, [due]);
        return [];
      }
      let at = due;
      for (let following = next(at); following <= now; following = next(at)) at = following;
      memory.set(KEY, at, [next(at)]);
      const range = { since: at - WEEK_MS, organization, sequence: -1 };
      return [{ kind: "report", at, value: undefined, count: 0, event: undefined, ...range }];
    },
  };
}

/** The first such hour of such a weekday after this time. */
export function nextReport({ weekday, hour }: ConditionOf<"report">, timeZone: string, after: number): number {
  const local = new TZDate(after, timeZone);
  local.setHours(hour, 0, 0, 0);
  // A Date's week begins on Sunday.
  const today = (local.getDay() + 6) % 7;
  const days = (WEEKDAYS.indexOf(weekday) - today + 7) % 7;
  local.setDate(local.getDate() + days);
  if (local.getTime() <= after) local.setDate(local.getDate() + 7);
  return local.getTime();
}
