import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from "kysely";
import { describe, expect, it } from "vitest";
import { KEY_CACHE_MS, KeyCache } from "../../../src/identity/key-cache.ts";
import { withChecksum } from "../../../src/identity/key-format.ts";
import { bearer, type Desk, type OpenDesk, ORIGIN, openRaw, rawRows } from "../fixture.ts";

const BY = { type: "system", id: "operator" } as const;
const UNAUTHENTICATED = { code: "unauthenticated", message: "The API key is not valid." };

export function keySuite(openDesk: OpenDesk): void {
  describe("an API key", () => {
    it("answers as its organization's from the moment it is made, and its making is recorded", async () => {
      const desk = await openAcme(openDesk);
      const created = await newKey(desk);
      expect(created.key).toMatch(/^dbk_[0-9A-Za-z]{8}_[0-9A-Za-z]{38}$/);
      expect(created.key.startsWith(created.prefix)).toBe(true);
      expect(await desk.identity.authenticate(bearer(created.key))).toEqual({
        type: "api_key",
        id: created.id,
        name: "app",
        organization: "acme",
        scopes: ["events:write"],
      });
      expect(desk.log.at(-1)).toMatchObject({
        tenant_id: "acme",
        action: "api_key.create",
        actor: BY,
        resource: { type: "api_key", id: created.id, name: "app" },
        metadata: { scopes: ["events:write"] },
      });
      const stored = JSON.stringify([await rawRows(desk.location, "api_key"), desk.log]);
      expect(stored).not.toContain(created.key.slice(created.prefix.length + 1));
    });

    it("is refused with one message whether malformed, mistyped, unknown, expired or revoked", async () => {
      const desk = await openAcme(openDesk);
      const { key, prefix } = await newKey(desk);
      const unknown = (await newKey(await openAcme(openDesk))).key;
      const expiring = await newKey(desk, { expiresAt: desk.nowMs + 1000 });
      const revoked = await newKey(desk);
      expect(await desk.identity.authenticate(bearer(expiring.key))).toBeDefined();
      expect(await desk.identity.authenticate(bearer(revoked.key))).toBeDefined();
      desk.nowMs += 1000;
      await desk.identity.revokeKey(revoked.id, BY, ORIGIN);
      const forged = withChecksum(`${prefix}_${"0".repeat(32)}`);
      const flipped = key.slice(0, -1) + (key.endsWith("0") ? "1" : "0");
      const refused = ["", "dbk_", "x".repeat(10_000), flipped, forged, unknown, expiring.key, revoked.key];
      for (const text of refused) {
        await expect(desk.identity.authenticate(bearer(text))).rejects.toMatchObject(UNAUTHENTICATED);
      }
      await expect(desk.identity.authenticate(new Headers({ authorization: key }))).rejects.toMatchObject(
        UNAUTHENTICATED,
      );
      expect(await desk.identity.authenticate(new Headers({ authorization: `bearer  ${key}` }))).toBeDefined();
    });

    it("is revoked once, by two tabs at the same time too, and stays known", async () => {
      const desk = await openAcme(openDesk);
      const { id } = await newKey(desk);
      await Promise.all([1, 2].map(() => desk.identity.revokeKey(id, BY, ORIGIN)));
      await desk.identity.revokeKey("no such key", BY, ORIGIN);
      expect(desk.acts("acme").filter((act) => act === "api_key.delete")).toHaveLength(1);
      expect(await desk.identity.listKeys("acme")).toEqual([]);
      expect(await desk.identity.findKey(id)).toMatchObject({ id, revokedAt: desk.nowMs });
    });

    it("fails at once where it is revoked, also when that cannot be recorded yet, and soon in other processes", async () => {
      const desk = await openAcme(openDesk);
      const other = await openDesk(desk.location);
      const { key, id } = await newKey(desk);
      expect(await desk.identity.authenticate(bearer(key))).toBeDefined();
      expect(await other.identity.authenticate(bearer(key))).toBeDefined();
      desk.refusal = new Error("the disk is full");
      await expect(desk.identity.revokeKey(id, BY, ORIGIN)).rejects.toMatchObject({ code: "log_unavailable" });
      await expect(desk.identity.authenticate(bearer(key))).rejects.toMatchObject(UNAUTHENTICATED);
      other.nowMs += KEY_CACHE_MS;
      await expect(other.identity.authenticate(bearer(key))).rejects.toMatchObject(UNAUTHENTICATED);
    });

    it("is not believed because of a look-up that began before its revocation and ends after it", async () => {
      const desk = await openAcme(openDesk);
      const { key, id, prefix } = await newKey(desk);
      const gate = new ResultGate();
      await openRaw(desk.location, async (db) => {
        const cache = new KeyCache(db.withPlugin(gate), Date.now, fail);
        const looking = cache.authenticate(key);
        await gate.reached;
        await desk.identity.revokeKey(id, BY, ORIGIN);
        cache.revoked(prefix);
        gate.open();
        await expect(looking).rejects.toMatchObject(UNAUTHENTICATED);
        await expect(cache.authenticate(key)).rejects.toMatchObject(UNAUTHENTICATED);
      });
    });

    it("tells when it was used last, to the minute", async () => {
      const desk = await openAcme(openDesk);
      const { key, id } = await newKey(desk);
      const firstUse = desk.nowMs;
      await desk.identity.authenticate(bearer(key));
      desk.nowMs += 59_000;
      await desk.identity.authenticate(bearer(key));
      await desk.reopenAfterClose();
      expect(await desk.identity.findKey(id)).toMatchObject({ lastUsedAt: firstUse });
      desk.nowMs += 1_000;
      await desk.identity.authenticate(bearer(key));
      await desk.reopenAfterClose();
      expect(await desk.identity.findKey(id)).toMatchObject({ lastUsedAt: desk.nowMs });
    });

    it("belongs to an organization there is, or to the platform", async () => {
      const desk = await openAcme(openDesk);
      const platform = await newKey(desk, { organization: undefined, scopes: ["organizations:write", "events:write"] });
      expect(await desk.identity.authenticate(bearer(platform.key))).toMatchObject({ organization: undefined });
      expect(desk.acts("daybook")).toEqual(["api_key.create"]);
      expect(await desk.identity.listKeys(undefined)).toHaveLength(1);
      await expect(newKey(desk, { organization: "nowhere" })).rejects.toMatchObject({ code: "not_found" });
    });

    it.each([
      [{ name: " " }, "/name"],
      [{ scopes: [] }, "/scopes"],
      [{ scopes: ["events:write", "events:write"] as const }, "/scopes"],
      [{ scopes: ["organizations:write"] as const }, "/scopes"],
      [{ expiresAt: 1 }, "/expires_at"],
      [{ expiresAt: Number.NaN }, "/expires_at"],
    ])("is not made from %j", async (input, pointer) => {
      const desk = await openAcme(openDesk);
      await expect(newKey(desk, input)).rejects.toMatchObject({ code: "invalid_input", errors: [{ pointer }] });
    });
  });
}

/** Holds what the database answered until it is opened: whoever asked is in the middle of a look-up. */
class ResultGate implements KyselyPlugin {
  readonly reached: Promise<void>;
  private reach: () => void = () => {};
  private readonly opened: Promise<void>;
  open: () => void = () => {};

  constructor() {
    this.reached = new Promise((resolve) => {
      this.reach = resolve;
    });
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    this.reach();
    await this.opened;
    return result;
  }
}

function fail(error: unknown): never {
  throw error;
}

async function openAcme(openDesk: OpenDesk): Promise<Desk> {
  const desk = await openDesk();
  await desk.identity.putOrganization("acme", "Acme", BY, ORIGIN);
  return desk;
}

function newKey(desk: Desk, input: Partial<Parameters<Desk["identity"]["createKey"]>[0]> = {}) {
  const scopes = ["events:write"] as const;
  return desk.identity.createKey({ organization: "acme", name: "app", scopes, ...input }, BY, ORIGIN);
}
