import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from "kysely";
import { DaybookError } from "../errors.ts";
import type { Firing, NewFiring, Notice, Receiver } from "./alert-contract.ts";
import { ownEvent } from "./events.ts";
import type { Actor } from "./own-events.ts";
import type { Origin } from "./principals.ts";
import type { Schema } from "./schema.ts";
import type { Store } from "./store.ts";

/** Of each alert, and of all that were deleted together, so many are listed. The event of each stays in the log. */
const FIRINGS_MAX = 1_000;
/** Of `setting`: up to where the log was evaluated. */
const EVALUATED = "alerts_evaluated_through";

type Row = Schema["alert_firing"];
type Which = (eb: ExpressionBuilder<Schema, "alert_firing">) => ExpressionWrapper<Schema, "alert_firing", SqlBool>;

/**
 * What alerts fired for, and who is still to be notified. Here and not in the data directory of a node: whichever node evaluates finds what another one
 * fired, and nothing is fired twice.
 */
export class Firings {
  protected readonly store: Store;
  protected readonly now: () => number;

  constructor(store: Store, now: () => number) {
    this.store = store;
    this.now = now;
  }

  async fire({ firing, event, notices }: NewFiring): Promise<void> {
    const { id, organization, alertId, alertName, at, data } = firing;
    const row: Row = {
      id,
      organization,
      alert: alertId,
      alert_name: alertName,
      at,
      data,
      acknowledged_by: null,
      acknowledged_at: null,
      undelivered: null,
    };
    await this.store.change(async (change) => {
      const { db } = change;
      const known = await db.selectFrom("alert_firing").select("id").where("id", "=", id).executeTakeFirst();
      if (known !== undefined) return;
      await db.insertInto("alert_firing").values(row).execute();
      const rows = notices.map(({ channel, dueAt }) => ({ channel, due_at: dueAt, next_at: dueAt, attempts: 0 }));
      if (rows.length > 0) {
        await db
          .insertInto("alert_notice")
          .values(rows.map((notice) => ({ ...notice, firing: id, alert: alertId })))
          .execute();
      }
      change.record(event);
    });
    await this.forgetOldest((eb) => eb("alert", "=", alertId));
  }

  async firings(organization: string, limit: number, before?: string): Promise<Firing[]> {
    const { db } = this.store;
    let query = db.selectFrom("alert_firing").selectAll().where("organization", "=", organization);
    if (before !== undefined) {
      const last = await db
        .selectFrom("alert_firing")
        .select(["at", "id"])
        .where("id", "=", before)
        .where("organization", "=", organization)
        .executeTakeFirst();
      if (last === undefined) throw noSuchFiring();
      query = query.where((eb) =>
        eb.or([eb("at", "<", last.at), eb.and([eb("at", "=", last.at), eb("id", "<", last.id)])]),
      );
    }
    const rows = await query.orderBy("at", "desc").orderBy("id", "desc").limit(limit).execute();
    return rows.map(describe);
  }

  async lastFired(organization: string): Promise<ReadonlyMap<string, number>> {
    const rows = await this.store.db
      .selectFrom("alert_firing")
      .select((eb) => ["alert", eb.fn.max<number | string>("at").as("at")])
      .where("organization", "=", organization)
      .groupBy("alert")
      .execute();
    return new Map(rows.map(({ alert, at }) => [alert, Number(at)]));
  }

  async acknowledge(organization: string, id: string, by: Actor, origin: Origin): Promise<Firing> {
    const now = this.now();
    return this.store.change(async (change) => {
      const row = await change.db
        .selectFrom("alert_firing")
        .selectAll()
        .where("id", "=", id)
        .where("organization", "=", organization)
        .executeTakeFirst();
      if (row === undefined) throw noSuchFiring();
      if (row.acknowledged_at !== null) return describe(row);
      const acknowledged = { acknowledged_by: JSON.stringify(by), acknowledged_at: now };
      await change.db.updateTable("alert_firing").set(acknowledged).where("id", "=", id).execute();
      const act = {
        organization,
        action: "alert.acknowledge",
        actor: by,
        resource: { type: "alert", id: row.alert, name: row.alert_name },
        description: `Acknowledged alert ${row.alert_name}`,
        metadata: { firing: id },
      } as const;
      change.record(ownEvent(act, origin, now));
      return describe({ ...row, ...acknowledged });
    });
  }

