import { FACET_VALUES_MAX, type FacetField, type Facets, type Query } from "./contract.ts";
import type { EventTable } from "./table.ts";
import { matching } from "./where.ts";

const COLUMN: Record<FacetField, string> = {
  action: "action",
  resource_type: "resource_type",
  actor_id: "actor_id",
  role: "actor_role",
  ip: "ip",
  outcome: "outcome",
};

export async function readFacets(table: EventTable, query: Query, field: FacetField): Promise<Facets> {
  const column = COLUMN[field];
  const rows = await table.rows<[string, number]>(
    table.select(
      `${column}, count()`,
      matching(query, { without: field }),
      `AND isNotNull(${column}) GROUP BY ${column} ORDER BY count() DESC, ${column} LIMIT ${FACET_VALUES_MAX + 1}`,
    ),
  );
  const values = rows.slice(0, FACET_VALUES_MAX).map(([value, count]) => ({ value, count }));
  return { values, more: rows.length > FACET_VALUES_MAX };
}
