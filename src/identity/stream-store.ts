import type { JsonValue } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import type { Actor } from "./own-events.ts";
import { byName, describeOwned, eventOf, requireRoom } from "./owned.ts";
import type { Origin } from "./principals.ts";
import type { Schema } from "./schema.ts";
import type { Store } from "./store.ts";
import {
  STREAMS_MAX,
  type StoredStream,
  type StoredStreams,
  type StreamAct,
  type StreamFields,
} from "./stream-contract.ts";

type Row = Schema["stream"];

/** Where each stream is stored, and the events of what is done to it. */
export class Streams implements StoredStreams {
  private readonly store: Store;
  private readonly now: () => number;

  constructor(store: Store, now: () => number) {
    this.store = store;
    this.now = now;
  }

  async all(): Promise<StoredStream[]> {
    return (await this.store.db.selectFrom("stream").selectAll().orderBy("id").execute()).map(describeOwned);
  }

  async list(organization: string): Promise<StoredStream[]> {
    const rows = await this.store.db
      .selectFrom("stream")
      .selectAll()
      .where("organization", "=", organization)
      .execute();
    return rows.map(describeOwned).sort(byName);
  }

  async find(organization: string, id: string): Promise<StoredStream | undefined> {
    const row = await this.store.db
      .selectFrom("stream")
      .selectAll()
      .where("id", "=", id)
      .where("organization", "=", organization)
      .executeTakeFirst();
    return row && describeOwned(row);
  }

  async create(
    { id, organization, name, settings, secrets, enabled }: StreamFields & { id: string; organization: string },
    metadata: { [key: string]: JsonValue },
    by: Actor,
    origin: Origin,
  ): Promise<StoredStream> {
    const now = this.now();
    const row: Row = {
      id,
      organization,
      name,
      settings,
      secrets,
      enabled: enabled ? 1 : 0,
      created_by: JSON.stringify(by),
      created_at: now,
      updated_at: now,
    };
    await this.store.change(async (change) => {
      await requireRoom(change, "stream", organization, { max: STREAMS_MAX, full: "too_many_streams" });
      await change.db.insertInto("stream").values(row).execute();
      const act = { action: "stream.create", description: `Created stream ${name}`, metadata } as const;
      change.record(eventOf("stream", row, act, { by, origin, nowMs: now }));
    });
    return describeOwned(row);
  }

  async update(
    stream: StoredStream,
    fields: Partial<StreamFields>,
    act: StreamAct,
    by: Actor,
    origin: Origin,
  ): Promise<StoredStream> {
    const now = this.now();
    const { enabled, ...texts } = fields;
    return this.store.change(async (change) => {
      const row = await change.db
        .updateTable("stream")
        .set({ ...texts, ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0 }), updated_at: now })
        .where("id", "=", stream.id)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw new DaybookError("not_found", "There is no such stream.");
      change.record(eventOf("stream", row, act, { by, origin, nowMs: now }));
      return describeOwned(row);
    });
  }

  async remove({ id }: StoredStream, by: Actor, origin: Origin): Promise<void> {
    await this.store.change(
      async (change) => {
        const row = await change.db.deleteFrom("stream").where("id", "=", id).returningAll().executeTakeFirst();
        if (row === undefined) return;
        const act = { action: "stream.delete", description: `Deleted stream ${row.name}` } as const;
        change.record(eventOf("stream", row, act, { by, origin, nowMs: this.now() }));
      },
      { revokes: true },
    );
  }
}
