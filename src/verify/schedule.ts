import { readFileSync } from "node:fs";
import { z } from "zod";
import { replaceFile } from "../durable-file.ts";
import type { Finding, Progress, Report } from "./contract.ts";
import type { VerifyOptions } from "./verify.ts";

/** Findings that are kept by name, of search and of everything else; how many there were is kept beside. */
const FINDINGS_KEPT = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A timer waits at most this long, so that a change of the clock is noticed. */
const TIMER_MS_MAX = 10 * 60_000;

/** Who had it run: the clock, or a person. */
export type Trigger =
  | { readonly type: "schedule" }
  | { readonly type: "person"; readonly id: string; readonly name: string };

/** The last verification that came to its end. */
export interface KeptVerification {
  readonly report: Report;
  /** The first of search, and the first of everything else: many rows of search must not hide one entry. */
  readonly findings: readonly Finding[];
}

export interface RunningVerification extends Progress {
  /** RFC 3339. */
  readonly started_at: string;
}

export interface VerificationOptions {
  /** Where the last result is kept. */
  readonly file: string;
  readonly run: (options: Omit<VerifyOptions, "share">) => Promise<Report>;
  /** Hour of the day, in UTC; undefined never runs by itself. */
  readonly hour: number | undefined;
  /** Whether this node runs it when it is time: of several, one does. Default: true. */
  readonly isOn?: () => boolean;
  /** Milliseconds since the Unix epoch. Default: Date.now. */
  readonly now?: () => number;
  readonly onFinished: (kept: KeptVerification, by: Trigger) => Promise<void>;
  /** It failed before its end. */
  readonly onFailed: (error: unknown, by: Trigger) => void;
}

/** Verifies everything that is stored while the server runs: one at a time, by the clock or on demand. Owns the file of the last result. */
export class VerificationSchedule {
  private readonly options: VerificationOptions;
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private underWay: { at: RunningVerification; ended: Promise<void> } | undefined;
  private kept: KeptVerification | undefined;
  private failure: { at: string } | undefined;
  private dueAt: number | undefined;

  constructor(options: VerificationOptions) {
    this.options = options;
    this.kept = readKept(options.file);
  }

  get running(): RunningVerification | undefined {
    return this.underWay?.at;
  }

  get last(): KeptVerification | undefined {
    return this.kept;
  }

  /** When the newest run failed before its end, if it is newer than `last`. */
  get failed(): { readonly at: string } | undefined {
    return this.failure;
  }

  /** When it runs next by itself: milliseconds since the Unix epoch. */
  get nextAt(): number | undefined {
    return this.dueAt;
  }

  /** Begins to run by the clock. */
  schedule(): void {
    if (this.options.hour === undefined) return;
    this.dueAt = nextTime(this.options.hour, this.now());
    this.wait();
  }

  /** @returns false when one runs already. */
  start(by: Trigger): boolean {
    if (this.underWay !== undefined || this.stopping.signal.aborted) return false;
    const started_at = new Date(this.now()).toISOString();
    const underWay = { at: { started_at, entries: 0, of: null, findings: 0 }, ended: Promise.resolve() };
    this.underWay = underWay;
    underWay.ended = this.run(underWay, by).finally(() => {
      this.underWay = undefined;
    });
    return true;
  }

  /** Ends what runs, without a result. */
  async close(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.underWay?.ended;
  }

  private async run(underWay: { at: RunningVerification }, by: Trigger): Promise<void> {
    const { signal } = this.stopping;
    const findings: Finding[] = [];
    const kept = { search: 0, other: 0 };
    try {
      const report = await this.options.run({
        signal,
        onFinding: (finding) => {
          const of = finding.part === "search" ? "search" : "other";
          if (kept[of]++ < FINDINGS_KEPT) findings.push(finding);
        },
        onProgress: (progress) => {
          underWay.at = { ...underWay.at, ...progress };
        },
      });
      const last = { report, findings };
      this.kept = last;
      this.failure = undefined;
      // Reported before it is written: what was found must be heard of on a full disk, too.
      await this.options.onFinished(last, by);
      replaceFile(this.options.file, `${JSON.stringify({ version: 1, ...last })}\n`);
    } catch (error) {
      if (signal.aborted) return;
      this.failure = { at: new Date(this.now()).toISOString() };
      this.options.onFailed(error, by);
    }
  }

  private wait(): void {
    const due = (this.dueAt ?? 0) - this.now();
    this.timer = setTimeout(
      () => {
        const hour = this.options.hour ?? 0;
        if (this.now() >= (this.dueAt ?? 0)) {
          if (this.options.isOn?.() !== false) this.start({ type: "schedule" });
          this.dueAt = nextTime(hour, this.now());
          // A clock that was set back must not put the next run off.
        } else this.dueAt = Math.min(this.dueAt ?? 0, nextTime(hour, this.now()));
        this.wait();
      },
      Math.max(0, Math.min(due, TIMER_MS_MAX)),
    ).unref();
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}

/** The next time it is `hour` o'clock in UTC, after `now`. */
export function nextTime(hour: number, now: number): number {
  const today = Math.floor(now / DAY_MS) * DAY_MS + hour * HOUR_MS;
  return today > now ? today : today + DAY_MS;
}

const keptFile = z.object({
  version: z.literal(1),
  report: z.custom<Report>((value) => typeof value === "object" && value !== null && "started_at" in value),
  findings: z.array(z.custom<Finding>((value) => typeof value === "object" && value !== null && "message" in value)),
});

/** A file that cannot be read is ignored: the next run writes it again. */
function readKept(path: string): KeptVerification | undefined {
  try {
    const { report, findings } = keptFile.parse(JSON.parse(readFileSync(path, "utf8")));
    return { report, findings };
  } catch {
    return undefined;
  }
}
