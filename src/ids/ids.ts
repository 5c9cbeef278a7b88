import { setImmediate } from "node:timers/promises";
import { closeAll } from "../close-all.ts";
import { decodeId } from "../event/index.ts";
import type { Follower } from "../follower.ts";
import type { LogEntry, LogReader } from "../log/index.ts";
import { Milestone } from "../milestone.ts";
import { idName, isTimeOrdered, KEY_BYTES, writeKey } from "./key.ts";
import type { RunDamaged } from "./run.ts";
import { Runs } from "./runs.ts";
import { Tail } from "./tail.ts";

/** A few MiB of memory, and what a start after a crash reads again: a fraction of a second. */
const TAIL_MAX = 32_768;
/** A part of the log that is to be read again, because its run was damaged. */
interface Hole {
  from: number;
  readonly to: number;
}

/**
 * Which ids an organization has used, and where. A follower: deleting its directory costs only the time to read the log again.
 *
 * Exact, not probabilistic, and on disk, because an id holds for ever: what it finds is looked up in the log, what it does not find was never
 * recorded. The newest ids are in memory; a start after a crash reads those again. Files never change (runs.ts), and a page that is not what
 * was written is noticed: that part of the log is read again meanwhile, and until then nothing that is not found is called new.
 */
export class Ids implements Follower {
  readonly name = "ids";
  private readonly runs: Runs;
  private readonly tailMax: number;
  /** Those that are in no run yet. */
  private tail = new Tail();
  private tailFrom: number;
  /** The greatest UUIDv7 ever read. */
  private newest: string;
  private holes: Hole[] = [];
  private onHole: () => void = () => undefined;
  private readonly closing = new AbortController();
  private merging: Promise<void> = Promise.resolve();
  /** Thrown where it is heard of: by the follower, at its next run. */
  private mergeFailure: { readonly error: unknown } | undefined;
  private readonly milestone: Milestone;

  private constructor(runs: Runs, tailMax: number) {
    this.runs = runs;
    this.tailMax = tailMax;
    this.milestone = new Milestone(runs.end);
    this.tailFrom = runs.end;
    this.newest = runs.newest;
  }

  /**
   * Opens the directory; what is damaged, of another version or log, or beyond this log's end is removed and read again.
   * @param options.tailMax ids that are kept in memory before they become a run.
   */
  static open(directory: string, log: Pick<LogReader, "id" | "end">, { tailMax = TAIL_MAX } = {}): Ids {
    return new Ids(Runs.open(directory, log), tailMax);
  }

  get position(): number {
    return this.milestone.position;
  }

  /** False while a damaged part is read again: an id that is not found may then be in that part. */
  get complete(): boolean {
    return this.holes.length === 0;
  }

  /** Whether an id is certainly new, without a look-up, as far as this follower has read. */
  isNewerThanAll(id: string): boolean {
    return isTimeOrdered(id) && id > this.newest;
  }

  /**
   * Where an id can have been recorded, as far as this follower has read, in the order of the log. Almost always one position or none. The entry
   * there decides whether it is this id's.
   */
  candidates(organization: string, id: string): readonly number[] {
    writeKey(idName(organization, id), asked, 0);
    const found = this.runs.find(asked, (damage) => this.readAgain(damage));
    this.tail.find(asked, found);
    return found;
  }

  /** Resolves once it has read every position below `position`; not before it follows the log, and not when it stops doing so. */
  async reached(position: number): Promise<void> {
    await this.milestone.reached(position);
  }

  async follow(log: LogReader, signal: AbortSignal): Promise<void> {
    const stopped = new AbortController();
    const either = AbortSignal.any([signal, stopped.signal]);
    const working = [this.read(log, either), this.heal(log, either)];
    try {
      await Promise.all(working);
    } finally {
      // When one fails, the other one ends too.
      stopped.abort();
      await Promise.allSettled(working);
    }
  }

  /** Makes a run of what is in memory, so that the next start need not read it again. */
  async close(): Promise<void> {
    this.closing.abort();
    // Where it cannot be written, on a full disk, the next start reads it again.
    const flush = () => this.flush().catch(() => undefined);
    await closeAll([() => this.merging, flush, () => this.runs.close()]);
  }

  private async read(log: LogReader, signal: AbortSignal): Promise<void> {
    if (this.tail.size >= this.tailMax) await this.flush();
    for await (const entries of log.follow(this.position, signal)) {
      // Mostly all of them at once, which takes a few milliseconds: each turn that others get meanwhile is one in which more is recorded.
      for (let at = 0; at < entries.length; at += this.tailMax) {
        this.take(entries.slice(at, at + this.tailMax));
        if (this.tail.size >= this.tailMax) await this.flush();
      }
    }
  }

  private take(entries: readonly LogEntry[]): void {
    for (const { organization, header, position } of entries) {
      const id = decodeId(header);
      this.tail.add(idName(organization, id), position);
      if (id > this.newest && isTimeOrdered(id)) this.newest = id;
    }
    const last = entries.at(-1);
    if (last !== undefined) this.milestone.move(last.position + 1);
  }

  private async flush(): Promise<void> {
    const { tail, tailFrom } = this;
    const to = this.position;
    const failed = this.mergeFailure;
    this.mergeFailure = undefined;
    if (failed !== undefined) throw failed.error;
    if (to === tailFrom) return;
    await this.runs.add(await tail.sorted(), tailFrom, to, this.newest);
    this.tail = new Tail();
    this.tailFrom = to;
    this.mergeBeside();
  }

  private mergeBeside(): void {
    this.merging = this.merging
      .then(() => this.runs.merge(this.closing.signal, (damage) => this.readAgain(damage)))
      .catch((error: unknown) => {
        this.mergeFailure = { error };
      });
  }

  /** From now on the run is not asked any more, and its part of the log is read again. */
  private readAgain({ run }: RunDamaged): void {
    if (!this.runs.remove(run)) return;
    const { from, to } = run.header;
    this.holes.push({ from, to });
    this.onHole();
  }

  /** Fills holes for as long as it follows the log. */
  private async heal(log: LogReader, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const hole = this.holes[0];
      if (hole === undefined) {
        await new Promise<void>((resolve) => {
          this.onHole = resolve;
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
        continue;
      }
      await this.fill(hole, log, signal);
    }
  }

  /** @param hole that gets smaller with each run. */
  private async fill(hole: Hole, log: LogReader, signal: AbortSignal): Promise<void> {
    const filled = new AbortController();
    let part = new Tail();
    for await (const entries of log.follow(hole.from, AbortSignal.any([signal, filled.signal]))) {
      for (const { organization, header, position } of entries) {
        if (position >= hole.to) break;
        part.add(idName(organization, decodeId(header)), position);
      }
      const to = Math.min(hole.to, (entries.at(-1)?.position ?? 0) + 1);
      if (part.size >= this.tailMax || to === hole.to) {
        await this.runs.add(await part.sorted(), hole.from, to, this.newest);
        part = new Tail();
        hole.from = to;
      }
      if (to === hole.to) {
        this.holes = this.holes.filter((other) => other !== hole);
        filled.abort();
      }
      await setImmediate();
    }
    this.mergeBeside();
  }
}

/** The key that is looked for. */
const asked = Buffer.alloc(KEY_BYTES);
