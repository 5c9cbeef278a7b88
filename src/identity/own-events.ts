import type { EventInput } from "@daybook/sdk";

/** An event Daybook records about itself, always with an id and its organization. */
export type OwnEvent = EventInput & { id: string; tenant_id: string; timestamp: string };

/** Who does something to identity: a person, a key, or the operator at the command line. */
export type Actor = OwnEvent["actor"];

/** Where the log has an event. */
export interface LogPlace {
  readonly sequence: number;
  /** Hex. */
  readonly leaf_hash: string;
}

/** Puts Daybook's own events into the log; resolves with their places, in order, once they are durable, and is idempotent by id. */
export type Deliver = (events: readonly OwnEvent[]) => Promise<readonly LogPlace[]>;

export interface DeliveredPlace {
  readonly id: string;
  readonly sequence: number;
}

/** An event of identity's that the log has confirmed. */
export interface DeliveredEvent extends DeliveredPlace, LogPlace {}

/**
 * Identity's own account of the log: which of its events the log has confirmed, and where. By it a verification finds a log that lost some of them,
 * and an identity that is older than its log.
 */
export interface DeliveredEvents {
  /** What was recorded before is not in the account: milliseconds since the Unix epoch. */
  notedSince(): Promise<number>;
  organizations(): Promise<string[]>;
  /** Of an organization, from a sequence on, in order. */
  page(organization: string, from: number, limit: number): Promise<DeliveredEvent[]>;
  countFrom(organization: string, from: number): Promise<number>;
  /** Those that are in the log, and that identity neither delivered nor has waiting. */
  unknown(organization: string, events: readonly DeliveredPlace[]): Promise<DeliveredPlace[]>;
  /**
   * Takes the log as it is, after a restore: what the log no longer has is forgotten, and what identity does not know is accepted.
   * @returns how many events were forgotten.
   */
  beginAgain(sizeOf: (organization: string) => number, now: number): Promise<number>;
}
