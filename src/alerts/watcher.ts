import { setTimeout as pause } from "node:timers/promises";
import { formatPosition, parsePosition } from "@daybook/sdk";
import type { FairTurns } from "../admission/index.ts";
import type { StoredAlert, StoredAlerts } from "../identity/index.ts";
import type { LogReader } from "../log/index.ts";
import type { Logger } from "../logger.ts";
import { type Collected, Collector } from "../streams/index.ts";
import type { TreeReader } from "../tree/index.ts";
import type { Fired } from "./contract.ts";
import { type Entries, seenOf } from "./entries.ts";
import type { Evaluation } from "./evaluation.ts";
import { pastEvents } from "./past-events.ts";
import type { AlertState } from "./state.ts";

/** How long nothing has to be recorded before it is looked what time alone makes fire. */
const IDLE_MS = 2_000;
/** Entries that are evaluated before others have their turn at this thread. */
const LIMITS = { records: 200, bytes: 1024 * 1024, recordBytes: Number.POSITIVE_INFINITY, lingerMs: 0 };
/** How often it is kept up to where this node has evaluated: for the other nodes, and while there is no alert for itself. */
const NOTED_MS = 10_000;
/** How often alerts are read again, for what else they depend on: an organization's time zone. */
const REFRESHED_MS = 10 * 60_000;
/** Entries that are learned at a time where another node has evaluated them. */
const LEARNED_MAX = 10_000;
const RETRY_MS = { min: 1_000, max: 30_000 };

export interface WatcherParts {
  readonly log: LogReader & { readonly clockOffset: number };
  readonly tree: TreeReader;
  readonly turns: FairTurns;
  readonly entries: Entries;
  readonly state: AlertState;
  readonly stored: Pick<StoredAlerts, "all" | "evaluatedThrough" | "noteEvaluated">;
  /** @throws DaybookError where it cannot be evaluated by this Daybook. */
  readonly evaluationOf: (alert: StoredAlert) => Promise<Evaluation>;
  /** Keeps that an alert has fired. Does nothing where it is kept already. */
  readonly fire: (alert: StoredAlert, fired: Fired) => Promise<void>;
  readonly logger: Logger;
}

interface Watching {
  readonly alert: StoredAlert;
  readonly evaluation: Evaluation;
}

/**
 * Reads the log and compares each entry with the alerts of its organization, one batch after the other: evaluate, keep what fired, then commit what is
 * remembered together with the position. Whatever fails, the batch is evaluated again from the same memory.
 */
export class Watcher {
  private readonly parts: WatcherParts;
  private readonly collector: Collector;
  private readonly stopping = new AbortController();
  private watching: readonly Watching[] = [];
  private byOrganization: ReadonlyMap<string, readonly Watching[]> = new Map();
  private ofAll: readonly Watching[] = [];
  private isStale = true;
  private refreshedAt = 0;
  private notedAt = 0;
  /** Below this another node has evaluated already: here it is only learned. */
  private evaluatedBefore = 0;
  private running: Promise<void> | undefined;

  constructor(parts: WatcherParts) {
    this.parts = parts;
    const { log, entries, turns } = parts;
    const turn = (bytes: number) => turns.next({ organization: "daybook", key: "alerts" }, bytes);
    const of: Entries["of"] = (entry) => (this.concerns(entry.organization) ? entries.of(entry) : undefined);
    this.collector = new Collector({ log, records: { of }, organization: undefined, limits: LIMITS, turn });
  }

  start(): void {
    this.running ??= this.run();
  }

  /** An alert was created, changed or deleted: what was read meanwhile is read again with it. */
  refresh(): void {
    this.isStale = true;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.collector.stop();
  }

  private concerns(organization: string): boolean {
    return this.ofAll.length > 0 || this.byOrganization.has(organization);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let retryMs = RETRY_MS.min;
    for (let begun = false; !signal.aborted; ) {
      try {
        if (!begun) await this.begin();
        begun = true;
        await this.step(signal);
        retryMs = RETRY_MS.min;
      } catch (error) {
        if (signal.aborted) return;
        this.parts.logger.error("alerts: the log could not be evaluated; it is tried again", { retryMs, error });
        this.collector.stop();
        this.isStale = true;
        await pause(retryMs, undefined, { signal }).catch(() => undefined);
        retryMs = Math.min(2 * retryMs, RETRY_MS.max);
      }
    }
  }

  /** Where nothing is remembered, it begins where a node has evaluated last, or with what comes. */
  private async begin(): Promise<void> {
    const { log, state, stored } = this.parts;
    const text = await stored.evaluatedThrough();
    const place = text === undefined ? undefined : parsePosition(text);
    const evaluated = place?.logId === log.id ? Math.min(place.number, log.end) : undefined;
    this.evaluatedBefore = evaluated ?? 0;
    if (state.position === 0) await state.commit(evaluated ?? log.end, async () => undefined);
  }

