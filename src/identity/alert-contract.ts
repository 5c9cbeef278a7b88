import type { JsonValue } from "@daybook/sdk";
import type { Configured, ConfiguredAct, ConfiguredFields } from "./configured.ts";
import type { Actor, OwnEvent } from "./own-events.ts";
import type { Origin } from "./principals.ts";

/** Alerts that one organization can have: each event is compared with every one of them. */
export const ALERTS_MAX = 50;

/** Its settings: what it fires for, and who hears of that. */
export interface StoredAlert extends Configured {
  /** Nobody is notified before. Undefined where it is not muted. */
  readonly mutedUntil: number | undefined;
  /** Counts how often what it fires for was changed. */
  readonly revision: number;
  /** When that was: it does not fire for what was recorded before. */
  readonly revisedAt: number;
}

export type AlertFields = ConfiguredFields & Pick<StoredAlert, "mutedUntil">;

export type AlertAct = ConfiguredAct<"alert.update" | "alert.mute" | "alert.test" | "alert.rotate_secret">;

/** One time that an alert fired. */
export interface Firing {
  readonly id: string;
  readonly organization: string;
  readonly alertId: string;
  /** As the alert was called then. */
  readonly alertName: string;
  readonly at: number;
  /** JSON text: what it fired for. */
  readonly data: string;
  readonly acknowledgedBy: Actor | undefined;
  readonly acknowledgedAt: number | undefined;
  /** Why somebody was not notified, once that was given up. */
  readonly undelivered: string | undefined;
}

export type Channel = "email" | "webhook";

/** Who is notified of an alert's firings, one after the other. */
export interface Receiver {
  readonly alertId: string;
  readonly channel: Channel;
}

/** Somebody who is to be notified of a firing. */
export interface Notice {
  readonly channel: Channel;
  readonly firing: Firing;
  /** Since when it is due. */
  readonly dueAt: number;
  /** Failed attempts. */
  readonly attempts: number;
}

export interface NewFiring {
  readonly firing: Pick<Firing, "id" | "organization" | "alertId" | "alertName" | "at" | "data">;
  /** The event of it. */
  readonly event: OwnEvent;
  readonly notices: readonly { readonly channel: Channel; readonly dueAt: number }[];
}

/** Whether `by` can do so is for the caller to decide. Each change is recorded as an event of the alert's organization. */
export interface StoredAlerts {
  /** Of every organization, by id. */
  all(): Promise<StoredAlert[]>;
  /** By name. */
  list(organization: string): Promise<StoredAlert[]>;
  find(organization: string, id: string): Promise<StoredAlert | undefined>;
  /** @throws DaybookError not_found when there is no such organization, too_many_alerts */
  create(
    alert: AlertFields & { readonly id: string; readonly organization: string },
    metadata: { [key: string]: JsonValue },
    by: Actor,
    origin: Origin,
  ): Promise<StoredAlert>;
  /** @param isRevised whether what it fires for changes. @throws DaybookError not_found */
  update(
    alert: StoredAlert,
    change: { readonly fields: Partial<AlertFields>; readonly isRevised: boolean; readonly act: AlertAct },
    by: Actor,
    origin: Origin,
  ): Promise<StoredAlert>;
  /** Does nothing when it is gone already. Nobody is notified of what is still to be delivered. */
  remove(alert: StoredAlert, by: Actor, origin: Origin): Promise<void>;

  /** Keeps a firing, its event and who is to be notified, in one step. Does nothing when it is kept already, by its id. */
  fire(firing: NewFiring): Promise<void>;
  /** Newest first. @param before only those older than this one. */
  firings(organization: string, limit: number, before?: string): Promise<Firing[]>;
  /** When each alert last fired, by its id. */
  lastFired(organization: string): Promise<ReadonlyMap<string, number>>;
  /** Does nothing when it is acknowledged already. @throws DaybookError not_found */
  acknowledge(organization: string, id: string, by: Actor, origin: Origin): Promise<Firing>;

  /** What is due, oldest first. @param except not to these. */
  due(nowMs: number, limit: number, except: readonly Receiver[]): Promise<Notice[]>;
  settle(notices: readonly Notice[]): Promise<void>;
  /** Tries these again, and what waits for the same receiver not before them; or gives them up where there is no next time. */
  failed(notices: readonly Notice[], error: string, nextAt: number | undefined): Promise<void>;

  /** Up to where the log was evaluated, by whichever node, as a position. */
  evaluatedThrough(): Promise<string | undefined>;
  noteEvaluated(position: string): Promise<void>;
}
