import type { Weekday } from "@daybook/sdk/filters";
import { sql } from "kysely";
import { DaybookError } from "../errors.ts";
import { organizationId } from "../event/index.ts";
import { lockedAuthority, lockOrganization, noSuchOrganization } from "./authority.ts";
import { ownEvent } from "./events.ts";
import { organization as organizationInput, parseInput } from "./input.ts";
import type { Actor } from "./own-events.ts";
import type { ListedOrganization, OrganizationInfo, OrganizationSettings, PersonalIds } from "./people-contract.ts";
import type { Origin, SessionPrincipal } from "./principals.ts";
import { organizationSearchText, type StoredTime, storedTimeMs } from "./schema.ts";
import { readSensitiveActions, SENSITIVE_ACTIONS, sensitiveActionsText } from "./sensitive-actions.ts";
import type { Change, Store } from "./store.ts";

const COLUMNS = [
  "id",
  "name",
  "time_zone",
  "personal_ids",
  "office_hours",
  "review_due",
  "sensitive_actions",
  "createdAt",
] as const;

/** Organizations themselves: making, renaming, their settings, finding them. */
export class Organizations {
  private readonly store: Store;
  private readonly now: () => number;
  /** An organization never ends, so what was found once is believed for ever. */
  private readonly known = new Set<string>();

  constructor(store: Store, now: () => number) {
    this.store = store;
    this.now = now;
  }

  async find(id: string): Promise<OrganizationInfo | undefined> {
    if (!organizationId.safeParse(id).success) return undefined;
    const { db } = this.store;
    const row = await db.selectFrom("organization").select(COLUMNS).where("id", "=", id).executeTakeFirst();
    return row && organizationInfo(row);
  }

  async exists(id: string): Promise<boolean> {
    if (this.known.has(id)) return true;
    const exists = (await this.find(id)) !== undefined;
    if (exists) this.known.add(id);
    return exists;
  }

  /** By the primary key: a page costs what it holds, wherever it begins. A search reads on until the page is full. */
  async list({
    q,
    after,
    limit,
  }: {
    q?: string | undefined;
    after?: string | undefined;
    limit: number;
  }): Promise<{ organizations: ListedOrganization[]; more: boolean }> {
    let query = this.store.db
      .selectFrom("organization")
      .select(COLUMNS)
      .select((eb) =>
        eb
          .selectFrom("member")
          .select((count) => count.fn.countAll<number>().as("members"))
          .whereRef("member.organizationId", "=", "organization.id")
          .as("members"),
      )
      .orderBy("id")
      .limit(limit + 1);
    if (after !== undefined) query = query.where("id", ">", after);
    if (q !== undefined) query = query.where(sql<boolean>`search_text like ${containing(q)} escape '!'`);
    const rows = await query.execute();
    const organizations = rows
      .slice(0, limit)
      .map((row) => ({ ...organizationInfo(row), members: Number(row.members) }));
    return { organizations, more: rows.length > limit };
  }

  async put(
    input: { id: string; name: string },
    by: Actor,
    origin: Origin,
    mayRename: boolean,
  ): Promise<{ id: string; name: string; created: boolean }> {
    const organization = parseInput(organizationInput, input);
    const { created } = await this.store.change((change) =>
      writeOrganization(change, organization, by, origin, this.now(), mayRename),
    );
    return { ...organization, created };
  }

  async update(
    id: string,
    settings: OrganizationSettings,
    by: SessionPrincipal,
    origin: Origin,
  ): Promise<OrganizationInfo> {
    return this.store.change(async (change) => {
      const authority = await lockedAuthority(change, by.user, id);
      authority.require("organization.update");
      return updateOrganization(change, id, settings, authority.actor, origin, this.now());
    });
  }
}

