const DAY_MS = 86_400_000;

/** Turns "so many days ago at 03:12 UTC" into milliseconds since the Unix epoch. */
export type Clock = (daysAgo: number, hour: number, minute: number, second?: number) => number;

export function clockBefore(endMs: number): Clock {
  const midnight = Math.floor(endMs / DAY_MS) * DAY_MS;
  return (daysAgo, hour, minute, second = 0) =>
    midnight - daysAgo * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000;
}
