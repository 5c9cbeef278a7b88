import type { Keyset, Query, Search } from "../search/contract.ts";
import type { EntrySources } from "./entries.ts";
import { type ExportChunk, type ExportOptions, exportEvents } from "./export.ts";
import { type LiveEvents, type LiveOptions, liveEvents } from "./live.ts";
import { type Page, readPage } from "./page.ts";

/**
 * The walk out. Search says which events match, as places in the log; the log says what they are. Whatever is given to a reader was read from
 * the log and checked on the way: search can leave out or reorder, never invent.
 */
export class Reader {
  private readonly search: Search;
  private readonly sources: EntrySources;

  constructor(search: Search, sources: EntrySources) {
    this.search = search;
    this.sources = sources;
  }

  page(query: Query, limit: number, after?: Keyset): Promise<Page> {
    return readPage(this.search, this.sources, query, limit, after);
  }

  export(query: Query, options: ExportOptions, signal: AbortSignal): AsyncGenerator<ExportChunk> {
    return exportEvents(this.search, this.sources, query, options, signal);
  }

  live(query: Query, options: LiveOptions, signal: AbortSignal): AsyncGenerator<LiveEvents> {
    return liveEvents(this.search, this.sources, query, options, signal);
  }
}
