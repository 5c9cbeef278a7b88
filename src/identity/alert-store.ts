import type { JsonValue } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import { ALERTS_MAX, type AlertAct, type AlertFields, type StoredAlert, type StoredAlerts } from "./alert-contract.ts";
import { Firings } from "./alert-firings.ts";
import type { Actor } from "./own-events.ts";
import { byName, describeOwned, eventOf, requireRoom } from "./owned.ts";
import type { Origin } from "./principals.ts";
import type { Schema } from "./schema.ts";

type Row = Schema["alert"];

/** Where each alert is stored, and the events of what is done to it. */
export class Alerts extends Firings implements StoredAlerts {
  async all(): Promise<StoredAlert[]> {
    return (await this.store.db.selectFrom("alert").selectAll().orderBy("id").execute()).map(describe);
  }

  async list(organization: string): Promise<StoredAlert[]> {
    const rows = await this.store.db.selectFrom("alert").selectAll().where("organization", "=", organization).execute();
    return rows.map(describe).sort(byName);
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
    { id, organization, enabled, mutedUntil, ...texts }: AlertFields & { id: string; organization: string },
    metadata: { [key: string]: JsonValue },
    by: Actor,
    origin: Origin,
  ): Promise<StoredAlert> {
    const now = this.now();
    const row: Row = {
      id,
      organization,
      ...texts,
      enabled: enabled ? 1 : 0,
      muted_until: mutedUntil ?? null,
      revision: 0,
      revised_at: now,
      created_by: JSON.stringify(by),
      created_at: now,
      updated_at: now,
    };
    await this.store.change(async (change) => {
      await requireRoom(change, "alert", organization, { max: ALERTS_MAX, full: "too_many_alerts" });
      await change.db.insertInto("alert").values(row).execute();
      const act = { action: "alert.create", description: `Created alert ${row.name}`, metadata } as const;
      change.record(eventOf("alert", row, act, { by, origin, nowMs: now }));
    });
    return describe(row);
  }

  /** Changes these fields, and leaves the others as they are now: another change can have come meanwhile. */
  async update(
    { id }: StoredAlert,
    { fields, isRevised, act }: { fields: Partial<AlertFields>; isRevised: boolean; act: AlertAct },
    by: Actor,
    origin: Origin,
  ): Promise<StoredAlert> {
    const now = this.now();
    return this.store.change(async (change) => {
      const row = await change.db
        .updateTable("alert")
        .set({
          ...columnsOf(fields),
          ...(isRevised && { revised_at: now }),
          updated_at: now,
        })
        .$if(isRevised, (query) => query.set((eb) => ({ revision: eb("revision", "+", 1) })))
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw new DaybookError("not_found", "There is no such alert.");
      change.record(eventOf("alert", row, act, { by, origin, nowMs: now }));
      return describe(row);
    });
  }

  async remove({ id, organization }: StoredAlert, by: Actor, origin: Origin): Promise<void> {
    await this.store.change(async (change) => {
      await change.db.deleteFrom("alert_notice").where("alert", "=", id).execute();
      const row = await change.db.deleteFrom("alert").where("id", "=", id).returningAll().executeTakeFirst();
      if (row === undefined) return;
      const act = { action: "alert.delete", description: `Deleted alert ${row.name}` } as const;
      change.record(eventOf("alert", row, act, { by, origin, nowMs: this.now() }));
    });
    await this.forgetDeleted(organization);
  }
}

function columnsOf(fields: Partial<AlertFields>) {
  const { enabled, mutedUntil: _, ...texts } = fields;
  return {
    ...texts,
    ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
    ...("mutedUntil" in fields && { muted_until: fields.mutedUntil ?? null }),
  };
}

function describe(row: Row): StoredAlert {
  const { revision, revised_at: revisedAt } = row;
  return { ...describeOwned(row), mutedUntil: row.muted_until ?? undefined, revision, revisedAt };
}
