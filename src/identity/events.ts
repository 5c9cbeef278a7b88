import { type BUILT_IN_ACTIONS, type Change, type JsonValue, type Outcome, type Resource, uuidv7 } from "@daybook/sdk";
import type { Actor, OwnEvent } from "./own-events.ts";
import { ownsPlatform } from "./permissions.ts";
import type { Origin, Principal, ViewerPrincipal } from "./principals.ts";
import type { Role } from "./vocabulary.ts";

/** What the actions of identity's events begin with. Nothing else of Daybook's own begins so: a verification goes by it. */
const FAMILIES = ["api_key", "auth", "member", "organization", "saved_view", "session", "two_factor", "user"] as const;
type OwnAction = `${(typeof FAMILIES)[number]}.${string}`;
/** What else is recorded in the same form, by identity or by others: the reading of the log, and what happens to streams and alerts. */
type SharedAction = `alert.${string}` | `audit_log.${string}` | `stream.${string}`;

/** What identity records beyond the built-in actions. */
type OtherAction =
  | "auth.password_change"
  | "auth.password_guessing"
  | "user.update"
  | "saved_view.create"
  | "saved_view.update"
  | "saved_view.delete"
  | "alert.create"
  | "alert.update"
  | "alert.mute"
  | "alert.test"
  | "alert.rotate_secret"
  | "alert.delete"
  | "alert.acknowledge"
  | "stream.create"
  | "stream.update"
  | "stream.rotate_secret"
  | "stream.replay"
  | "stream.test"
  | "stream.delete";

/** Whether an event that Daybook itself delivered is one of identity's. */
export function isOfIdentity(action: string): boolean {
  return FAMILIES.some((family) => action.startsWith(`${family}.`));
}

/** One thing that happened to identity. `description` is one sentence; it can name the object, and nothing else that a caller typed. */
export interface Act {
  readonly organization: string;
  readonly action: Extract<(typeof BUILT_IN_ACTIONS)[number] | OtherAction, OwnAction | SharedAction>;
  readonly outcome?: Outcome;
  readonly actor: Actor;
  readonly resource: Resource;
  readonly description: string;
  /** Default: the session it is done in. */
  readonly sessionId?: string;
  readonly changes?: Change[];
  readonly metadata?: { [key: string]: JsonValue };
}

/** The event of an act, made once: what is retried later carries the same id and the time it happened. */
export function ownEvent(act: Act, origin: Origin, nowMs: number): OwnEvent {
  const sessionId = act.sessionId ?? origin.sessionId;
  const through = origin.viewerTokenOf === undefined ? undefined : { viewer_token_of: origin.viewerTokenOf };
  return {
    id: uuidv7(nowMs),
    timestamp: new Date(nowMs).toISOString(),
    tenant_id: act.organization,
    action: act.action,
    outcome: act.outcome ?? "success",
    actor: act.actor,
    resource: act.resource,
    description: act.description,
    context: {
      ...(origin.ip === undefined ? {} : { ip: origin.ip }),
      ...(origin.userAgent === undefined ? {} : { user_agent: origin.userAgent }),
      request_id: origin.requestId,
      ...(sessionId === undefined ? {} : { session_id: sessionId }),
    },
    ...(act.changes === undefined ? {} : { changes: act.changes }),
    ...(act.metadata === undefined && through === undefined ? {} : { metadata: { ...act.metadata, ...through } }),
  };
}

/** The role, in events, of the platform owner where they act without being a member. */
export const PLATFORM_OWNER_ROLE = "platform_owner";

/** A person as they are in an organization now, to be kept with an event. */
export function userActor(
  user: { id: string; name: string; email: string },
  role: Role | typeof PLATFORM_OWNER_ROLE,
): Actor {
  return { type: "user", id: user.id, name: user.name, email: user.email, role };
}

/** Who makes a request, as the actor of what it does in an organization. */
export function actorOf(principal: Principal | ViewerPrincipal, organization: string): Actor {
  if (principal.type === "viewer") return viewerActor(principal);
  if (principal.type === "api_key") return { type: "api_key", id: principal.id, name: principal.name };
  const { id, name, email } = principal.user;
  const membership = principal.memberships.find((one) => one.organization === organization);
  const role = membership?.role ?? (ownsPlatform(principal.memberships) ? PLATFORM_OWNER_ROLE : undefined);
  return { type: "user", id, name, email, ...(role === undefined ? {} : { role }) };
}

/** As the host application names them. */
function viewerActor({ person, key }: ViewerPrincipal): Actor {
  if (person === undefined) return { type: "api_key", ...key };
  const { id, name, email } = person;
  return { type: "user", id, ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
}
