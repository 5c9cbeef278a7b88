import type { LoggedEvent } from "../../api/events.ts";

/** A row that came a moment ago slides in; one that is drawn again by scrolling does not. */
const ARRIVES_FOR_MS = 1_500;

export function arrivedNow({ arrived }: LoggedEvent): boolean {
  return arrived !== undefined && Date.now() - arrived < ARRIVES_FOR_MS;
}
