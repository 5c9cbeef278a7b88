import type { FacetField, Keyset, Query, Selection, Sighting } from "./contract.ts";
import { addressRange } from "./ip.ts";
import { SEARCHED_TEXT } from "./schema.ts";
import type { Tenant } from "./tenant.ts";

export type Parameters = Readonly<Record<string, string | number | readonly (string | number)[]>>;

declare const scoped: unique symbol;

/**
 * A condition that holds an organization's own events only, with its values bound. Statements over events take nothing else, and
 * only this file makes one.
 */
export interface Where {
  readonly sql: string;
  readonly parameters: Parameters;
  readonly [scoped]: true;
}

/**
 * @param options.without leaves this field's own filter out. @param options.after only what comes after it, newest first.
 * @param options.id only the event of this id. @param options.above only greater sequences. @param options.sightings only events of these actors and addresses; what the
 *   selection asks of each is bound too.
 */
export function matching(
  query: Query,
  options: {
    without?: FacetField;
    after?: Keyset | undefined;
    id?: string;
    above?: number;
    sightings?: readonly Sighting[];
  } = {},
): Where {
  const terms = Terms.of(query.tenant);
  terms.add("timestamp >= fromUnixTimestamp64Milli({start:Int64}, 'UTC')", { start: query.start });
  if (query.end !== undefined) {
    terms.add("timestamp < fromUnixTimestamp64Milli({end:Int64}, 'UTC')", { end: query.end });
  }
  terms.add(`${query.asOf.by} <= {as_of:Int64}`, { as_of: query.asOf.value });
  if (query.since) terms.add(`${query.since.by} > {since:Int64}`, { since: query.since.value });
  if (query.within) addSelection(terms.named("within_"), query.within);
  addSelection(terms, query, options.without);
  terms.equal("id", options.id);
  if (options.sightings) addSightings(terms, options.sightings);
  if (options.above !== undefined) terms.add("sequence > {above:Int64}", { above: options.above });
  if (options.after) addKeyset(terms, options.after);
  return terms.where();
}

function addSelection(terms: Terms, selection: Selection, without?: FacetField): void {
  const { not } = selection;
  const filter = (field: FacetField, add: () => void) => {
    if (field !== without) add();
  };
  filter("action", () => addActions(terms, selection.actions));
  filter("resource_type", () => {
    addResourceType(terms, selection.resourceType);
    addResourceTypesOut(terms, not.resourceTypes);
  });
  filter("actor_id", () => {
    terms.equal("actor_id", selection.actorId);
    terms.noneOf("actor_id", not.actorIds);
  });
  filter("role", () => {
    terms.equal("actor_role", selection.role);
    terms.noneOf("actor_role", not.roles);
  });
  filter("ip", () => {
    addAddress(terms, selection.ip);
    addAddressesOut(terms, not.ips);
  });
  filter("outcome", () => {
    if (selection.outcomes.length > 0) {
      terms.add("outcome IN {outcomes:Array(String)}", { outcomes: selection.outcomes });
    }
    terms.noneOf("outcome", not.outcomes);
  });
  terms.noneOf("resource_id", not.resourceIds);
  terms.noneOf("request_id", not.requestIds);
  terms.noneOf("session_id", not.sessionIds);
  terms.equal("resource_id", selection.resourceId);
  terms.equal("request_id", selection.requestId);
  terms.equal("session_id", selection.sessionId);
  addText(terms, selection.q);
}

/** Columns whose filters compare whole values, as they are. */
type ExactColumn = "actor_id" | "actor_role" | "resource_id" | "request_id" | "session_id";

/** The terms of one condition, and the values they bind. */
class Terms {
  private readonly terms: string[];
  private readonly parameters: Record<string, Parameters[string]>;
  private readonly prefix: string;

  private constructor(terms: string[], parameters: Terms["parameters"], prefix: string) {
    this.terms = terms;
    this.parameters = parameters;
    this.prefix = prefix;
  }

  static of(tenant: Tenant): Terms {
    const terms = new Terms([], {}, "");
    terms.add("tenant_id = {tenant:String}", { tenant });
    return terms;
  }

  /** The same condition, but values bound through it have names of their own. */
  named(prefix: string): Terms {
    return new Terms(this.terms, this.parameters, prefix);
  }

