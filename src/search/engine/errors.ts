import type { Refusal } from "./statement.ts";

/** The engine's process is not there: it ended before it answered, or another one is being started. Nothing is known of what it was sent. */
export class EngineUnavailable extends Error {
  override readonly name = "EngineUnavailable";
}

/** An engine started, and could not open its directory. */
export class EngineRefused extends Error {
  override readonly name = "EngineRefused";
  readonly damaged: boolean;

  constructor({ reason, damaged }: Refusal) {
    super(reason);
    this.damaged = damaged;
  }
}
