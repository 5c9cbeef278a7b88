import { noSuchOrganization } from "./authority.ts";
import { type Existing, readableOrganization } from "./authorization.ts";
import { actorOf } from "./events.ts";
import type { Actor } from "./own-events.ts";
import type { Permission } from "./permissions.ts";
import type { FixedFilter, Principal, ViewerPrincipal } from "./principals.ts";

/** What of the log a request can read, and who asks. */
export interface Access {
  readonly organization: string;
  /** What of the organization the reader can see; undefined is everything. */
  readonly filter: FixedFilter | undefined;
  /** What the reader's positions count: a key of the platform reads the whole log, everybody else an organization. */
  readonly countsBy: "sequence" | "position";
  /** Who reads, as the actor of the events that tell of it. */
  readonly reader: Actor;
  readonly sessionId: string | undefined;
  /** The key through which a viewer looks. */
  readonly through: ViewerPrincipal["key"] | undefined;
  /**
   * Whether looking is an event: a person's is, and whoever comes from outside the organization. An organization's own key is a
   * program of its own: that it was created is recorded, and what it exports.
   */
  readonly recorded: boolean;
}

/**
 * @param named the organization that is asked for, if any.
 * @throws DaybookError `forbidden`, `not_found`, `invalid_parameter`
 */
export async function accessOf(
  organizations: Existing,
  principal: Principal | ViewerPrincipal,
  permission: Permission,
  named: string | undefined,
): Promise<Access> {
  if (principal.type === "viewer") return ofViewer(principal, named);
  const organization = await readableOrganization(organizations, principal, permission, named);
  return {
    organization,
    filter: undefined,
    countsBy: principal.type === "api_key" && principal.organization === undefined ? "position" : "sequence",
    reader: actorOf(principal, organization),
    sessionId: principal.type === "session" ? principal.sessionId : undefined,
    through: undefined,
    recorded: principal.type === "session" || principal.organization === undefined,
  };
}

function ofViewer(viewer: ViewerPrincipal, named: string | undefined): Access {
  const { organization, filter, key } = viewer;
  if (named !== undefined && named !== organization) throw noSuchOrganization();
  return {
    organization,
    filter: Object.keys(filter).length === 0 ? undefined : filter,
    countsBy: "sequence",
    reader: actorOf(viewer, organization),
    sessionId: undefined,
    through: key,
    recorded: true,
  };
}
