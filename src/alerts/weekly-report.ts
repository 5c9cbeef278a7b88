import type { LogReader } from "../log/index.ts";
import type { SelectionParameters } from "../query/index.ts";
import type { Reader } from "../read/index.ts";
import { resolveQuery } from "../read/index.ts";
import type { Search } from "../search/index.ts";
import { DeliveryError } from "../streams/index.ts";

/** How long a report waits for search before it is tried again later. */
const WAIT_MS = 30_000;
/** Actions and people of a report, at most. */
const LISTED_MAX = 10;

interface Counted {
  readonly value: string;
  readonly count: number;
}

/** The counts of one week. It names nobody, so that it can be sent by e-mail. */
export interface Report {
  readonly events: number;
  readonly failures: number;
  readonly actions: readonly Counted[];
  readonly more_actions: boolean;
  /** By id. */
  readonly people: readonly Counted[];
  readonly more_people: boolean;
  /** Events whose action the organization marks as sensitive. */
  readonly sensitive: number;
  /** Events within a day of that user's first event at that address. */
  readonly new_addresses: number;
  /** The position of the log that the counts belong to: a link to it always shows the same rows. */
  readonly as_of: string;
}

export interface ReportSources {
  readonly log: Pick<LogReader, "end">;
  readonly reader: Pick<Reader, "scope">;
  readonly search: Pick<Search, "flush" | "reached" | "count" | "facets" | "groups">;
}

interface Asked {
  readonly organization: string;
  readonly filter: object;
  /** Milliseconds since the Unix epoch. */
  readonly from: number;
  readonly to: number;
  readonly sensitiveActions: readonly string[];
}

/** Counts the matches of a filter within a time, all at one position of the log. @throws DeliveryError, DaybookError search_unavailable */
export async function reportOn(sources: ReportSources, asked: Asked, signal: AbortSignal): Promise<Report> {
  await searched(sources, signal);
  return counted(sources, asked);
}

/** A report can be due while search is still behind the log. It counts nothing before search has read all of it. */
async function searched({ log, search }: ReportSources, signal: AbortSignal): Promise<void> {
  const patience = AbortSignal.timeout(WAIT_MS);
  try {
    search.flush();
    await search.reached(log.end, AbortSignal.any([signal, patience]));
  } catch (error) {
    if (!patience.aborted) throw error;
    throw new DeliveryError("unavailable", "Search has not read all events yet.", { cause: error });
  }
}

async function counted({ reader, search }: ReportSources, asked: Asked): Promise<Report> {
  // As a reader's fixed filter, because counts of a field's values leave out the filters of that field.
  const scope = await reader.scope({ organization: asked.organization, filter: asked.filter, countsBy: "sequence" });
  const range = { start: new Date(asked.from).toISOString(), end: new Date(asked.to).toISOString() };
  const query = resolveQuery(range, scope);
  const narrowed = (filters: SelectionParameters) => search.count(resolveQuery({ ...filters, ...range }, scope));
  const [events, failures, actions, people, sensitive, newAddresses] = await Promise.all([
    search.count(query),
    narrowed({ outcome: ["failure", "denied"] }),
    search.facets(query, "action"),
    search.groups(query, { by: "actor_id", limit: LISTED_MAX }),
    asked.sensitiveActions.length === 0 ? 0 : narrowed({ action: asked.sensitiveActions }),
    narrowed({ first_seen: "true" }),
  ]);
  return {
    events,
    failures,
    actions: actions.values.slice(0, LISTED_MAX).map(({ value, count }) => ({ value, count })),
    more_actions: actions.more || actions.values.length > LISTED_MAX,
    people: people.groups.map(({ value, count }) => ({ value, count })),
    more_people: people.more,
    sensitive,
    new_addresses: newAddresses,
    as_of: scope.positions.format(query.asOf),
  };
}
