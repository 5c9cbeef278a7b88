import { formatPosition, parsePosition } from "@daybook/sdk";
import type { LogReader } from "../log/index.ts";
import type { Mark, Query, Tenant } from "../query/index.ts";
import type { Search } from "../search/index.ts";
import type { TreeReader } from "../tree/index.ts";
import type { Positions } from "./resolve.ts";

/**
 * The positions that one reader gives and gets, as text: `<log id>:<number>`. Who reads one organization counts in its sequence, and so learns
 * nothing of how much others record. A key of the platform counts in positions of the log.
 */
export interface PositionScope {
  readonly by: Mark["by"];
  readonly tenant: Tenant;
}

export interface PositionSources {
  readonly log: LogReader;
  readonly search: Pick<Search, "position" | "size">;
  readonly tree: Pick<TreeReader, "logPosition">;
}

export class ReaderPositions implements Positions {
  readonly by: Mark["by"];
  /** The newest that is in the log. */
  readonly recorded: number;
  /** The newest that can be searched. */
  readonly indexed: number;
  private readonly tenant: Tenant;
  private readonly sources: PositionSources;

  /** As of now: how far log and search have come is read here, once, so that an answer says one thing. */
  constructor({ by, tenant }: PositionScope, sources: PositionSources) {
    const { log, search } = sources;
    this.by = by;
    this.tenant = tenant;
    this.sources = sources;
    this.recorded = (by === "sequence" ? log.size(tenant) : log.end) - 1;
    this.indexed = (by === "sequence" ? search.size(tenant) : search.position) - 1;
  }

  mark(value: number): Mark {
    return { by: this.by, value };
  }

  format({ value }: Mark): string {
    return formatPosition({ logId: this.sources.log.id, number: value });
  }

  /** @returns the mark, or what is wrong with the text. @throws DaybookError `tree_unavailable` for one of an earlier log. */
  parse(text: string): Mark | { readonly fault: string } {
    const position = parsePosition(text);
    if (position === undefined)
      return { fault: "must be a position, <log id>:<number>, as `indexed_through` gives it" };
    const { logId, number } = position;
    if (logId !== this.sources.log.id) return this.translate(logId, number);
    return number <= this.recorded ? this.mark(number) : { fault: "is beyond the end of the log" };
  }

  /** What was recorded before a restore kept its place; what came later in the log that was lost, this log cannot know. */
  private translate(logId: string, number: number): Mark | { fault: string } {
    const { log, tree } = this.sources;
    const earlier = log.earlier.find(({ id }) => id === logId);
    if (earlier === undefined) return { fault: "is a position of another log" };
    const lost = { fault: "is a position that was not restored: the log was restored from an older backup" };
    if (number > this.recorded) return lost;
    const position = this.by === "position" || number < 0 ? number : tree.logPosition(this.tenant, number);
    return position < earlier.entries ? this.mark(number) : lost;
  }
}

/**
 * Up to where a query's answer was recorded, as a position of its organization, whoever asks: for what is recorded in its log, or handed on.
 */
export async function organizationPosition(
  { search, log }: { search: Search; log: LogReader },
  query: Query,
): Promise<string> {
  const { asOf, tenant } = query;
  const of = (number: number) => formatPosition({ logId: log.id, number });
  if (asOf.by === "sequence") return of(asOf.value);
  if (asOf.value === search.position - 1) return of(search.size(tenant) - 1);
  const everything = { ...query, selection: [], since: undefined, start: 0, end: undefined };
  return of((await search.stretch(everything))?.last ?? -1);
}