  private async step(signal: AbortSignal): Promise<void> {
    const { state } = this.parts;
    const { position } = state;
    if (this.isStale || Date.now() - this.refreshedAt > REFRESHED_MS) await this.readAlerts(position, signal);
    const isBehind = position < this.evaluatedBefore;
    const end = isBehind ? Math.min(this.evaluatedBefore, position + LEARNED_MAX) : undefined;
    const cut = { records: LIMITS.records, end, shorten: false, idleMs: IDLE_MS };
    const collected = await this.collector.next(position, cut, signal);
    if (this.isStale) return;
    // Without an alert there is nothing to remember but how far it has come.
    const isIdle = this.watching.length === 0 && Date.now() - this.notedAt < NOTED_MS;
    if (isIdle) state.pass(collected.end);
    else await this.evaluate(collected, isBehind);
  }

  private async evaluate(collected: Collected, isBehind: boolean): Promise<void> {
    const { state, log } = this.parts;
    let hasFired = false;
    await state.commit(collected.end, async () => {
      const fired = collected.records.flatMap((record) => {
        const seen = seenOf(record);
        if (seen === undefined) return [];
        const concerned = [...(this.byOrganization.get(seen.organization) ?? []), ...this.ofAll];
        return evaluated(concerned, (evaluation) => evaluation.take(seen));
      });
      // Not before it has learned what the other node knew: what time alone makes fire would be forgotten with it.
      if (!isBehind && collected.end >= log.end) {
        const now = this.now();
        fired.push(...evaluated(this.watching, (evaluation) => evaluation.elapse(now)));
      }
      if (isBehind) return;
      for (const { alert, what } of fired) await this.parts.fire(alert, what);
      hasFired = fired.length > 0;
    });
    await this.note(hasFired);
  }

  /** The log's time, which can differ from the clock's. */
  private now(): number {
    return Date.now() - this.parts.log.clockOffset;
  }

  private async note(hasFired: boolean): Promise<void> {
    const { state, log, stored } = this.parts;
    if (state.position <= this.evaluatedBefore) return;
    if (!hasFired && Date.now() - this.notedAt < NOTED_MS) return;
    this.notedAt = Date.now();
    this.evaluatedBefore = Math.max(this.evaluatedBefore, state.position);
    await stored.noteEvaluated(formatPosition({ logId: log.id, number: state.position }));
  }

  /** Takes the alerts as they are now, and learns from the log what new ones have to know. */
  private async readAlerts(position: number, signal: AbortSignal): Promise<void> {
    const { stored, state, logger, evaluationOf } = this.parts;
    this.isStale = false;
    const watching: Watching[] = [];
    await state.commit(position, async () => {
      const alerts = (await stored.all()).filter(({ enabled }) => enabled);
      state.keepOnly(new Set(alerts.map(({ id }) => id)));
      for (const alert of alerts) {
        const hasLearned = state.hasLearned(alert.id, alert.revision);
        if (!hasLearned) state.forget(alert.id);
        try {
          const evaluation = await evaluationOf(alert);
          if (!hasLearned && evaluation.learnsMs > 0) await this.learn(alert, evaluation, position, signal);
          if (!hasLearned) state.noteLearned(alert.id, alert.revision);
          watching.push({ alert, evaluation });
        } catch (error) {
          if (signal.aborted) throw error;
          logger.error("alerts: one cannot be evaluated", { alert: alert.id, error });
        }
      }
    });
    this.watching = watching;
    this.ofAll = watching.filter(({ evaluation }) => evaluation.isOfAll);
    const own = watching.filter(({ evaluation }) => !evaluation.isOfAll);
    const organizations = new Set(own.map(({ alert }) => alert.organization));
    const ofOne = (organization: string) => own.filter(({ alert }) => alert.organization === organization);
    this.byOrganization = new Map([...organizations].map((organization) => [organization, ofOne(organization)]));
    this.refreshedAt = Date.now();
  }

  private async learn(alert: StoredAlert, evaluation: Evaluation, end: number, signal: AbortSignal): Promise<void> {
    const from = this.now() - evaluation.learnsMs;
    const organization = evaluation.isOfAll ? undefined : alert.organization;
    const range = { organization, from, end, sender: alert.organization };
    const past = await pastEvents(this.parts, range, signal);
    for await (const seen of past.events(signal)) evaluation.take(seen);
  }
}

function evaluated(watching: readonly Watching[], evaluate: (evaluation: Evaluation) => Fired[]) {
  return watching.flatMap(({ alert, evaluation }) => evaluate(evaluation).map((what) => ({ alert, what })));
}
