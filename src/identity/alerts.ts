import type { JsonValue } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import {
  ALERTS_MAX,
  type AlertAct,
  type AlertFields,
  type Alerts as AlertsContract,
  type StoredAlert,
} from "./alert-contract.ts";
import { Firings } from "./alert-firings.ts";
import type { Actor, Origin } from "./contract.ts";
import { type Act, ownEvent } from "./events.ts";
import type { Schema } from "./schema.ts";
import { noSuchOrganization } from "./standing.ts";
import type { Change } from "./store.ts";

type Row = Schema["alert"];

/** Where each alert is stored, and the events of what is done to it. */
export class Alerts extends Firings implements AlertsContract {
  async all(): Promise<StoredAlert[]> {
    return (await this.store.db.selectFrom("alert").selectAll().orderBy("id").execute()).map(describe);
  }

  async list(organization: string): Promise<StoredAlert[]> {
    const rows = await this.store.db.selectFrom("alert").selectAll().where("organization", "=", organization).execute();
    const collator = new Intl.Collator("en", { numeric: true });
    return rows.map(describe).sort((a, b) => collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
  }

  async find(organization: string, id: string): Promise<StoredAlert | undefined> {
    const row = await this.store.db
      .selectFrom("alert")
      .selectAll()
      .where("id", "=", id)
      .where("organization", "=", organization)
      .executeTakeFirst();
    return row && describe(row);
  }

  async create(
    { id, organization, ...fields }: AlertFields & { id: string; organization: string },
    metadata: { [key: string]: JsonValue },
    by: Actor,
    origin: Origin,
  ): Promise<StoredAlert> {
    const now = this.now();
    const row: Row = {
      id,
      organization,
      ...columnsOf(fields),
      revision: 0,
      revised_at: now,
      created_by: JSON.stringify(by),
      created_at: now,
      updated_at: now,
    };
    await this.store.change(async (change) => {
      await requireRoom(change, organization);
      await change.db.insertInto("alert").values(row).execute();
      const act = { action: "alert.create", description: `Created alert ${row.name}`, metadata } as const;
      change.record(eventOf(row, act, by, origin, now));
    });
    return describe(row);
  }

  async update(
    { id, revision, revisedAt, ...before }: StoredAlert,
    { fields, isRevised, act }: { fields: Partial<AlertFields>; isRevised: boolean; act: AlertAct },
    by: Actor,
    origin: Origin,
  ): Promise<StoredAlert> {
    const now = this.now();
    return this.store.change(async (change) => {
      const row = await change.db
        .updateTable("alert")
        .set({
          ...columnsOf({ ...before, ...fields }),
          revision: revision + (isRevised ? 1 : 0),
          revised_at: isRevised ? now : revisedAt,
          updated_at: now,
        })
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw new DaybookError("not_found", "There is no such alert.");
      change.record(eventOf(row, act, by, origin, now));
      return describe(row);
    });
  }

  async remove({ id }: StoredAlert, by: Actor, origin: Origin): Promise<void> {
    await this.store.change(async (change) => {
      await change.db.deleteFrom("alert_notice").where("alert", "=", id).execute();
      const row = await change.db.deleteFrom("alert").where("id", "=", id).returningAll().executeTakeFirst();
      if (row === undefined) return;
      const act = { action: "alert.delete", description: `Deleted alert ${row.name}` } as const;
      change.record(eventOf(row, act, by, origin, this.now()));
    });
  }
}

async function requireRoom({ db }: Change, organization: string): Promise<void> {
  const exists = await db.selectFrom("organization").select("id").where("id", "=", organization).executeTakeFirst();
  if (exists === undefined) throw noSuchOrganization();
  const { count } = await db
    .selectFrom("alert")
    .select((eb) => eb.fn.countAll<number | string>().as("count"))
    .where("organization", "=", organization)
    .executeTakeFirstOrThrow();
  if (Number(count) < ALERTS_MAX) return;
  throw new DaybookError("too_many_alerts", `There are ${ALERTS_MAX} alerts here. Delete one first.`);
}

type AlertEvent = Pick<Act, "action" | "description" | "changes" | "metadata">;

function eventOf({ id, organization, name }: Row, act: AlertEvent, by: Actor, origin: Origin, nowMs: number) {
  return ownEvent({ ...act, organization, actor: by, resource: { type: "alert", id, name } }, origin, nowMs);
}

function columnsOf({ name, settings, secrets, enabled, mutedUntil }: AlertFields) {
  return { name, settings, secrets, enabled: enabled ? 1 : 0, muted_until: mutedUntil ?? null };
}

function describe(row: Row): StoredAlert {
  return {
    id: row.id,
    organization: row.organization,
    name: row.name,
    settings: row.settings,
    secrets: row.secrets,
    enabled: row.enabled === 1,
    mutedUntil: row.muted_until ?? undefined,
    revision: row.revision,
    revisedAt: row.revised_at,
    createdBy: JSON.parse(row.created_by) as Actor,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
