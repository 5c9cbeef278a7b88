import { FILTER_VALUE_LENGTH_MAX } from "@daybook/sdk/filters";
import type { GroupKey, Query } from "../query/index.ts";
import { readableAddress } from "./addresses.ts";
import type { Group, GroupOptions, Groups } from "./contract.ts";
import type { EventTable } from "./table.ts";
import { matching, type Where } from "./where.ts";

/** What events are grouped by, over events that are counted by it and by their actor first. */
interface Grouping {
  /** Columns of events, by which they are counted. */
  readonly keys: readonly string[];
  /** True of the events that have it. */
  readonly has?: string;
  /** Over these keys, the actor `a` and what is joined. */
  readonly value: string;
  readonly type?: string;
  /** Whether an event names it: its newest one that does says how it is called. */
  readonly named?: string;
  readonly join?: (table: EventTable, where: Where) => string;
}

const ADDRESS = "assumeNotNull(ip)";
/** An IPv4 address is its IPv4-mapped IPv6 address, so its /24 is a /120. */
const PREFIX = `if(${ADDRESS} BETWEEN toIPv6('::ffff:0.0.0.0') AND toIPv6('::ffff:255.255.255.255'), 120, 64)`;
/** The e-mail that a sign-in was tried with where it is of no account, as Daybook records it; see leaf-texts.ts. */
const TRIED_EMAIL = "arrayFirst(leaf -> startsWith(leaf, '5:email'), metadata) AS email";

const GROUPINGS: Readonly<Record<GroupKey, Grouping>> = {
  ip: { keys: [`${ADDRESS} AS address`, TRIED_EMAIL], has: "isNotNull(ip)", value: readableAddress("address") },
  network: {
    keys: [`IPv6CIDRToRange(${ADDRESS}, ${PREFIX}).1 AS address`, TRIED_EMAIL],
    has: "isNotNull(ip)",
    value: `concat(${readableAddress("address")} AS base, if(position(base, ':') > 0, '/64', '/24'))`,
  },
  actor_id: { keys: ["'' AS email"], value: "a.id", named: "notEmpty(a.others)" },
  role: { keys: ["'' AS email", "role"], value: "role" },
  resource: {
    keys: ["'' AS email", "resource", "resource_types[1] AS resource_type"],
    value: "r.resource_id",
    type: "resource_type",
    named: "r.named",
    // Of the organization's resources, which can be as many as events, only those that match.
    join: (table, where) => `ANY LEFT JOIN (SELECT number, id AS resource_id, notEmpty(others) AS named
      FROM {resources:Identifier} WHERE tenant_id = {tenant:String} AND place = 0
      AND number IN (${table.select("resource", where).sql})) AS r ON e.resource = r.number`,
  },
};

const AT = "toUnixTimestamp64Milli(timestamp)";
const COUNTS = `count() AS events, min(${AT}) AS oldest, max((${AT}, sequence, position)) AS newest`;
const ACTORS =
  "SELECT number, id, others FROM {actors:Identifier} WHERE tenant_id = {tenant:String} AND part = 'actor'";
/** Each actor once: by the id, or by what else is known of one without. Empty where nothing is. */
const WHO =
  "multiIf(a.id != '', concat('i', a.id), notEmpty(a.others), concat('s', arrayStringConcat(a.others, '\\n')), lowerUTF8(e.email))";

type Row = [value: string, type: string, count: number, first: number, last: number, actors: number, at: Tuple];
type Tuple = [timestamp: number, sequence: number, position: number];

/** The matches by what they have in common, most frequent first, ties by value. Those that do not have it are in no group. */
export async function readGroups(table: EventTable, query: Query, { by, limit }: GroupOptions): Promise<Groups> {
  const { keys, has, value, type = "''", named = "0", join } = GROUPINGS[by];
  const where = matching(query, has === undefined ? {} : { also: () => has });
  const names = ["actor", ...keys.map((key) => key.replace(/^.* AS /, ""))];
  const events = table.select(`actor, ${keys.join(", ")}, ${COUNTS}`, where, `GROUP BY ${names.join(", ")}`).sql;
  const groups = `SELECT ${value} AS value, ${type} AS type, sum(e.events) AS count, min(e.oldest) AS first, max(e.newest).1 AS last,
    uniqExactIf(${WHO} AS who, who != '') AS actors, argMax(e.newest, (${named}, e.newest)) AS at
    FROM (${events}) AS e ANY LEFT JOIN (${ACTORS}) AS a ON e.actor = a.number ${join?.(table, where) ?? ""} GROUP BY value, type`;
  const taken = `value != '' AND lengthUTF8(value) <= ${FILTER_VALUE_LENGTH_MAX}`;
  const rows = await table.rows<Row>({
    sql: `SELECT value, type, count, first, last, actors, at FROM (${groups}) WHERE ${taken} ORDER BY count DESC, value, type LIMIT ${limit + 1}`,
    where,
  });
  return { groups: rows.slice(0, limit).map(groupOf), more: rows.length > limit };
}

function groupOf([value, type, count, first, last, actors, [timestamp, sequence, position]]: Row): Group {
  const place = { timestamp, sequence, position };
  return { value, ...(type === "" ? {} : { type }), count, first, last, actors, place };
}
