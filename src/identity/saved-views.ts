import { uuidv7 } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import { type Authority, authorityOf } from "./authority.ts";
import { type Act, ownEvent } from "./events.ts";
import { byName } from "./owned.ts";
import type { Origin, SessionPrincipal } from "./principals.ts";
import type {
  NewSavedView,
  SavedView,
  SavedViewChange,
  SavedViews as SavedViewsContract,
} from "./saved-view-contract.ts";
import type { Schema } from "./schema.ts";
import type { Change, Store } from "./store.ts";

/** Views that one person keeps in one organization. */
const VIEWS_MAX = 200;

type Row = Schema["saved_view"];

/**
 * Filters under a name: a person's own, or shared with the organization. What a shared one shows others is a matter of the organization, so
 * its changes are events; a private one concerns its author alone.
 */
export class SavedViews implements SavedViewsContract {
  private readonly store: Store;
  private readonly now: () => number;

  constructor(store: Store, now: () => number) {
    this.store = store;
    this.now = now;
  }

  async list(organization: string, by: SessionPrincipal): Promise<SavedView[]> {
    const { db } = this.store;
    const authority = await toRead(this.store, organization, by);
    const rows = await db
      .selectFrom("saved_view")
      .innerJoin("user", "user.id", "saved_view.user_id")
      .selectAll("saved_view")
      .select("user.name as author")
      .where("organization", "=", organization)
      .where((eb) => eb.or([eb("user_id", "=", by.user.id), eb("shared", "=", 1)]))
      .execute();
    return rows.map((row) => describe(row, row.author, canChange(row, authority, by))).sort(byName);
  }

  async create(organization: string, view: NewSavedView, by: SessionPrincipal, origin: Origin): Promise<SavedView> {
    const now = this.now();
    return this.store.change(async (change) => {
      const authority = await toRead(change, organization, by);
      const { count } = await change.db
        .selectFrom("saved_view")
        .select((eb) => eb.fn.countAll<number | string>().as("count"))
        .where("organization", "=", organization)
        .where("user_id", "=", by.user.id)
        .executeTakeFirstOrThrow();
      if (Number(count) >= VIEWS_MAX) {
        throw new DaybookError("too_many_views", `You have ${VIEWS_MAX} saved views here. Delete one first.`);
      }
      const row: Row = {
        id: uuidv7(now),
        organization,
        user_id: by.user.id,
        name: view.name,
        query: view.query,
        shared: view.shared ? 1 : 0,
        created_at: now,
        updated_at: now,
      };
      await change.db.insertInto("saved_view").values(row).execute();
      if (view.shared) record(change, row, authority, { action: "saved_view.create" }, origin, now);
      return describe(row, by.user.name, true);
    });
  }

  async update(
    organization: string,
    id: string,
    { name, query, shared }: SavedViewChange,
    by: SessionPrincipal,
    origin: Origin,
  ): Promise<SavedView> {
    const now = this.now();
    return this.store.change(async (change) => {
      const authority = await toRead(change, organization, by);
      const before = await changeable(change, organization, id, authority, by);
      const after: Row = {
        ...before,
        name: name ?? before.name,
        query: query ?? before.query,
        shared: shared === undefined ? before.shared : shared ? 1 : 0,
        updated_at: now,
      };
      const { name: to, query: text, shared: open } = after;
      await change.db
        .updateTable("saved_view")
        .set({ name: to, query: text, shared: open, updated_at: now })
        .where("id", "=", id)
        .execute();
      const changes = (["name", "query", "shared"] as const)
        .filter((path) => before[path] !== after[path])
        .map((path) => ({ path, before: shown(before, path), after: shown(after, path) }));
      if ((before.shared === 1 || open === 1) && changes.length > 0) {
        record(change, after, authority, { action: "saved_view.update", changes }, origin, now);
      }
      return describe(after, await authorOf(change, before.user_id), true);
    });
  }

  /** Does nothing when it is gone already. */
  async remove(organization: string, id: string, by: SessionPrincipal, origin: Origin): Promise<void> {
    await this.store.change(async (change) => {
      const authority = await toRead(change, organization, by);
      const row = await changeable(change, organization, id, authority, by);
      await change.db.deleteFrom("saved_view").where("id", "=", id).execute();
      if (row.shared === 1) record(change, row, authority, { action: "saved_view.delete" }, origin, this.now());
    });
  }
}

async function toRead({ db }: Pick<Store, "db"> | Change, organization: string, by: SessionPrincipal) {
  const authority = await authorityOf(db, by.user, organization);
  authority.require("audit_log.read");
  return authority;
}

/** One's own, or a shared one where one can change the organization's settings. */
function canChange(row: Row, authority: Authority, by: SessionPrincipal): boolean {
  return row.user_id === by.user.id || (row.shared === 1 && authority.permissions.includes("organization.update"));
}

/** @throws DaybookError not_found, also for the private views of others; forbidden */
async function changeable(
  { db }: Change,
  organization: string,
  id: string,
  authority: Authority,
  by: SessionPrincipal,
): Promise<Row> {
  const row = await db
    .selectFrom("saved_view")
    .selectAll()
    .where("id", "=", id)
    .where("organization", "=", organization)
    .executeTakeFirst();
  if (row === undefined || (row.user_id !== by.user.id && row.shared === 0)) {
    throw new DaybookError("not_found", "There is no such saved view.");
  }
  if (canChange(row, authority, by)) return row;
  throw new DaybookError(
    "forbidden",
    `Only its author, or an owner or admin of ${authority.organization.name}, can change this saved view.`,
  );
}

async function authorOf({ db }: Change, userId: string): Promise<string> {
  return (await db.selectFrom("user").select("name").where("id", "=", userId).executeTakeFirstOrThrow()).name;
}

function shown(row: Row, path: "name" | "query" | "shared"): string | boolean {
  return path === "shared" ? row.shared === 1 : row[path];
}

const DESCRIPTIONS = {
  "saved_view.create": "Shared saved view",
  "saved_view.update": "Changed shared saved view",
  "saved_view.delete": "Deleted shared saved view",
} as const;

function record(
  change: Change,
  { id, organization, name, query }: Row,
  { actor }: Authority,
  act: Pick<Act, "changes"> & { action: keyof typeof DESCRIPTIONS },
  origin: Origin,
  nowMs: number,
): void {
  const resource = { type: "saved_view", id, name };
  const description = `${DESCRIPTIONS[act.action]} ${name}`;
  change.record(ownEvent({ ...act, organization, actor, resource, description, metadata: { query } }, origin, nowMs));
}

function describe(
  { id, name, query, shared, created_at, updated_at, user_id }: Row,
  author: string,
  editable: boolean,
) {
  return {
    id,
    name,
    query,
    shared: shared === 1,
    author: { id: user_id, name: author },
    editable,
    createdAt: created_at,
    updatedAt: updated_at,
  };
}
