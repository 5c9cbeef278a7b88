import type { DamagedEntry, LogEntry } from "./contract.ts";

/**
 * For readers that cannot go on without every entry.
 * @throws LogCorruption or NoSuchPosition, for the first one that is damaged or not there.
 */
export function requireSound(entries: readonly (LogEntry | DamagedEntry)[]): LogEntry[] {
  return entries.map((entry) => {
    if ("damage" in entry) throw entry.damage;
    return entry;
  });
}
