import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { KEY_BYTES } from "./key.ts";
import { Run, RunDamaged } from "./run.ts";
import { RECORD_BYTES, type RunRange } from "./run-format.ts";
import { RunWriter } from "./run-writer.ts";

/** Runs of about the same size that are merged into one. */
const MERGED_AT_ONCE = 4;
/** Pages of each run that a merge has in memory. */
const MERGE_PAGES = 32;

const NAME = /^\d{16}-\d{16}\.ids$/;

/**
 * The runs of one directory. They cover the log from its beginning on, without a gap, and the directory holds nothing else: their names say
 * which part each covers. A merge writes one run for the range of several, which are removed afterwards. Whatever a crash leaves, the longest
 * run at each position counts.
 */
export class Runs {
  private readonly directory: string;
  private readonly logId: string;
  /** In the order of the log. */
  private runs: Run[];

  private constructor(directory: string, logId: string, runs: Run[]) {
    this.directory = directory;
    this.logId = logId;
    this.runs = runs;
  }

  /** Opens what is of this log and sound; what is not is removed, with all that comes after it in the log. */
  static open(directory: string, log: { readonly id: string; readonly end: number }): Runs {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const runs: Run[] = [];
    // Of those that begin at the same position the longest comes first.
    const names = readdirSync(directory).sort((a, b) =>
      a.slice(0, 16) === b.slice(0, 16) ? (a < b ? 1 : -1) : a < b ? -1 : 1,
    );
    for (const name of names) {
      const path = join(directory, name);
      const run = NAME.test(name) ? Run.open(path, log.id) : undefined;
      const end = runs.at(-1)?.header.to ?? 0;
      if (run !== undefined && run.header.from === end && run.header.to > end) runs.push(run);
      else {
        run?.close();
        rmSync(path, { recursive: true, force: true });
      }
    }
    const opened = new Runs(directory, log.id, runs);
    // It has read more than the log holds: the log was restored from a backup.
    if (opened.end > log.end) opened.clear();
    return opened;
  }

  /** Positions below it are in the runs. */
  get end(): number {
    return this.runs.at(-1)?.header.to ?? 0;
  }

  /** The greatest UUIDv7 among their ids; empty when there is none. */
  get newest(): string {
    return newestOf(this.runs);
  }

  /** Positions of the entries whose ids have this key, in the order of the log. @param onDamage hears of a run that cannot be asked. */
  find(key: Buffer, onDamage: (damage: RunDamaged) => void): number[] {
    const found: number[] = [];
    for (const run of this.runs) {
      const before = found.length;
      try {
        run.find(key, found);
      } catch (error) {
        if (!(error instanceof RunDamaged)) throw error;
        found.length = before;
        onDamage(error);
      }
    }
    return found;
  }

  /** Writes what was read from `from` to `to` as runs of their own. @param records in the order of keys, one behind the other. */
  async add(records: Buffer, from: number, to: number, newest: string): Promise<void> {
    const run = await this.write({ logId: this.logId, from, to }, records, newest);
    this.runs.push(run);
    this.runs.sort((a, b) => a.header.from - b.header.from);
  }

  /** Takes a run out of use, and out of the directory. @returns false when it was out of use already. */
  remove(run: Run): boolean {
    if (!this.runs.includes(run)) return false;
    this.runs = this.runs.filter((other) => other !== run);
    run.remove();
    return true;
  }

  /**
   * Merges runs for as long as there are enough of the same size. They can be read meanwhile.
   * @param onDamage hears of a run that cannot be read, and must take it out of use.
   */
  async merge(signal: AbortSignal, onDamage: (damage: RunDamaged) => void): Promise<void> {
    for (let some = this.mergeable(); some !== undefined && !signal.aborted; some = this.mergeable()) {
      try {
        await this.mergeInto(some, signal);
      } catch (error) {
        if (!(error instanceof RunDamaged)) throw error;
        onDamage(error);
      }
    }
  }

  close(): void {
    for (const run of this.runs.splice(0)) run.close();
  }

  private clear(): void {
    for (const run of this.runs.splice(0)) run.remove();
  }

