import { WEEKDAYS, type Weekday } from "@daybook/sdk/filters";
import { addDays, type Day } from "../time/day.ts";
import { WEEKDAY_NAMES } from "../time/weekdays.ts";

/** When a weekly review is due, and whether it is late. */
export interface Due {
  /** By the end of this day. */
  readonly day: Day;
  readonly state: "overdue" | "today" | "later";
}

const DAYS_OF_WEEK = 7;

/** The first such weekday on or after a day. */
function dueAfter(weekday: Weekday, day: Day): Day {
  const index = (new Date(`${day}T00:00:00Z`).getUTCDay() + DAYS_OF_WEEK - 1) % DAYS_OF_WEEK;
  return addDays(day, (WEEKDAYS.indexOf(weekday) - index + DAYS_OF_WEEK) % DAYS_OF_WEEK);
}

/**
 * When the next weekly review is due: a week after the due day that the last one counts for, which is its own day or follows it. Where nobody ever
 * reviewed, on the latest due day.
 * @param reviewed the day of the last review, in the same zone as `today`; undefined for none.
 */
export function nextDue(weekday: Weekday, reviewed: Day | undefined, today: Day): Due {
  const day =
    reviewed === undefined
      ? dueAfter(weekday, addDays(today, 1 - DAYS_OF_WEEK))
      : addDays(dueAfter(weekday, reviewed), DAYS_OF_WEEK);
  if (day === today) return { day, state: "today" };
  return { day, state: day < today ? "overdue" : "later" };
}

/** "Weekly, due Monday"; with the day where it is late. */
export function dueText(weekday: Weekday, { day, state }: Due): string {
  const name = WEEKDAY_NAMES[weekday];
  if (state === "overdue") return `Weekly, overdue since ${name} ${day}`;
  return state === "today" ? `Weekly, due today (${name})` : `Weekly, due ${name} ${day}`;
}