  /** @param term SQL of this file's own; a value stands in it as `{name:Type}`. */
  add(term: string, parameters: Parameters): void {
    this.terms.push(term.replaceAll(/\{(?=\w+:)/g, `{${this.prefix}`));
    for (const [name, value] of Object.entries(parameters)) this.parameters[this.prefix + name] = value;
  }

  equal(column: "id" | ExactColumn, value: string | undefined): void {
    if (value !== undefined) this.add(`${column} = {${column}:String}`, { [column]: value });
  }

  /** What has no value at all is none of them, which SQL would leave open. */
  noneOf(column: "outcome" | ExactColumn, values: readonly string[]): void {
    if (values.length === 0) return;
    const name = `not_${column}`;
    this.add(`(isNull(${column}) OR ${column} NOT IN {${name}:Array(String)})`, { [name]: values });
  }

  where(): Where {
    return { sql: this.terms.join(" AND "), parameters: this.parameters } as Where;
  }
}

function addActions(terms: Terms, actions: Query["actions"]): void {
  const { exact, prefixes } = split(actions.include);
  if (actions.include.length > 0) {
    terms.add(
      "(action IN {actions:Array(String)} OR arrayExists(p -> startsWith(action, p), {action_prefixes:Array(String)}))",
      { actions: exact, action_prefixes: prefixes },
    );
  }
  const not = split(actions.exclude);
  if (not.exact.length > 0) terms.add("action NOT IN {not_actions:Array(String)}", { not_actions: not.exact });
  if (not.prefixes.length > 0) {
    terms.add("NOT arrayExists(p -> startsWith(action, p), {not_action_prefixes:Array(String)})", {
      not_action_prefixes: not.prefixes,
    });
  }
}

/** `api_key.*` is the prefix `api_key.`. */
function split(actions: readonly string[]): { exact: string[]; prefixes: string[] } {
  const exact = actions.filter((action) => !action.endsWith(".*"));
  const prefixes = actions.filter((action) => action.endsWith(".*")).map((action) => action.slice(0, -1));
  return { exact, prefixes };
}

function addResourceType(terms: Terms, type: string | undefined): void {
  if (type === undefined) return;
  terms.add("startsWith(caseFoldUTF8(resource_type), caseFoldUTF8({resource_type:String}))", { resource_type: type });
}

/** Whole types: a beginning would also hide types that nobody has looked at. */
function addResourceTypesOut(terms: Terms, types: readonly string[]): void {
  if (types.length === 0) return;
  terms.add("NOT has(arrayMap(t -> caseFoldUTF8(t), {not_resource_type:Array(String)}), caseFoldUTF8(resource_type))", {
    not_resource_type: types,
  });
}

function addAddressesOut(terms: Terms, ips: readonly string[]): void {
  if (ips.length === 0) return;
  const ranges = ips.map(addressRange);
  terms.add(
    "(isNull(ip_address) OR NOT arrayExists((first, last) -> assumeNotNull(ip_address) BETWEEN first AND last, {not_ip_first:Array(IPv6)}, {not_ip_last:Array(IPv6)}))",
    { not_ip_first: ranges.map(({ first }) => first), not_ip_last: ranges.map(({ last }) => last) },
  );
}

function addAddress(terms: Terms, ip: string | undefined): void {
  if (ip === undefined) return;
  const { first, last } = addressRange(ip);
  terms.add("ip_address BETWEEN toIPv6({ip_first:String}) AND toIPv6({ip_last:String})", {
    ip_first: first,
    ip_last: last,
  });
}

function addText(terms: Terms, q: string | undefined): void {
  if (q === undefined) return;
  // LIKE is what the text index answers; its three special characters are taken for themselves.
  const pattern = `%${q.replace(/[\\%_]/g, "\\$&")}%`;
  terms.add(`${SEARCHED_TEXT} LIKE caseFoldUTF8({pattern:String})`, { pattern });
  if (q.includes("\n")) {
    // The line end between description and resource id is ours: a needle with one must not match across it.
    terms.add(
      "(position(caseFoldUTF8(ifNull(description, '')), caseFoldUTF8({needle:String})) > 0 OR position(caseFoldUTF8(ifNull(resource_id, '')), caseFoldUTF8({needle:String})) > 0)",
      { needle: q },
    );
  }
}

/** Who was seen where; an address holds no space. */
export const SIGHTING_PAIR = "concat(assumeNotNull(ip), ' ', assumeNotNull(actor_id))";

export function pairOf({ ip, actorId }: Sighting): string {
  return `${ip} ${actorId}`;
}

function addSightings(terms: Terms, sightings: readonly Sighting[]): void {
  // The first two are cheap, and leave few rows for the third.
  terms.add(
    `actor_id IN {actors:Array(String)} AND ip IN {addresses:Array(String)} AND ${SIGHTING_PAIR} IN {pairs:Array(String)}`,
    {
      actors: sightings.map(({ actorId }) => actorId),
      addresses: sightings.map(({ ip }) => ip),
      pairs: sightings.map(pairOf),
      times: sightings.map(({ timestamp }) => timestamp),
      sequences: sightings.map(({ sequence }) => sequence),
    },
  );
}

function addKeyset(terms: Terms, after: Keyset): void {
  // The first half is what the primary key answers.
  terms.add(
    "timestamp <= fromUnixTimestamp64Milli({after:Int64}, 'UTC') AND (timestamp < fromUnixTimestamp64Milli({after:Int64}, 'UTC') OR sequence < {after_sequence:UInt64})",
    { after: after.timestamp, after_sequence: after.sequence },
  );
}
