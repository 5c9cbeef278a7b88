import type { Query } from "../query/index.ts";
import type { Stretch } from "./contract.ts";
import type { EventTable } from "./table.ts";
import { matching } from "./where.ts";

/** Numbers a statement answers with, at most: some 700 KB of text. The table is in order of time, so each statement sorts what is left of the matches. */
const CHUNK = 100_000;

export async function readStretch(table: EventTable, query: Query): Promise<Stretch | undefined> {
  const selection = "count(), min(sequence), max(sequence)";
  const [row] = await table.rows<[number, number, number]>(table.select(selection, matching(query)));
  const [count, first, last] = row ?? [0, 0, 0];
  return count === 0 ? undefined : { first, last };
}

/** The sequences of every match, ascending. */
export async function* readSequences(
  table: EventTable,
  query: Query,
  signal: AbortSignal,
): AsyncGenerator<readonly number[]> {
  for (let above = -1; ; ) {
    const where = matching(query, { above });
    const rows = await table.rows<[number]>(table.select("sequence", where, `ORDER BY sequence LIMIT ${CHUNK}`));
    signal.throwIfAborted();
    const sequences = rows.map(([sequence]) => sequence);
    if (sequences.length > 0) yield sequences;
    if (sequences.length < CHUNK) return;
    above = sequences.at(-1) ?? above;
  }
}
