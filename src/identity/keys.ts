import { uuidv7 } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import { noSuchOrganization } from "./authority.ts";
import { ownEvent } from "./events.ts";
import { newKey, parseInput } from "./input.ts";
import type { KeyCache } from "./key-cache.ts";
import type { CreatedKey, KeyInfo } from "./key-contract.ts";
import { hashOf, newKeyText, prefixOf } from "./key-format.ts";
import type { Actor } from "./own-events.ts";
import type { Origin } from "./principals.ts";
import type { Schema } from "./schema.ts";
import type { Store } from "./store.ts";
import { PLATFORM_ORGANIZATION, type Scope } from "./vocabulary.ts";

/** Making, listing and revoking API keys. */
export class Keys {
  private readonly store: Store;
  private readonly cache: KeyCache;
  private readonly now: () => number;

  constructor(store: Store, cache: KeyCache, now: () => number) {
    this.store = store;
    this.cache = cache;
    this.now = now;
  }

  async create(
    input: { organization: string | undefined; name: string; scopes: readonly Scope[]; expiresAt?: number },
    by: Actor,
    origin: Origin,
  ): Promise<CreatedKey> {
    const { name, scopes } = parseInput(newKey, { name: input.name, scopes: input.scopes });
    const now = this.now();
    if (input.organization !== undefined && scopes.includes("organizations:write")) {
      throw invalid("/scopes", "organizations:write is for keys of the platform only");
    }
    if (input.expiresAt !== undefined && !(input.expiresAt > now))
      throw invalid("/expires_at", "must be in the future");
    const key = newKeyText();
    const row = {
      id: uuidv7(now),
      organization: input.organization ?? null,
      name,
      prefix: prefixOf(key),
      hash: hashOf(key).toString("hex"),
      scopes: JSON.stringify(scopes),
      created_by: JSON.stringify(by),
      created_at: now,
      expires_at: input.expiresAt ?? null,
      last_used_at: null,
      revoked_at: null,
    };
    await this.store.change(async (change) => {
      if (row.organization !== null) {
        const exists = await change.db
          .selectFrom("organization")
          .select("id")
          .where("id", "=", row.organization)
          .executeTakeFirst();
        if (exists === undefined) throw noSuchOrganization();
      }
      await change.db.insertInto("api_key").values(row).execute();
      const act = { action: "api_key.create", description: `Created API key ${name}` } as const;
      change.record(ownEvent({ ...keyAct(row, by), ...act }, origin, now));
    });
    return { key, ...keyInfo(row) };
  }

  /** Keys that are not revoked, newest first; undefined lists those of the platform. */
  async list(organization: string | undefined): Promise<KeyInfo[]> {
    const rows = await this.store.db
      .selectFrom("api_key")
      .selectAll()
      .where("organization", organization === undefined ? "is" : "=", organization ?? null)
      .where("revoked_at", "is", null)
      .orderBy("id", "desc")
      .execute();
    return rows.map(keyInfo);
  }

  /** @returns undefined when there is none; a revoked key is still found. */
  async find(id: string): Promise<KeyInfo | undefined> {
    const row = await this.store.db.selectFrom("api_key").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : keyInfo(row);
  }

  /** Does nothing when it is revoked already. @throws DaybookError log_unavailable; the key is revoked all the same. */
  async revoke(id: string, by: Actor, origin: Origin): Promise<void> {
    const now = this.now();
    let revoked: string | undefined;
    await this.store.change(
      async (change) => {
        const row = await change.db
          .updateTable("api_key")
          .set({ revoked_at: now })
          .where("id", "=", id)
          .where("revoked_at", "is", null)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return;
        revoked = row.prefix;
        const act = { action: "api_key.delete", description: `Revoked API key ${row.name}` } as const;
        change.record(ownEvent({ ...keyAct(row, by), ...act }, origin, now));
      },
      {
        revokes: true,
        onCommit: () => {
          if (revoked !== undefined) this.cache.revoked(revoked);
        },
      },
    );
  }
}

function keyAct(row: Schema["api_key"], by: Actor) {
  return {
    organization: row.organization ?? PLATFORM_ORGANIZATION,
    actor: by,
    resource: { type: "api_key", id: row.id, name: row.name },
    metadata: {
      scopes: JSON.parse(row.scopes) as Scope[],
      prefix: row.prefix,
      ...(row.expires_at === null ? {} : { expires_at: new Date(row.expires_at).toISOString() }),
    },
  };
}

function keyInfo(row: Schema["api_key"]): KeyInfo {
  return {
    id: row.id,
    organization: row.organization ?? undefined,
    name: row.name,
    prefix: row.prefix,
    scopes: JSON.parse(row.scopes) as Scope[],
    createdBy: JSON.parse(row.created_by) as Actor,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}

function invalid(pointer: string, message: string): DaybookError {
  return new DaybookError("invalid_input", "The input is not valid.", { errors: [{ pointer, message }] });
}
