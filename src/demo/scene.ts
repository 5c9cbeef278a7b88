import type { Actor, Change, Context, EventInput, JsonValue, Outcome, Resource } from "@daybook/sdk";
import { uuidV7 } from "./identifiers.ts";
import type { Random } from "./random.ts";
import type { Organization, Person, Program } from "./world.ts";

/** A generated event: valid as it is, with nothing left for the server to choose. */
export type DemoEvent = EventInput & { id: string; timestamp: string; tenant_id: string };

/** Where an activity takes place. */
export interface Scene {
  readonly organization: Organization;
  readonly random: Random;
  readonly atMs: number;
}

/** What happened, without who did it and from where. */
export interface Activity {
  readonly action: string;
  readonly resource: Resource;
  readonly description: string;
  readonly outcome?: Outcome;
  readonly targets?: Resource[];
  readonly changes?: Change[];
  readonly metadata?: { [key: string]: JsonValue };
}

export type MakeActivity = (scene: Scene) => Activity;

export function personActor(person: Person): Actor {
  return { type: "user", id: person.id, name: person.name, email: person.email, role: person.role };
}

/** An actor who uses somebody else's authority. */
export function actingFor(actor: Actor, person: Person): Actor {
  const { id, name, email, role } = person;
  return { ...actor, on_behalf_of: { type: "user", id, name, email, role } };
}

export function programActor(program: Program): Actor {
  return { type: program.type, id: program.id, name: program.name };
}

export function toEvent(scene: Scene, actor: Actor, context: Context, activity: Activity): DemoEvent {
  return {
    id: uuidV7(scene.atMs, scene.random),
    timestamp: new Date(scene.atMs).toISOString(),
    tenant_id: scene.organization.id,
    actor,
    context,
    ...activity,
  };
}
