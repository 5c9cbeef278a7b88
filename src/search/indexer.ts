import { setImmediate, setTimeout } from "node:timers/promises";
import type { LogEntry, LogReader } from "../log/index.ts";
import { Milestone } from "../milestone.ts";
import { type Batch, type BatchLimits, batches } from "./batches.ts";
import type { SearchState } from "./contract.ts";
import type { EngineNotice } from "./engine/engine.ts";
import { FirstSeen, type FirstSighting, type Pair } from "./first-seen.ts";
import { Gathering, type GatheringLimits } from "./gathering.ts";
import { readAhead } from "./nearest-months.ts";
import { OrganizationSizes } from "./organization-sizes.ts";
import { type MadeRows, RowMaker, type Rows, SLICE } from "./rows.ts";
import type { Store } from "./store.ts";

/** What the operator may want to read while search follows the log. */
export type SearchNotice =
  | EngineNotice
  | { readonly type: "rebuilding"; readonly reason: string }
  /** While it reads what the log held at start. Positions below `position` are searchable, of `end`. */
  | { readonly type: "progress"; readonly position: number; readonly end: number }
  | { readonly type: "ready"; readonly position: number }
  | { readonly type: "waiting"; readonly reason: string; readonly retryInMs: number }
  | { readonly type: "resumed"; readonly position: number };

export interface IndexerOptions extends BatchLimits, GatheringLimits {
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  readonly notice: (notice: SearchNotice) => void;
  /**
   * Names the time in which this node fills the tables that several nodes read; undefined while another one does. Never the same again after another
   * node's time. Default: they are this process's alone.
   */
  readonly term: () => string | undefined;
}

interface LeavingBatch {
  readonly pieces: Batch<MadeRows>;
  readonly rows: Rows;
  /** First position of the batch. */
  readonly from: number;
  /** First position after it. */
  readonly to: number;
}

type Waiting = Extract<SearchState, { name: "waiting" }>;

/** A reader waits no longer for what was gathered while nobody read. */
const REFRESH_MS = 1_000;

/** How often a node looks how far the one has come that fills the tables. */
const WATCH_MS = 200;

/** Pairs of actor and address whose first time is remembered: some 20 MB, and many times what a batch can hold. */
const PAIRS_MAX = 100_000;

/**
 * Follows the log into the table, each entry exactly once, whenever it is killed.
 *
 * Why that holds. One batch is under way at a time, and it is tried again, unchanged, until the store has answered: its parts
 * carry one token, so what an unanswered attempt left is not stored twice. After a kill the batches would be cut elsewhere, so
 * tokens say nothing: the table itself is read. A batch goes in as one block, and of a block each partition's part is there wholly
 * or not at all; so below the last batch every position is there, and in it exactly those that are read back, which are left out when
 * they are read again. An embedded engine can die in mid-insert while this process goes on: that is a kill as well, and the table is read again. On a
 * server an insert may outlive the process that sent it: see Store's query id. Whatever else may have
 * happened to the table (a part lost or restored, rows inserted by hand) shows at start in count and sum, and it is rebuilt.
 *
 * Where several nodes share a table, one of them fills it, and the others watch it. A term is that node's for a while: before each batch it looks
 * whether the term is the one in which it read the table. The next node's first statement has the query id of the last insert, so it waits for its end.
 * If a process is stopped just between its look and its insert, for longer than its term, rows can be there twice: the next node that begins finds them.
 */
export class Indexer {
  private readonly store: Store;
  private readonly options: IndexerOptions;
  /** Entries of each organization below `position`. */
  readonly sizes = new OrganizationSizes();
  /** Positions at or after `position` whose rows are in the table already. */
  private beyond = new Set<number>();
  private goal = Number.POSITIVE_INFINITY;
  private opened = false;
  /** In which the table was read. */
  private term: string | undefined;
  /** Ends the run that is under way. */
  private left = new AbortController();
  private readonly milestone = new Milestone();
  /** How far entries have been made into rows, in the run that is under way. */
  private made = new Milestone();
  /** Rows are in the table whose texts are not indexed. */
  private textsLater = false;
  private readonly gathering: Gathering;
  /** While it is followed. */
  private log: LogReader | undefined;
  private hasCaughtUp = false;
  private progress: Exclude<SearchState, Waiting> = { name: "idle" };
  /** While the store refuses: takes the place of the state. */
  private waiting: Waiting | undefined;

  constructor(store: Store, options: IndexerOptions) {
    this.store = store;
    this.options = options;
    this.gathering = new Gathering(options);
  }

  get position(): number {
    return this.milestone.position;
  }

  /** False until the table was found or made: nothing can be said about events before. */
  get open(): boolean {
    return this.opened;
  }

  get ready(): boolean {
    return this.hasCaughtUp;
  }

  get isRead(): boolean {
    return this.gathering.isRead;
  }

