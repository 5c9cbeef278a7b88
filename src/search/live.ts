import { eventJson } from "../event/codec.ts";
import { type Cell, COLUMNS, readRow } from "./columns.ts";
import type { LiveEvents, LiveOptions, Query } from "./contract.ts";
import { LiveAddresses } from "./live-addresses.ts";
import type { EventTable } from "./table.ts";
import { matching } from "./where.ts";

/** Events a statement is asked for, at most. */
const LIVE_ROWS = 500;

const NONE: ReadonlySet<string> = new Set();

const ALL = COLUMNS.map((column) => column.name).join(", ");

/**
 * New matches in the order they were recorded, as soon as they can be searched: asked of the table itself, so that a filter means
 * here what it means everywhere.
 *
 * @param options.from the first position that is new.
 * @param options.reached resolves with how far the table reaches once that is beyond a position; rejects when the signal aborts.
 * @param options.newAddresses costs a second statement where somebody is seen at an address that the stream has not given before.
 */
export async function* liveEvents(
  table: EventTable,
  query: Query,
  { from, reached, newAddresses }: LiveOptions & { from: number; reached: (beyond: number) => Promise<number> },
): AsyncGenerator<LiveEvents> {
  const addresses = newAddresses ? new LiveAddresses(table, query) : undefined;
  for (let next = from; ; ) {
    const end = await reached(next);
    while (next < end) {
      const part = { ...query, since: next - 1, asOf: end - 1 };
      const cells = await table.rows<Cell[]>(table.select(ALL, matching(part), `ORDER BY position LIMIT ${LIVE_ROWS}`));
      const rows = cells.map(readRow);
      const last = rows.length < LIVE_ROWS ? end - 1 : (rows.at(-1)?.position ?? end - 1);
      const events = rows.map(({ event }) => event);
      yield {
        events: rows.map(({ event, leafHash, position }) => ({ position, json: eventJson(event, leafHash) })),
        newAddresses: addresses === undefined ? NONE : await addresses.among(events, part.asOf),
        through: last,
      };
      next = last + 1;
    }
  }
}
