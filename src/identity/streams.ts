import type { JsonValue } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import type { Actor, Origin } from "./contract.ts";
import { type Act, ownEvent } from "./events.ts";
import type { Schema } from "./schema.ts";
import { noSuchOrganization } from "./standing.ts";
import type { Change, Store } from "./store.ts";
import {
  STREAMS_MAX,
  type StoredStream,
  type StreamAct,
  type StreamFields,
  type Streams as StreamsContract,
} from "./stream-contract.ts";

type Row = Schema["stream"];

/** Where each stream is stored, and the events of what is done to it. */
export class Streams implements StreamsContract {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  async all(): Promise<StoredStream[]> {
    return (await this.#store.db.selectFrom("stream").selectAll().orderBy("id").execute()).map(describe);
  }

  async list(organization: string): Promise<StoredStream[]> {
    const rows = await this.#store.db
      .selectFrom("stream")
      .selectAll()
      .where("organization", "=", organization)
      .execute();
    const collator = new Intl.Collator("en", { numeric: true });
    return rows.map(describe).sort((a, b) => collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
  }

  async find(organization: string, id: string): Promise<StoredStream | undefined> {
    const row = await this.#store.db
      .selectFrom("stream")
      .selectAll()
      .where("id", "=", id)
      .where("organization", "=", organization)
      .executeTakeFirst();
    return row && describe(row);
  }

  async create(
    { id, organization, name, settings, secrets, enabled }: StreamFields & { id: string; organization: string },
    metadata: { [key: string]: JsonValue },
    by: Actor,
    origin: Origin,
  ): Promise<StoredStream> {
    const now = this.#now();
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
    await this.#store.change(async (change) => {
      await requireRoom(change, organization);
      await change.db.insertInto("stream").values(row).execute();
      const act = { action: "stream.create", description: `Created stream ${name}`, metadata } as const;
      change.record(eventOf(row, act, by, origin, now));
    });
    return describe(row);
  }

  async update(
    stream: StoredStream,
    fields: Partial<StreamFields>,
    act: StreamAct,
    by: Actor,
    origin: Origin,
  ): Promise<StoredStream> {
    const now = this.#now();
    const { enabled, ...texts } = fields;
    return this.#store.change(async (change) => {
      const row = await change.db
        .updateTable("stream")
        .set({ ...texts, ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0 }), updated_at: now })
        .where("id", "=", stream.id)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw new DaybookError("not_found", "There is no such stream.");
      change.record(eventOf(row, act, by, origin, now));
      return describe(row);
    });
  }

  async remove({ id }: StoredStream, by: Actor, origin: Origin): Promise<void> {
    await this.#store.change(
      async (change) => {
        const row = await change.db.deleteFrom("stream").where("id", "=", id).returningAll().executeTakeFirst();
        if (row === undefined) return;
        const act = { action: "stream.delete", description: `Deleted stream ${row.name}` } as const;
        change.record(eventOf(row, act, by, origin, this.#now()));
      },
      { revokes: true },
    );
  }
}

async function requireRoom({ db }: Change, organization: string): Promise<void> {
  const exists = await db.selectFrom("organization").select("id").where("id", "=", organization).executeTakeFirst();
  if (exists === undefined) throw noSuchOrganization();
  const { count } = await db
    .selectFrom("stream")
    .select((eb) => eb.fn.countAll<number | string>().as("count"))
    .where("organization", "=", organization)
    .executeTakeFirstOrThrow();
  if (Number(count) < STREAMS_MAX) return;
  throw new DaybookError("too_many_streams", `There are ${STREAMS_MAX} streams here. Delete one first.`);
}

type StreamEvent = Pick<Act, "action" | "description" | "changes" | "metadata">;

function eventOf({ id, organization, name }: Row, act: StreamEvent, by: Actor, origin: Origin, nowMs: number) {
  return ownEvent({ ...act, organization, actor: by, resource: { type: "stream", id, name } }, origin, nowMs);
}

function describe(row: Row): StoredStream {
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
