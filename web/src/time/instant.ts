/** Times as the console shows them. One zone for every screen; everything that turns an instant into text or a day takes it from here. */

export const ZONE = "UTC";

/** `YYYY-MM-DD HH:MM:SS` of an RFC 3339 instant in UTC, as the API returns it. */
export function formatInstant(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}`;
}

/** The same to the millisecond. */
export function formatInstantExact(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 23)} ${ZONE}`;
}
