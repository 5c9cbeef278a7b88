import type { DamagedEntry, LogEntry } from "./contract.ts";

/**
 * For readers that cannot go on without every entry.
 * @throws LogCorruption of the first one that is damaged.
 */
export function requireSound(entries: readonly (LogEntry | DamagedEntry)[]): LogEntry[] {
  return entries.map((entry) => {
    if ("damage" in entry) throw entry.damage;
    return entry;
  });
}
