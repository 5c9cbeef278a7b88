import type { Total } from "../api/events.ts";

const number = new Intl.NumberFormat("en-US");

export function countNumber(value: number): string {
  return number.format(value);
}

/** "12,408 events", or "10,000+ events" where counting stopped. */
export function countText({ value, relation }: Total): string {
  if (relation === "gte") return `${number.format(value)}+ events`;
  return value === 1 ? "1 event" : `${number.format(value)} events`;
}

/** For who cannot see a `CountMark`. */
export function countWords(count: number | undefined): string | undefined {
  if (count === undefined) return undefined;
  return count === 1 ? "1 event" : `${countNumber(count)} events`;
}
