import { addDays, type Day } from "./day.ts";

interface Period {
  readonly name: string;
  readonly start: Day;
  readonly end: Day;
}

/** Whole periods that are over, and the month that is not. */
export function periods(today: Day): Period[] {
  const [year = 0, month = 0] = today.split("-").map(Number);
  /** The first day of a month, however far it is counted. */
  const first = (index: number) => new Date(Date.UTC(year, index, 1)).toISOString().slice(0, 10);
  const quarter = Math.floor((month - 1) / 3) * 3;
  const until = (index: number) => addDays(first(index), -1);
  return [
    { name: "This month", start: first(month - 1), end: today },
    { name: "Last month", start: first(month - 2), end: until(month - 1) },
    { name: "Last quarter", start: first(quarter - 3), end: until(quarter) },
    { name: "Last year", start: first(-12), end: until(0) },
  ];
}