  async due(nowMs: number, limit: number, except: readonly Receiver[]): Promise<Notice[]> {
    const rows = await this.store.db
      .selectFrom("alert_notice")
      .innerJoin("alert_firing", "alert_firing.id", "alert_notice.firing")
      .selectAll("alert_firing")
      .select(["alert_notice.channel", "alert_notice.due_at", "alert_notice.attempts"])
      .where("alert_notice.next_at", "<=", nowMs)
      .$if(except.length > 0, (query) =>
        query.where((eb) =>
          eb.and(
            except.map(({ alertId, channel }) =>
              eb.or([eb("alert_notice.alert", "!=", alertId), eb("alert_notice.channel", "!=", channel)]),
            ),
          ),
        ),
      )
      .orderBy("alert_firing.at")
      .orderBy("alert_firing.id")
      .limit(limit)
      .execute();
    return rows.map(({ channel, due_at, attempts, ...firing }) => ({
      channel,
      firing: describe(firing),
      dueAt: due_at,
      attempts,
    }));
  }

  async settle(notices: readonly Notice[]): Promise<void> {
    for (const { firing, channel } of notices) {
      const { db } = this.store;
      await db.deleteFrom("alert_notice").where("firing", "=", firing.id).where("channel", "=", channel).execute();
    }
  }

  async failed(notices: readonly Notice[], error: string, nextAt: number | undefined): Promise<void> {
    const { db } = this.store;
    for (const { firing, channel, attempts } of notices) {
      if (nextAt === undefined) {
        await db.updateTable("alert_firing").set({ undelivered: error }).where("id", "=", firing.id).execute();
        continue;
      }
      await db
        .updateTable("alert_notice")
        .set({ next_at: nextAt, attempts: attempts + 1 })
        .where("firing", "=", firing.id)
        .where("channel", "=", channel)
        .execute();
      await db
        .updateTable("alert_notice")
        .set({ next_at: nextAt })
        .where("alert", "=", firing.alertId)
        .where("channel", "=", channel)
        .where("next_at", "<", nextAt)
        .execute();
    }
    if (nextAt === undefined) await this.settle(notices);
  }

  async evaluatedThrough(): Promise<string | undefined> {
    const { db } = this.store;
    return (await db.selectFrom("setting").select("value").where("name", "=", EVALUATED).executeTakeFirst())?.value;
  }

  async noteEvaluated(position: string): Promise<void> {
    await this.store.db
      .insertInto("setting")
      .values({ name: EVALUATED, value: position })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: position }))
      .execute();
  }

  /** Alerts that come and go do not fill the database. */
  protected async forgetDeleted(organization: string): Promise<void> {
    await this.forgetOldest((eb) =>
      eb.and([
        eb("organization", "=", organization),
        eb("alert", "not in", eb.selectFrom("alert").select("id").where("organization", "=", organization)),
      ]),
    );
  }

  /** Nor does one that fires for years. */
  private async forgetOldest(which: Which): Promise<void> {
    const { db } = this.store;
    const last = await db
      .selectFrom("alert_firing")
      .select(["at", "id"])
      .where(which)
      .orderBy("at", "desc")
      .orderBy("id", "desc")
      .offset(FIRINGS_MAX)
      .limit(1)
      .executeTakeFirst();
    if (last === undefined) return;
    await db
      .deleteFrom("alert_firing")
      .where(which)
      .where((eb) => eb.or([eb("at", "<", last.at), eb.and([eb("at", "=", last.at), eb("id", "<=", last.id)])]))
      .where("id", "not in", db.selectFrom("alert_notice").select("firing"))
      .execute();
  }
}

function noSuchFiring(): DaybookError {
  return new DaybookError("not_found", "This alert did not fire.");
}

function describe(row: Row): Firing {
  return {
    id: row.id,
    organization: row.organization,
    alertId: row.alert,
    alertName: row.alert_name,
    at: row.at,
    data: row.data,
    acknowledgedBy: row.acknowledged_by === null ? undefined : (JSON.parse(row.acknowledged_by) as Actor),
    acknowledgedAt: row.acknowledged_at ?? undefined,
    undelivered: row.undelivered ?? undefined,
  };
}
