import type { LogEntry } from "../log/index.ts";
import { authorizedTenant, type Mark, parseFixedFilter, type Query } from "../query/index.ts";
import type { GroupOptions, PeopleOptions } from "../search/index.ts";
import { altered } from "./check.ts";
import { type DamageListener, damagedEntry } from "./damage.ts";
import { type ExportChunk, type ExportOptions, exportEvents } from "./export.ts";
import { namedGroups } from "./groups.ts";
import { LeafHashes } from "./leaf-hashes.ts";
import type { LiveEvents, LiveOptions } from "./live.ts";
import { LiveSharing } from "./live-sharing.ts";
import { type PageEnd, type PageParameters, readPage } from "./page.ts";
import type { ReaderParts } from "./parts.ts";
import { namedValues } from "./people.ts";
import { organizationPosition, ReaderPositions } from "./reader-positions.ts";
import type { ReadScope } from "./resolve.ts";

/** Whose events are read, and what of them: of an `Access`, or where the server itself reads. */
interface Whose {
  readonly organization: string;
  readonly filter: object | undefined;
  readonly countsBy: Mark["by"];
}

/**
 * The walk out. Search says which events match, as places in the log; the log says what they are. Whatever is given to a reader was read from
 * the log and checked on the way: search can leave out or reorder, never invent.
 */
export class Reader {
  private readonly parts: ReaderParts;
  private readonly sharing: LiveSharing;

  constructor(parts: ReaderParts) {
    this.parts = parts;
    this.sharing = new LiveSharing(parts);
  }

  /** Hears of each place that fails. */
  get onDamage(): DamageListener {
    return this.parts.onDamage;
  }

  /** What can be seen of an organization, as of now. */
  async scope({ organization, filter, countsBy }: Whose): Promise<ReadScope> {
    const within = filter && parseFixedFilter(filter);
    const tenant = authorizedTenant(organization);
    await this.parts.search.refresh();
    return { tenant, within, positions: new ReaderPositions({ by: countsBy, tenant }, this.parts), now: Date.now() };
  }

  /** For one entry that was found by its id. @throws DaybookError `entry_damaged` where it is not what was recorded, which is then reported. */
  requireSound(organization: string, entry: LogEntry): void {
    const damage = altered(entry, new LeafHashes(this.parts.tree, organization).of(entry));
    if (damage === undefined) return;
    const { sequence, position } = entry;
    this.parts.onDamage(organization, { sequence, position, timestamp: 0 }, damage);
    throw damagedEntry(organization, sequence, damage);
  }

  /** Up to where a query's answer was recorded, as a position of its organization. */
  organizationPosition(query: Query): Promise<string> {
    return organizationPosition(this.parts, query);
  }

  /** The items of a page, then what it says beside them. @throws DaybookError as `readPage` */
  page(parameters: PageParameters, scope: ReadScope): AsyncGenerator<readonly string[], PageEnd> {
    return readPage(this.parts, parameters, scope);
  }

  /** People or programs, how often they occur, and their names. */
  people(query: Query, options: PeopleOptions): ReturnType<typeof namedValues> {
    return namedValues(this.parts, query, options);
  }

  /** What the matches have in common, how often, and what that is called. */
  groups(query: Query, options: GroupOptions): ReturnType<typeof namedGroups> {
    return namedGroups(this.parts, query, options);
  }

  export(query: Query, options: ExportOptions, signal: AbortSignal): AsyncGenerator<ExportChunk> {
    return exportEvents(this.parts, query, options, signal);
  }

  live(query: Query, options: LiveOptions, signal: AbortSignal): AsyncGenerator<LiveEvents> {
    return this.sharing.events(query, options, signal);
  }
}
