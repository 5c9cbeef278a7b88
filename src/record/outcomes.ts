import type { Receipt } from "@daybook/sdk";

/** What became of one event: it is durable, or why it was not recorded. */
export type Outcome = Receipt | Error;

/** What becomes of the events of one request, which end in any order. */
export class Outcomes {
  /** Resolves once every event has ended. */
  readonly all: Promise<readonly Outcome[]>;
  private readonly outcomes: Outcome[];
  private left: number;
  private resolve: (outcomes: readonly Outcome[]) => void = () => undefined;

  constructor(events: number) {
    this.outcomes = new Array(events);
    this.left = events;
    this.all = new Promise((resolve) => {
      this.resolve = resolve;
    });
    if (events === 0) this.resolve(this.outcomes);
  }

  /** @param place in the request. */
  end(place: number, outcome: Outcome): void {
    this.outcomes[place] = outcome;
    if (--this.left === 0) this.resolve(this.outcomes);
  }

  endLater(place: number, outcome: Promise<Outcome>): void {
    outcome.then(
      (ended) => this.end(place, ended),
      (error: unknown) => this.end(place, asError(error)),
    );
  }
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
