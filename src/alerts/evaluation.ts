import { matcher, selectionOf } from "@daybook/sdk/filters";
import type { StoredEvent } from "../event/index.ts";
import { PLATFORM_ORGANIZATION } from "../identity/index.ts";
import { parseFixedFilter } from "../query/index.ts";
import type { Fired, Memory, Seen, Watch } from "./contract.ts";
import type { Watched } from "./definition.ts";
import type { CountryOf } from "./groupings.ts";
import { LIMITED_MS, Limiter } from "./limiter.ts";
import { matchWatch } from "./watches/match.ts";
import { newValueWatch, REMEMBERED_MS } from "./watches/new-value.ts";
import { reportWatch } from "./watches/report.ts";
import { silenceWatch } from "./watches/silence.ts";
import { thresholdWatch } from "./watches/threshold.ts";

/** The event of a firing. An alert for all events does not fire for this one. */
export const FIRE_ACTION = "alert.fire";

export interface EvaluationOptions {
  readonly watched: Watched;
  /** Whose alert it is. */
  readonly organization: string;
  readonly timeZone: string | undefined;
  /** It does not fire for entries that were recorded before this time, but learns from them. Milliseconds since the Unix epoch. */
  readonly since: number;
  /** What the part of this name remembers. */
  readonly memory: (part: string) => Memory;
  readonly countryOf: CountryOf;
}

/** Evaluates one alert: it is given the entries of the log in order, and says when the alert fires. Its memory is all that it keeps. */
export class Evaluation {
  private readonly options: EvaluationOptions;
  private readonly watch: Watch;
  private readonly limiter: Limiter;
  private readonly matches: (event: StoredEvent) => boolean;

  /** @throws DaybookError where its filter is no longer valid. */
  constructor(options: EvaluationOptions) {
    this.options = options;
    this.matches = matcher(selectionOf(parseFixedFilter(options.watched.filter)));
    this.limiter = new Limiter(options.memory("limiter"));
    this.watch = watchOf(options);
  }

  /** Whether entries of this organization concern it. */
  follows(organization: string): boolean {
    return this.isOfAll || organization === this.options.organization;
  }

  /** Whether it watches every organization's events. Only alerts of the platform do. */
  get isOfAll(): boolean {
    const { watched, organization } = this.options;
    return watched.organizations === "all" && organization === PLATFORM_ORGANIZATION;
  }

  /** How much of the past it has to know, in milliseconds. */
  get learnsMs(): number {
    const { type } = this.options.watched.condition;
    if (type === "report") return 0;
    return type === "match" ? LIMITED_MS : REMEMBERED_MS;
  }

  take(seen: Seen): Fired[] {
    const elapsed = this.elapse(seen.at);
    if (!this.follows(seen.organization) || seen.event.action === FIRE_ACTION || !this.matches(seen.event)) {
      return elapsed;
    }
    const fired = this.watch.take(seen);
    return fired !== undefined && this.admits(fired) ? [...elapsed, fired] : elapsed;
  }

  /** @param now the log's time. */
  elapse(now: number): Fired[] {
    const rest = this.limiter.elapse(now, this.options.organization);
    return [...rest, ...this.watch.elapse(now).filter((fired) => this.admits(fired))];
  }

  private admits(fired: Fired): boolean {
    return fired.at >= this.options.since && (fired.kind === "report" || this.limiter.admits(fired));
  }
}

function watchOf({ watched: { condition }, memory, countryOf, ...options }: EvaluationOptions): Watch {
  const { organization, timeZone, since } = options;
  switch (condition.type) {
    case "match":
      return matchWatch();
    case "threshold":
      return thresholdWatch(condition, memory("times"));
    case "new_value":
      return newValueWatch(condition, { known: memory("known"), failures: memory("failures"), countryOf });
    case "silence":
      return silenceWatch(condition, { memory: memory("spoke"), organization, since });
    case "report":
      return reportWatch(condition, { memory: memory("report"), organization, since, timeZone });
  }
}
