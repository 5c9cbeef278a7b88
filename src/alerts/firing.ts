import { hash } from "node:crypto";
import type { JsonValue } from "@daybook/sdk";
import type { StoredEvent } from "../event/index.ts";
import type { Actor, Firing, NewFiring, OwnEvent, StoredAlert } from "../identity/index.ts";
import type { Fired, FiredKind } from "./contract.ts";
import { type Condition, settingsOf } from "./definition.ts";
import { FIRE_ACTION } from "./evaluation.ts";

/** Daybook itself, because nobody of the organization did this. */
const DAYBOOK: Actor = { type: "system", id: "daybook", name: "Daybook" };

/** What is stored of a firing: ids, never names, so that no firing names an erased person. */
export interface FiringData {
  readonly kind: FiredKind;
  readonly condition: Condition;
  readonly value: string | null;
  readonly count: number;
  /** RFC 3339. */
  readonly since: string;
  readonly organization: string;
  /** Null where there is none. */
  readonly sequence: number | null;
  readonly event: EventFacts | null;
}

interface EventFacts {
  readonly id: string;
  readonly action: string;
  readonly outcome: string;
  readonly user: string | null;
  readonly resource: string;
  readonly ip: string | null;
}

export function dataOf({ data }: Pick<Firing, "data">): FiringData {
  return JSON.parse(data) as FiringData;
}

/**
 * The same whenever the same entries are evaluated, so that a firing is stored and delivered once.
 */
export function firingId({ id, revision }: Pick<StoredAlert, "id" | "revision">, fired: Fired): string {
  // Without its value: an address database that was replaced meanwhile can name another country.
  const { kind, organization, sequence, at } = fired;
  return hash("sha256", JSON.stringify([id, revision, kind, organization, sequence, at])).slice(0, 32);
}

/** What is kept of a firing. */
export function firingData(fired: Fired, condition: Condition): FiringData {
  return {
    kind: fired.kind,
    condition,
    value: fired.value ?? null,
    count: fired.count,
    since: new Date(fired.since).toISOString(),
    organization: fired.organization,
    sequence: fired.sequence < 0 ? null : fired.sequence,
    event: fired.event === undefined ? null : factsOf(fired.event),
  };
}

/** What is stored of it, and its event. */
export function firingOf(alert: StoredAlert, fired: Fired): Pick<NewFiring, "firing" | "event"> {
  const id = firingId(alert, fired);
  const data = firingData(fired, settingsOf(alert).condition);
  const { organization, name } = alert;
  const event: OwnEvent = {
    id: `alert.${id}`,
    timestamp: new Date(fired.at).toISOString(),
    tenant_id: organization,
    action: FIRE_ACTION,
    actor: DAYBOOK,
    resource: { type: "alert", id: alert.id, name },
    description: fired.kind === "report" ? `Report ${name} was due` : `Alert ${name} fired`,
    metadata: { firing: id, ...(data as unknown as { [name: string]: JsonValue }) },
  };
  return {
    firing: { id, organization, alertId: alert.id, alertName: name, at: fired.at, data: JSON.stringify(data) },
    event,
  };
}

function factsOf({ id, action, outcome, actor, resource, context }: StoredEvent): EventFacts {
  return {
    id,
    action,
    outcome,
    user: actor.id ?? null,
    resource: resource.id === undefined ? resource.type : `${resource.type} ${resource.id}`,
    ip: context?.ip ?? null,
  };
}
