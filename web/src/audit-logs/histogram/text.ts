import { wallTime } from "../../time/zoned.ts";
import type { Bar } from "./bars.ts";

/** "2026-11-22 10:00 – 12:00" as the clock of the zone shows it; to the second where a bar is shorter than a minute. */
export function spanText({ start, end }: Pick<Bar, "start" | "end">, zone: string): string {
  const length = end - start < 60_000 ? 19 : 16;
  const written = (ms: number) => wallTime(ms, zone).replace("T", " ").slice(0, length);
  const [from, to] = [written(start), written(end)];
  return `${from} – ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`;
}
