import type { FacetField } from "@daybook/sdk/filters";
import type { Query, Tenant } from "../query/index.ts";
import { type Bind, conditionSql } from "./conditions.ts";
import type { Keyset } from "./contract.ts";

export type Parameters = Readonly<Record<string, string | number | readonly (string | number)[]>>;

declare const scoped: unique symbol;

/**
 * A condition that holds an organization's own events only, with its values bound. Statements over events take nothing else, and
 * only this file makes one.
 */
export interface Where {
  readonly sql: string;
  readonly parameters: Parameters;
  /** Whose events. */
  readonly tenant: Tenant;
  /** Cancels the statement. */
  readonly signal: AbortSignal | undefined;
  readonly [scoped]: true;
}

interface MatchingOptions {
  /** Leaves this field's own filters out. */
  readonly without?: FacetField;
  /** Only what comes after it in the query's order. */
  readonly after?: Keyset | undefined;
  /** Only greater sequences. */
  readonly above?: number;
  /** A further condition; its values are bound by the function that it gets. */
  readonly also?: (bind: Bind) => string;
}

export function matching(query: Query, { without, after, above, also }: MatchingOptions = {}): Where {
  const terms = new Terms(query.tenant, query.signal);
  const { bind } = terms;
  terms.add("timestamp >= fromUnixTimestamp64Milli({start:Int64}, 'UTC')", { start: query.start });
  if (query.end !== undefined) {
    terms.add("timestamp < fromUnixTimestamp64Milli({end:Int64}, 'UTC')", { end: query.end });
  }
  terms.add(`${query.asOf.by} <= {as_of:Int64}`, { as_of: query.asOf.value });
  if (query.since) terms.add(`${query.since.by} > {since:Int64}`, { since: query.since.value });
  for (const condition of query.within ?? []) terms.add(conditionSql(condition, bind));
  for (const condition of query.selection) if (condition.filter !== without) terms.add(conditionSql(condition, bind));
  if (also) terms.add(also(bind));
  if (above !== undefined) terms.add("sequence > {above:Int64}", { above });
  if (after) addKeyset(terms, after, query.order);
  return terms.where();
}

/** The same condition, with values for what else its statement names. */
export function withParameters(where: Where, parameters: Parameters): Where {
  return { ...where, parameters: { ...where.parameters, ...parameters } };
}

/** The terms of one condition, and the values they bind. */
class Terms {
  private readonly terms: string[] = [];
  private readonly parameters: Record<string, Parameters[string]> = {};
  private bound = 0;

  private readonly tenant: Tenant;
  private readonly signal: AbortSignal | undefined;

  constructor(tenant: Tenant, signal: AbortSignal | undefined) {
    this.tenant = tenant;
    this.signal = signal;
    this.add("tenant_id = {tenant:String}", { tenant });
  }

  /** Gives a value a name of its own, as it is in SQL. */
  readonly bind: Bind = (type, value) => {
    const name = `value_${this.bound++}`;
    this.parameters[name] = value;
    return `{${name}:${type}}`;
  };

  /** @param term SQL of our own; a value is in it as `{name:Type}`. */
  add(term: string, parameters: Parameters = {}): void {
    this.terms.push(term);
    Object.assign(this.parameters, parameters);
  }

  where(): Where {
    const { tenant, parameters, signal } = this;
    return { sql: this.terms.join(" AND "), parameters, tenant, signal } as Where;
  }
}

function addKeyset(terms: Terms, after: Keyset, order: Query["order"]): void {
  const beyond = order === "asc" ? ">" : "<";
  const at = "fromUnixTimestamp64Milli({after:Int64}, 'UTC')";
  // The first half is what the primary key answers.
  terms.add(
    `timestamp ${beyond}= ${at} AND (timestamp ${beyond} ${at} OR sequence ${beyond} {after_sequence:UInt64})`,
    { after: after.timestamp, after_sequence: after.sequence },
  );
}
