import { type FacetField, FILTER_VALUE_LENGTH_MAX } from "@daybook/sdk/filters";
import type { Query } from "../query/index.ts";
import { readableAddress } from "./addresses.ts";
import { FACET_VALUES_MAX, type Facets } from "./contract.ts";
import type { EventTable } from "./table.ts";
import { matching } from "./where.ts";

/** How the values of a field are counted: as an expression over events, or as the id in a part of each event's row of actors. */
const COUNTED: Readonly<Record<FacetField, { readonly value: string } | { readonly part: string }>> = {
  action: { value: "action" },
  outcome: { value: "outcome" },
  resource_type: { value: "arrayJoin(resource_types)" },
  actor_id: { part: "actor" },
  actor_type: { value: "actor_type" },
  on_behalf_of: { part: "on_behalf_of" },
  role: { value: "role" },
  ip: { value: `ifNull(${readableAddress("ip")}, '')` },
};

/** A value that the filter would not take, empty or too long, is not offered. */
const TAKEN = `value != '' AND lengthUTF8(value) <= ${FILTER_VALUE_LENGTH_MAX}`;
const ORDER = `ORDER BY count DESC, value LIMIT ${FACET_VALUES_MAX + 1}`;

export async function readFacets(table: EventTable, query: Query, field: FacetField): Promise<Facets> {
  const where = matching(query, { without: field });
  const counted = COUNTED[field];
  const counts =
    "value" in counted
      ? table.select(`${counted.value} AS value, count() AS count`, where, "GROUP BY value").sql
      : countsOfActors(table.select("actor, count() AS events", where, "GROUP BY actor").sql, counted.part);
  const rows = await table.rows<[string, number]>({
    sql: `SELECT value, count FROM (${counts}) WHERE ${TAKEN} ${ORDER}`,
    where,
  });
  const values = rows.slice(0, FACET_VALUES_MAX).map(([value, count]) => ({ value, count }));
  return { values, more: rows.length > FACET_VALUES_MAX };
}

/** Several numbers can stand for one id; one number has one row a part, but for what a crash made twice. */
function countsOfActors(events: string, part: string): string {
  const ids = `SELECT number, id FROM {actors:Identifier} WHERE tenant_id = {tenant:String} AND part = '${part}'`;
  return `SELECT id AS value, sum(events) AS count FROM (${events}) AS e ANY LEFT JOIN (${ids}) AS a ON e.actor = a.number GROUP BY value`;
}