  get state(): SearchState {
    return this.waiting ?? this.progress;
  }

  /** Resolves with the position once it is this one or beyond. @throws the signal's reason when it aborts. */
  async reached(position: number, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const done = this.gathering.reading();
    try {
      return await this.milestone.reached(position, signal);
    } finally {
      done();
    }
  }

  /** What is gathered is inserted now. */
  flush(): void {
    this.gathering.call();
  }

  /**
   * Says that somebody reads. Resolves once they can find what was recorded before: at once, unless it was gathered while nobody read. While
   * the store refuses, or is far behind, they find what is there.
   */
  async refresh(): Promise<void> {
    const { gathering, log } = this;
    const gathered = log !== undefined && this.hasCaughtUp && this.waiting === undefined && !gathering.isRead;
    if (!gathered) {
      gathering.read();
      return;
    }
    const done = gathering.reading();
    const { end } = log;
    const signal = AbortSignal.timeout(REFRESH_MS);
    await this.milestone.reached(end, signal).catch(() => undefined);
    done();
  }

  /** Finds where to resume; a table that cannot be resumed is emptied. Not while another node fills it. @throws what the store throws. */
  async prepare(): Promise<void> {
    this.term = this.options.term();
    if (this.term === undefined) return;
    const dropped = await this.store.prepare();
    const coverage = await this.store.coverage();
    if (coverage) {
      this.sizes.restart(await this.store.sizes(coverage.end));
      this.start(coverage.end, coverage.beyond, dropped);
    } else await this.rebuild("it did not hold every entry exactly once");
  }

  /** @returns once `signal` aborts. @throws when an entry cannot be decoded. */
  async follow(log: LogReader, signal: AbortSignal): Promise<void> {
    this.goal = log.end;
    this.log = log;
    try {
      while (!signal.aborted) {
        await this.watch(log, signal);
        if (!this.opened) await this.untilDone(() => this.prepare(), signal);
        this.left = new AbortController();
        if (this.opened) await this.run(log, signal);
      }
    } finally {
      this.log = undefined;
      this.progress = { name: "idle" };
      this.waiting = undefined;
    }
  }

  /** The tables were deleted with the store: they are read again, and filled from the log, also where nothing is being recorded. */
  reopen(): void {
    this.opened = false;
    this.left.abort();
  }