  private async write(range: RunRange, records: Buffer, newest: string): Promise<Run> {
    const path = this.pathOf(range);
    const writer = await RunWriter.create(path, range, records.length / RECORD_BYTES);
    try {
      for (let at = 0; at < records.length; at += RECORD_BYTES) if (writer.add(records, at)) await writer.write();
      await writer.finish(newest);
    } catch (error) {
      await writer.abandon();
      throw error;
    }
    return this.opened(path);
  }

  /** Neighbours of about the same size, the newest first. */
  private mergeable(): Run[] | undefined {
    for (let at = this.runs.length - MERGED_AT_ONCE; at >= 0; at--) {
      const some = this.runs.slice(at, at + MERGED_AT_ONCE);
      const sizes = some.map(({ header }) => header.records);
      if (Math.max(...sizes) < MERGED_AT_ONCE * Math.max(MERGED_MIN, Math.min(...sizes)) && areNeighbours(some))
        return some;
    }
    return undefined;
  }

  private async mergeInto(some: readonly Run[], signal: AbortSignal): Promise<void> {
    const [first, last] = [some[0] as Run, some.at(-1) as Run];
    const range = { logId: this.logId, from: first.header.from, to: last.header.to };
    const records = some.reduce((sum, { header }) => sum + header.records, 0);
    const newest = newestOf(some);
    const path = this.pathOf(range);
    // One that was found damaged meanwhile is closed, and its part of the log read again.
    const areInUse = () => some.every((run) => this.runs.includes(run));
    const writer = await RunWriter.create(path, range, records);
    try {
      // Those of an older run come before those of a newer one with the same key.
      const cursors = some.map((run) => new Cursor(run));
      for (let next = smallest(cursors); next !== undefined; next = smallest(cursors)) {
        const full = writer.add(next.records, next.at);
        next.advance();
        if (!full) continue;
        await writer.write();
        signal.throwIfAborted();
      }
      await writer.finish(newest);
    } catch (error) {
      await writer.abandon();
      if (signal.aborted || !areInUse()) return;
      throw error;
    }
    const merged = this.opened(path);
    if (!areInUse()) {
      merged.remove();
      return;
    }
    this.runs = [...this.runs.filter((run) => !some.includes(run)), merged];
    this.runs.sort((a, b) => a.header.from - b.header.from);
    for (const run of some) run.remove();
  }

  private opened(path: string): Run {
    const run = Run.open(path, this.logId);
    if (run === undefined) throw new Error(`${path} is not what was written`);
    return run;
  }

  private pathOf({ from, to }: RunRange): string {
    return join(this.directory, `${String(from).padStart(16, "0")}-${String(to).padStart(16, "0")}.ids`);
  }
}

function newestOf(runs: readonly Run[]): string {
  const all = runs.map(({ header }) => header.newest).sort();
  return all.at(-1) ?? "";
}

/** Runs of fewer records count as equal. */
const MERGED_MIN = 1024;

function areNeighbours(runs: readonly Run[]): boolean {
  return runs.every(({ header }, index) => index === 0 || runs[index - 1]?.header.to === header.from);
}

/** A place in a run that is being merged. */
class Cursor {
  records: Buffer = Buffer.alloc(0);
  at = 0;
  private readonly run: Run;
  private pages = 0;

  constructor(run: Run) {
    this.run = run;
    this.load();
  }

  get ended(): boolean {
    return this.at >= this.records.length;
  }

  advance(): void {
    this.at += RECORD_BYTES;
    if (this.ended) this.load();
  }

  private load(): void {
    if (this.pages >= this.run.header.pages) return;
    this.records = this.run.records(this.pages, MERGE_PAGES);
    this.pages += MERGE_PAGES;
    this.at = 0;
  }
}

function smallest(cursors: readonly Cursor[]): Cursor | undefined {
  let best: Cursor | undefined;
  for (const cursor of cursors) {
    if (cursor.ended) continue;
    if (
      best === undefined ||
      cursor.records.compare(best.records, best.at, best.at + KEY_BYTES, cursor.at, cursor.at + KEY_BYTES) < 0
    ) {
      best = cursor;
    }
  }
  return best;
}
