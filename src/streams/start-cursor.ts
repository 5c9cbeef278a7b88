import { BACKFILL } from "@daybook/sdk";
import { decodeEntry } from "../event/index.ts";
import type { LogReader } from "../log/index.ts";
import type { TreeReader } from "../tree/index.ts";
import type { Cursor } from "./cursor.ts";
import type { Start } from "./definition.ts";

const HOUR_MS = 3_600_000;

interface PlaceSources {
  readonly log: LogReader;
  readonly tree: Pick<TreeReader, "logPosition" | "size">;
}

/**
 * Where a stream begins that is created or replayed.
 *
 * @param organization undefined counts positions of the log. @throws DaybookError `tree_unavailable` while the tree is being read from the log again.
 */
export async function cursorAt(
  sources: PlaceSources,
  organization: string | undefined,
  start: Start,
  delivered = 0,
): Promise<Cursor> {
  const { log } = sources;
  const count = organization === undefined ? log.end : log.size(organization);
  const place =
    start === "now"
      ? { position: log.end, next: count }
      : await placeOf(sources, organization, start === "beginning" ? { sequence: 0 } : start, count);
  return {
    log_id: log.id,
    ...place,
    planned_end: null,
    delivered,
    last_delivered_at: null,
    disabled: null,
  };
}

/**
 * The cursor in the log as it is now. After a restore from a backup, entries that a receiver got from the lost log are not in this one. The entries
 * that were recorded in their place are delivered.
 */
export function translated(
  cursor: Cursor,
  { log }: Pick<PlaceSources, "log">,
  organization: string | undefined,
): Cursor {
  const earlier = log.earlier.find(({ id }) => id === cursor.log_id);
  const known = cursor.log_id === log.id ? log.end : (earlier?.entries ?? 0);
  if (cursor.log_id === log.id && cursor.position <= known) return cursor;
  const position = Math.min(cursor.position, known);
  const size = organization === undefined ? log.end : log.size(organization);
  const next = known === 0 ? 0 : Math.min(cursor.next, size);
  return { ...cursor, log_id: log.id, position, next, planned_end: null };
}

/** Entries that no checkpoint covers yet have no known position. Then it begins a little earlier and repeats some events. */
async function placeOf(
  { log, tree }: PlaceSources,
  organization: string | undefined,
  from: { readonly sequence: number } | { readonly time: string },
  count: number,
): Promise<{ position: number; next: number }> {
  const covered = organization === undefined ? log.end : tree.size(organization);
  const positionOf = (next: number) => {
    if (next >= count) return log.end;
    if (organization === undefined) return next;
    if (next < covered) return tree.logPosition(organization, next);
    return covered === 0 ? 0 : tree.logPosition(organization, covered - 1) + 1;
  };
  const wanted =
    "sequence" in from
      ? from.sequence
      : await firstAt(covered, Date.parse(from.time), (next) => log.entry(positionOf(next)));
  const next = Math.min(wanted, count);
  const known = organization !== undefined && next < count ? Math.min(next, covered) : next;
  return { position: positionOf(next), next: known };
}

/** What to know about the events that a stream of this type begins with. */
export async function warningsOf(type: string, { position }: Cursor, log: LogReader): Promise<string[]> {
  const backfill = BACKFILL[type];
  if (backfill === undefined || position >= log.end) return [];
  const { header, body } = await log.entry(position);
  const ageMs = Date.now() - Date.parse(decodeEntry(header, body).recorded_at);
  return ageMs > backfill.hours * HOUR_MS ? [backfill.warning] : [];
}

/** The first of so many entries that was recorded at that time or later. Recorded times never decrease, so it can search by halves. */
async function firstAt(
  entries: number,
  time: number,
  entry: (index: number) => ReturnType<LogReader["entry"]>,
): Promise<number> {
  let low = 0;
  let high = entries;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { header, body } = await entry(middle);
    if (Date.parse(decodeEntry(header, body).recorded_at) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
