import {
  type Actor,
  type Identity,
  noSuchOrganization,
  type Permission,
  type Principal,
  type ViewerPrincipal,
} from "../identity/index.ts";
import { type Mark, parseFixedFilter, type SelectionParameters } from "../query/index.ts";
import type { Cosigned } from "../read/index.ts";
import { actorOf } from "./actor.ts";
import { readableOrganization } from "./authorization.ts";

/** A request to read the log, decided: whose events, how far, and who asks. */
export interface Reading {
  readonly organization: string;
  /** What of the organization the reader can see; undefined is everything. */
  readonly within: SelectionParameters | undefined;
  /** What the reader's positions count: a key of the platform reads the whole log, everybody else an organization. */
  readonly countsBy: Mark["by"];
  /** Who reads, as the actor of the events that tell of it. */
  readonly reader: Actor;
  readonly sessionId: string | undefined;
  /** The key through which a viewer looks. */
  readonly through: { readonly id: string; readonly name: string } | undefined;
  /**
   * Whether looking is an event: a person's is, and whoever comes from outside the organization. An organization's own key is a
   * program of its own: that it was made is recorded, and what it exports.
   */
  readonly recorded: boolean;
}

/**
 * @param named the `tenant_id` parameter, if given.
 * @throws DaybookError `forbidden`, `not_found`, `invalid_parameter`
 */
export async function authorizeReading(
  identity: Identity,
  principal: Principal | ViewerPrincipal,
  named: string | undefined,
  permission: Permission,
): Promise<Reading> {
  if (principal.type === "viewer") return ofViewer(principal, named);
  const organization = await readableOrganization(identity, principal, named, permission);
  return {
    organization,
    within: undefined,
    countsBy: principal.type === "api_key" && principal.organization === undefined ? "position" : "sequence",
    reader: actorOf(principal, organization),
    sessionId: principal.type === "session" ? principal.sessionId : undefined,
    through: undefined,
    recorded: principal.type === "session" || principal.organization === undefined,
  };
}

function ofViewer(viewer: ViewerPrincipal, named: string | undefined): Reading {
  const { organization, filter, key } = viewer;
  if (named !== undefined && named !== organization) throw noSuchOrganization();
  return {
    organization,
    within: Object.keys(filter).length === 0 ? undefined : parseFixedFilter(filter),
    countsBy: "sequence",
    reader: actorOf(viewer, organization),
    sessionId: undefined,
    through: key,
    recorded: true,
  };
}

/** The checkpoint that goes with what is read. A reader of a part learns nothing of the whole. */
export function readableHead(witnesses: Pick<Cosigned, "head">, { organization, within }: Reading): string | undefined {
  return within === undefined ? witnesses.head(organization) : undefined;
}

/** How long a stream goes on before it asks again whether its reader can still read. */
export const REAUTHORIZE_MS = 1_000;

/** The check, left out for a second after each time. */
export function everySecond(check: () => Promise<void>): () => Promise<void> {
  let checked = performance.now();
  return async () => {
    if (performance.now() - checked < REAUTHORIZE_MS) return;
    await check();
    checked = performance.now();
  };
}
