import { addDays, type Day } from "../../time/day.ts";
import { periods } from "../../time/periods.ts";

interface PastRange {
  readonly name: string;
  readonly start: Day;
  readonly end: Day;
}

/** Whole days, weeks and months that are over. Weeks begin on Monday. */
export function pastRanges(today: Day): readonly PastRange[] {
  const yesterday = addDays(today, -1);
  const monday = addDays(today, -((new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7));
  return [
    { name: "Yesterday", start: yesterday, end: yesterday },
    { name: "Last week", start: addDays(monday, -7), end: addDays(monday, -1) },
    ...periods(today).filter(({ name }) => name !== "This month"),
  ];
}
