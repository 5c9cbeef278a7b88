import type { Change, JsonValue } from "@daybook/sdk";
import type { Actor } from "./own-events.ts";

/**
 * What an organization configures, as it is stored: a stream, an alert. What its settings mean is for the room that uses it to know. Times are
 * milliseconds since the Unix epoch.
 */
export interface Configured {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  /** JSON text. */
  readonly settings: string;
  /** Encrypted, with a key that is not in the database. Empty where there are none. */
  readonly secrets: string;
  /** False while it is paused. */
  readonly enabled: boolean;
  readonly createdBy: Actor;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type ConfiguredFields = Pick<Configured, "name" | "settings" | "secrets" | "enabled">;

/** What the event of a change reports: never a secret. */
export interface ConfiguredAct<Action extends string> {
  readonly action: Action;
  readonly description: string;
  readonly changes?: Change[];
  readonly metadata?: { [key: string]: JsonValue };
}
