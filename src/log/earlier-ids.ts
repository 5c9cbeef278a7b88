import type { EarlierId } from "./contract.ts";
import type { Segment } from "./segment.ts";
import { uuidText } from "./uuid.ts";

/** The ids that a log had before its present one, oldest first: each segment says under which it was begun. */
export function earlierIds(segments: readonly Segment[]): EarlierId[] {
  const earlier: EarlierId[] = [];
  for (const [at, { header }] of segments.entries()) {
    const next = segments[at + 1]?.header;
    if (next !== undefined && !next.logId.equals(header.logId))
      earlier.push({ id: uuidText(header.logId), entries: next.firstPosition });
  }
  return earlier;
}
