import { timingSafeEqual } from "node:crypto";
import type { Kysely } from "kysely";
import { DaybookError } from "../errors.ts";
import { hashOf, isKey, prefixOf } from "./key-format.ts";
import type { KeyPrincipal } from "./principals.ts";
import type { Schema } from "./schema.ts";
import type { Scope } from "./vocabulary.ts";

/**
 * How long an answer from the database is believed: a key revoked by another process (several nodes on one PostgreSQL) fails at
 * most this many milliseconds later. In the process that revokes it, it fails at once.
 */
export const KEY_CACHE_MS = 1_000;
/** Keys held at most; the one held longest makes room. */
const HELD_MAX = 10_000;
/** `last_used_at` is written at most this often for one key. */
const USED_EVERY_MS = 60_000;

interface Held {
  readonly hash: Buffer;
  readonly principal: KeyPrincipal;
  readonly expiresAt: number;
  readonly loadedAt: number;
  /** When its use was noted last. */
  usedAt: number;
}

/** Answers who a key belongs to, from memory as a rule, and notes when it was used. */
export class KeyCache {
  private readonly db: Kysely<Schema>;
  private readonly now: () => number;
  private readonly report: (error: unknown) => void;
  private readonly held = new Map<string, Held>();
  /** Under which each principal is held. */
  private readonly prefixes = new WeakMap<KeyPrincipal, string>();
  /** Counts revocations: what was read before one and arrives after it is not kept. */
  private revocations = 0;
  /** Look-ups under way, so that many requests at once with one key make one. */
  private readonly loading = new Map<string, Promise<Held | undefined>>();
  /** Times of use not yet in the database, by key id. */
  private readonly unwritten = new Map<string, number>();
  private writing: Promise<void> | undefined;

  constructor(db: Kysely<Schema>, now: () => number, report: (error: unknown) => void) {
    this.db = db;
    this.now = now;
    this.report = report;
  }

  /** @throws DaybookError unauthenticated, the same for malformed, unknown, revoked and expired keys. */
  async authenticate(text: string): Promise<KeyPrincipal> {
    const held = this.fresh(prefixOf(text)) ?? (await this.loadFor(text));
    if (held === undefined || !timingSafeEqual(held.hash, hashOf(text)) || held.expiresAt <= this.now())
      throw invalidKey();
    this.used(held);
    return held.principal;
  }

  /** Whether a principal that was authenticated here is still believed. False says nothing: it may only have to be looked up again. */
  isCurrent(principal: KeyPrincipal): boolean {
    const prefix = this.prefixes.get(principal);
    const held = prefix === undefined ? undefined : this.fresh(prefix);
    return held?.principal === principal && held.expiresAt > this.now();
  }

  /** A text that is not a key of Daybook is not looked up. */
  private async loadFor(text: string): Promise<Held | undefined> {
    return isKey(text) ? this.loadOnce(prefixOf(text)) : undefined;
  }

  /** From now on the key fails here. Called when its revocation is committed. */
  revoked(prefix: string): void {
    this.revocations++;
    this.held.delete(prefix);
  }

  /** Waits until what was noted is written, for closing. */
  async flush(): Promise<void> {
    await this.writing;
    await this.writeUsed();
  }

  private fresh(prefix: string): Held | undefined {
    const held = this.held.get(prefix);
    return held !== undefined && Math.abs(this.now() - held.loadedAt) < KEY_CACHE_MS ? held : undefined;
  }

  private loadOnce(prefix: string): Promise<Held | undefined> {
    const underWay = this.loading.get(prefix);
    if (underWay !== undefined) return underWay;
    const load = this.load(prefix).finally(() => this.loading.delete(prefix));
    this.loading.set(prefix, load);
    return load;
  }

  private async load(prefix: string): Promise<Held | undefined> {
    const revocations = this.revocations;
    const row = await this.db.selectFrom("api_key").selectAll().where("prefix", "=", prefix).executeTakeFirst();
    if (row === undefined || row.revoked_at !== null) {
      this.held.delete(prefix);
      return undefined;
    }
    const held: Held = {
      hash: Buffer.from(row.hash, "hex"),
      principal: {
        type: "api_key",
        id: row.id,
        name: row.name,
        organization: row.organization ?? undefined,
        scopes: JSON.parse(row.scopes) as Scope[],
      },
      expiresAt: row.expires_at ?? Number.POSITIVE_INFINITY,
      loadedAt: this.now(),
      usedAt: this.held.get(prefix)?.usedAt ?? row.last_used_at ?? Number.NEGATIVE_INFINITY,
    };
    if (revocations !== this.revocations) return this.load(prefix);
    this.held.delete(prefix);
    this.held.set(prefix, held);
    this.prefixes.set(held.principal, prefix);
    if (this.held.size > HELD_MAX) this.evictOldest();
    return held;
  }

  private evictOldest(): void {
    const oldest = this.held.keys().next();
    if (oldest.done !== true) this.held.delete(oldest.value);
  }

  /** Notes a use; the row is written beside the request, never for it. */
  private used(held: Held): void {
    const now = this.now();
    if (now - held.usedAt < USED_EVERY_MS) return;
    held.usedAt = now;
    this.unwritten.set(held.principal.id, now);
    this.writing ??= this.writeUsed()
      .catch(this.report)
      .finally(() => {
        this.writing = undefined;
      });
  }

  private async writeUsed(): Promise<void> {
    for (const [id, usedAt] of this.unwritten) {
      this.unwritten.delete(id);
      await this.db.updateTable("api_key").set({ last_used_at: usedAt }).where("id", "=", id).execute();
    }
  }
}

export function invalidKey(): DaybookError {
  return new DaybookError("unauthenticated", "The API key is not valid.");
}
