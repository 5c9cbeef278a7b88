import { addDays, type Day, isDay, today } from "../time/day.ts";

/** A year of 365 days; `date` is a day that is chosen. */
export const EXPIRY_CHOICES = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "date", label: "On a day you choose" },
  { value: "never", label: "Never" },
] as const;
export const DEFAULT_EXPIRY = "90";

/** The first day that a key can expire on. */
export function firstExpiryDay(now: Date = new Date()): Day {
  return addDays(today(now), 1);
}

/**
 * The instant a key expires, RFC 3339: so many days from now, or the end of a chosen day in UTC.
 * @returns undefined for never, and null for a day that does not exist, or is not ahead.
 */
export function expiryInstant(choice: string, day: Day, now: Date = new Date()): string | undefined | null {
  if (choice === "never") return undefined;
  if (choice !== "date") return new Date(now.getTime() + Number(choice) * 86_400_000).toISOString();
  if (!isDay(day) || day < firstExpiryDay(now)) return null;
  return `${day}T23:59:59.999Z`;
}