/** Creates an organization, or renames it, or leaves it as it is when it has that name; records what it did. */
export async function writeOrganization(
  change: Change,
  organization: { id: string; name: string },
  by: Actor,
  origin: Origin,
  nowMs: number,
  mayRename = true,
): Promise<{ created: boolean }> {
  const { id, name } = organization;
  const inserted = await change.db
    .insertInto("organization")
    .values({
      id,
      name,
      slug: id,
      createdAt: new Date(nowMs).toISOString(),
      time_zone: null,
      search_text: organizationSearchText(id, name),
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (inserted !== undefined) {
    const resource = { type: "organization", id, name };
    const act = { organization: id, actor: by, resource, description: `Created organization ${name}` };
    change.record(ownEvent({ ...act, action: "organization.create" }, origin, nowMs));
    return { created: true };
  }
  await lockOrganization(change, id);
  const before = await read(change, id);
  if (before.name !== name && !mayRename) {
    throw new DaybookError("forbidden", "This organization exists already. Its owners and admins can rename it.");
  }
  await updateOrganization(change, id, { name }, by, origin, nowMs);
  return { created: false };
}

/** Changes what differs, and records that. The organization is locked: of two changes at once each records what it replaced. */
async function updateOrganization(
  change: Change,
  id: string,
  settings: OrganizationSettings,
  by: Actor,
  origin: Origin,
  nowMs: number,
): Promise<OrganizationInfo> {
  const before = await read(change, id);
  const after = {
    ...before,
    name: settings.name ?? before.name,
    timeZone: settings.timeZone === undefined ? before.timeZone : settings.timeZone,
    personalIds: settings.personalIds ?? before.personalIds,
    officeHours: settings.officeHours === undefined ? before.officeHours : settings.officeHours,
    reviewDue: settings.reviewDue === undefined ? before.reviewDue : settings.reviewDue,
    sensitiveActions:
      settings.sensitiveActions === undefined
        ? before.sensitiveActions
        : (settings.sensitiveActions ?? SENSITIVE_ACTIONS),
  };
  const changes = [
    { path: "name", before: before.name, after: after.name },
    { path: "time_zone", before: before.timeZone, after: after.timeZone },
    { path: "personal_ids", before: before.personalIds, after: after.personalIds },
    { path: "office_hours", before: before.officeHours, after: after.officeHours },
    { path: "review_due", before: before.reviewDue, after: after.reviewDue },
    { path: "sensitive_actions", before: [...before.sensitiveActions], after: [...after.sensitiveActions] },
  ].filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
  const [first, ...others] = changes;
  if (first === undefined) return before;
  await change.db
    .updateTable("organization")
    .set({
      name: after.name,
      time_zone: after.timeZone,
      personal_ids: after.personalIds,
      office_hours: after.officeHours,
      review_due: after.reviewDue,
      sensitive_actions: sensitiveActionsText(after.sensitiveActions),
      search_text: organizationSearchText(id, after.name),
    })
    .where("id", "=", id)
    .execute();
  const renamed = first.path === "name" && others.length === 0;
  const act = {
    organization: id,
    actor: by,
    resource: { type: "organization", id, name: after.name },
    description: renamed ? `Renamed ${before.name} to ${after.name}` : `Changed settings of ${after.name}`,
    changes,
  };
  change.record(ownEvent({ ...act, action: "organization.update" }, origin, nowMs));
  return after;
}

async function read({ db }: Change, id: string): Promise<OrganizationInfo> {
  const row = await db.selectFrom("organization").select(COLUMNS).where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw noSuchOrganization();
  return organizationInfo(row);
}

function organizationInfo(row: {
  id: string;
  name: string;
  time_zone: string | null;
  personal_ids: PersonalIds;
  office_hours: string | null;
  review_due: Weekday | null;
  sensitive_actions: string | null;
  createdAt: StoredTime["__select__"];
}): OrganizationInfo {
  const { id, name, time_zone: timeZone, personal_ids: personalIds, createdAt } = row;
  const { office_hours: officeHours, review_due: reviewDue } = row;
  const sensitiveActions = readSensitiveActions(row.sensitive_actions);
  return {
    id,
    name,
    timeZone,
    personalIds,
    officeHours,
    reviewDue,
    sensitiveActions,
    createdAt: storedTimeMs(createdAt),
  };
}

/** A LIKE pattern for what is stored in lower case. */
function containing(text: string): string {
  return `%${text.toLowerCase().replaceAll(/[!%_]/g, (wildcard) => `!${wildcard}`)}%`;
}
