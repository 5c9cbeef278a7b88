import { type Act, ownEvent, userActor } from "./events.ts";
import type { Actor } from "./own-events.ts";
import type { Origin, SessionPrincipal } from "./principals.ts";
import { memberships } from "./sessions.ts";
import type { Change } from "./store.ts";
import { PLATFORM_ORGANIZATION } from "./vocabulary.ts";

export type Person = SessionPrincipal["user"];

/** What happened to a person's account. The resource is the person unless the act names another. */
export type PersonalAct = Omit<Act, "organization" | "actor" | "resource"> & Partial<Pick<Act, "resource">>;

/**
 * Records acts in every organization a person belongs to: their admins have to see it, and they see nothing of each other. Whoever
 * has left every organization still has an account here: that concerns the platform.
 * @param by who did it, if not the person.
 */
export async function recordPersonal(
  change: Change,
  person: Person,
  acts: readonly PersonalAct[],
  origin: Origin,
  nowMs: number,
  by?: Actor,
): Promise<void> {
  const { id, name, email } = person;
  const own = await memberships(change, id);
  const places =
    own.length > 0
      ? own.map(({ organization, role }) => ({ organization, actor: userActor(person, role) }))
      : [{ organization: PLATFORM_ORGANIZATION, actor: { type: "user", id, name, email } as const }];
  for (const { organization, actor } of places) {
    for (const act of acts) {
      const resource = act.resource ?? { type: "user", id, name };
      change.record(ownEvent({ ...act, organization, actor: by ?? actor, resource }, origin, nowMs));
    }
  }
}