  /** Looks how far the node has come that fills the table, until it is this one. */
  private async watch(log: LogReader, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.options.term() === undefined) {
      await this.untilDone(() => this.look(log), signal);
      await setTimeout(WATCH_MS, undefined, { signal }).catch(() => undefined);
    }
    // What it holds is read again by who fills it.
    if (this.options.term() !== this.term) this.opened = false;
  }

  private async look(log: LogReader): Promise<void> {
    const wasOpen = this.opened;
    const seen = await this.store.progress(this.position, log.end);
    this.opened = seen !== undefined;
    if (seen === undefined) return;
    if (seen.from < this.position) this.sizes.restart([]);
    this.sizes.add(new Map(seen.counts));
    if (seen.end !== this.position || !wasOpen) this.advance(seen.end);
  }

  /** Ends when `signal` aborts, or when the table is gone and has to be made again. */
  private async run(log: LogReader, signal: AbortSignal): Promise<void> {
    const { left } = this;
    if (Math.max(this.position - 1, ...this.beyond) >= log.end) {
      await this.untilDone(() => this.rebuild("it was ahead of the log"), signal);
    }
    this.advance(this.position);
    const stop = AbortSignal.any([signal, left.signal]);
    const maker = new RowMaker(this.firstSeen(stop));
    const make = (until: AbortSignal) => this.rowsOf(log.follow(this.position, until), maker);
    let inserting: Promise<boolean> | undefined;
    this.made = new Milestone();
    const due = async (left: AbortSignal) => {
      // What the log held at start goes in full batches: nobody is answered before all of it is there.
      await this.made.reached(this.goal, left).catch(() => undefined);
      await this.gathering.due(performance.now(), left);
      // What would only wait for the insert before it goes on gathering instead: fewer inserts hold more each.
      await inserting;
    };
    // The next batch is gathered while the engine takes this one.
    for await (const batch of readAhead(this.leaving(batches(make, this.options, due, stop), maker))) {
      // After a batch that is not in, none may follow; the source ends by its signal.
      if (stop.aborted) continue;
      inserting = this.insert(batch, signal);
      if (await inserting) {
        for (const { counts } of batch.pieces) this.sizes.add(counts);
        this.advance(batch.to);
        if (this.textsLater && batch.to >= this.goal) await this.indexTexts(signal);
      } else left.abort();
    }
  }

  /** Entries become rows as they are read: rows that wait are a few buffers, entries are objects by the thousand. */
  private async *rowsOf(read: AsyncIterable<readonly LogEntry[]>, maker: RowMaker): AsyncGenerator<MadeRows> {
    const isThere = (position: number) => this.beyond.has(position);
    const { rowsMax } = this.options;
    for await (const entries of read) {
      for (let at = 0; at < entries.length; ) {
        // Cut where full batches end, so that they are full to the last row.
        const left = rowsMax - ((entries[at] as LogEntry).position % rowsMax);
        const slice = entries.slice(at, at + Math.min(SLICE, left));
        const rows = maker.make(slice, isThere);
        this.made.move(rows.to);
        yield rows;
        at += slice.length;
        await setImmediate();
      }
    }
  }

  private async *leaving(source: AsyncIterable<Batch<MadeRows>>, maker: RowMaker): AsyncGenerator<LeavingBatch> {
    for await (const pieces of source) {
      this.gathering.left(new Set(pieces.flatMap(({ months }) => [...months])).size);
      const { from } = pieces[0];
      const { to } = pieces.at(-1) ?? pieces[0];
      yield { pieces, rows: await maker.finish(pieces), from, to };
    }
  }

  /** @returns true once they are in; false when `signal` aborted, or what is in the table has to be read again. */
  private async insert({ rows, from, to }: LeavingBatch, signal: AbortSignal): Promise<boolean> {
    // The tables have all of them already.
    if (rows.events.length === 0) return true;
    let done = false;
    let failed = false;
    await this.untilDone(async () => {
      if (this.options.term() !== this.term) {
        this.opened = false;
        return;
      }
      // After the pause that follows a failure.
      if (failed && this.store.embedded) {
        this.opened = false;
        return;
      }
      try {
        // Of a rebuild: an index that a later batch would be merged into is built once, when all of them are there.
        const textsLater = to < this.goal;
        await this.store.insert(rows, from, to, textsLater);
        this.textsLater ||= textsLater;
        done = true;
      } catch (error) {
        failed = true;
        if (!isTableMissing(error)) throw error;
        this.opened = false;
      }
    }, signal);
    return done;
  }

  private async indexTexts(signal: AbortSignal): Promise<void> {
    await this.untilDone(async () => {
      try {
        await this.store.indexTexts();
      } catch (error) {
        // The next insert finds it missing too.
        if (!isTableMissing(error)) throw error;
      }
    }, signal);
    this.textsLater = false;
  }

  private async rebuild(reason: string): Promise<void> {
    await this.store.clear();
    this.sizes.restart([]);
    this.start(0, new Set(), reason);
  }

  private start(position: number, beyond: ReadonlySet<number>, rebuilt: string | undefined): void {
    if (rebuilt !== undefined) this.options.notice({ type: "rebuilding", reason: rebuilt });
    this.milestone.move(position);
    this.beyond = new Set(beyond);
    this.opened = true;
  }

  private advance(position: number): void {
    const { goal, options } = this;
    this.milestone.move(position);
    if (position < goal) {
      // Until it has caught up, somebody waits for it.
      this.gathering.read();
      this.progress = { name: "catching_up" };
      options.notice({ type: "progress", position, end: goal });
      return;
    }
    this.progress = { name: "following" };
    if (!this.hasCaughtUp) options.notice({ type: "ready", position });
    this.hasCaughtUp = true;
  }

  /** What the next batch needs to know while this one is inserted: tried until it is answered or `signal` aborts. */
  private firstSeen(signal: AbortSignal): FirstSeen {
    const lookUp = async (pairs: readonly Pair[]) => {
      let found: readonly FirstSighting[] = [];
      await this.untilDone(async () => {
        try {
          found = await this.store.firstSightings(pairs);
        } catch (error) {
          // The insert that follows finds it missing too, and that is where it is dealt with.
          if (!isTableMissing(error)) throw error;
        }
      }, signal);
      return found;
    };
    return new FirstSeen(lookUp, { max: PAIRS_MAX, complete: this.position === 0 && this.beyond.size === 0 });
  }

  /** Tries until it is done or `signal` aborts, with pauses that double. */
  private async untilDone(attempt: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { retryMinMs, retryMaxMs, notice } = this.options;
    for (let pause = retryMinMs; !signal.aborted; pause = Math.min(2 * pause, retryMaxMs)) {
      try {
        await attempt();
        if (this.waiting) notice({ type: "resumed", position: this.position });
        this.waiting = undefined;
        return;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.waiting = { name: "waiting", reason, since: this.waiting?.since ?? Date.now() };
        notice({ type: "waiting", reason, retryInMs: pause });
        await setTimeout(pause, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

/** UNKNOWN_TABLE, UNKNOWN_DATABASE: someone removed it while it was followed. */
function isTableMissing(error: unknown): boolean {
  // Not by class: chDB's connection throws its own copy of the client's error.
  return error instanceof Error && "code" in error && (error.code === "60" || error.code === "81");
}
