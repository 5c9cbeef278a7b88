/**
 * `YYYY-MM-DD HH:MM:SS.sss UTC` of an RFC 3339 instant in UTC, as the API returns it. What is not an audit log is shown in UTC; the
 * logs have a zone that one chooses: see audit-logs/zone.tsx.
 */
export function formatInstantExact(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 23)} UTC`;
}
