import { DaybookError, type ErrorCode } from "../errors.ts";
import { noSuchOrganization } from "./authority.ts";
import { type Act, ownEvent } from "./events.ts";
import type { Actor } from "./own-events.ts";
import type { Origin } from "./principals.ts";
import type { Schema } from "./schema.ts";
import type { Change } from "./store.ts";

/** What an organization has several of, each with a name and settings: alerts, streams. */
type Kind = "alert" | "stream";
type Row = Pick<
  Schema[Kind],
  "id" | "organization" | "name" | "settings" | "secrets" | "enabled" | "created_by" | "created_at" | "updated_at"
>;

/** @throws DaybookError not_found where there is no such organization; `full` where it has `max` of them. */
export async function requireRoom(
  { db }: Change,
  kind: Kind,
  organization: string,
  { max, full }: { readonly max: number; readonly full: ErrorCode },
): Promise<void> {
  const exists = await db.selectFrom("organization").select("id").where("id", "=", organization).executeTakeFirst();
  if (exists === undefined) throw noSuchOrganization();
  const { count } = await db
    .selectFrom(kind)
    .select((eb) => eb.fn.countAll<number | string>().as("count"))
    .where("organization", "=", organization)
    .executeTakeFirstOrThrow();
  if (Number(count) < max) return;
  throw new DaybookError(full, `This organization has ${max} ${kind}s, the most it can have. Delete one first.`);
}

/** The event of what is done to one. */
export function eventOf(
  kind: Kind,
  { id, organization, name }: Pick<Row, "id" | "organization" | "name">,
  act: Pick<Act, "action" | "description" | "changes" | "metadata">,
  { by, origin, nowMs }: { readonly by: Actor; readonly origin: Origin; readonly nowMs: number },
) {
  return ownEvent({ ...act, organization, actor: by, resource: { type: kind, id, name } }, origin, nowMs);
}

/** What a row of either says. */
export function describeOwned(row: Row) {
  return {
    id: row.id,
    organization: row.organization,
    name: row.name,
    settings: row.settings,
    secrets: row.secrets,
    enabled: row.enabled === 1,
    createdBy: JSON.parse(row.created_by) as Actor,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

const collator = new Intl.Collator("en", { numeric: true });

/** In the order that people read lists in: `Backup 2` before `Backup 10`. */
export function byName(one: { name: string; id: string }, other: { name: string; id: string }): number {
  return collator.compare(one.name, other.name) || (one.id < other.id ? -1 : 1);
}
