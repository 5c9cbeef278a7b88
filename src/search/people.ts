import { FILTER_VALUE_LENGTH_MAX, fold } from "@daybook/sdk/filters";
import type { Query } from "../query/index.ts";
import { textLike } from "./conditions.ts";
import type { People, PeopleOptions } from "./contract.ts";
import type { EventTable } from "./table.ts";
import { containing } from "./text-pattern.ts";
import { matching, withParameters } from "./where.ts";

/** What a row of actors names, for each field whose values are people or programs. */
const PARTS = { actor_id: "actor", on_behalf_of: "on_behalf_of" } as const;

const NEWEST = "max((toUnixTimestamp64Milli(timestamp), sequence, position))";
/** More than the id is stored of them: a name or an e-mail. */
const NAMED = "notEmpty(others)";
const TAKEN = `id != '' AND lengthUTF8(id) <= ${FILTER_VALUE_LENGTH_MAX}`;

/**
 * Counts each id as a facet does, and says where to find its name: the newest match that gives a name or an e-mail, or else the newest
 * one. Names are not in search, only texts to find them by; what is looked for must be in one that the matches themselves give.
 */
export async function readPeople(
  table: EventTable,
  query: Query,
  { field, find, limit }: PeopleOptions,
): Promise<People> {
  const where = matching(query, { without: field });
  const events = table.select(`actor, count() AS events, ${NEWEST} AS newest`, where, "GROUP BY actor").sql;
  const snapshots = `SELECT number, id, folded_id, others FROM {actors:Identifier} WHERE tenant_id = {tenant:String} AND part = '${PARTS[field]}'`;
  const found = find === undefined ? "" : `HAVING max(${textLike("{find:String}")})`;
  const people = `SELECT id, sum(events) AS count, argMax(newest, (${NAMED}, newest)) AS at
    FROM (${events}) AS e ANY INNER JOIN (${snapshots}) AS a ON e.actor = a.number WHERE ${TAKEN} GROUP BY id ${found}`;
  const rows = await table.rows<[string, number, [number, number, number]]>({
    sql: `SELECT id, count, at FROM (${people}) ORDER BY count DESC, id LIMIT ${limit + 1}`,
    where: find === undefined ? where : withParameters(where, { find: containing(fold(find)) }),
  });
  const values = rows.slice(0, limit).map(([value, count, [timestamp, sequence, position]]) => {
    return { value, count, place: { timestamp, sequence, position } };
  });
  return { values, more: rows.length > limit };
}
