import { describe, expect, it } from "vitest";
import { lastActiveOf, twoFactorOf } from "../../../src/identity/person-state.ts";
import type { Origin, SessionPrincipal } from "../../../src/identity/principals.ts";
import { SESSION_IDLE_MS } from "../../../src/identity/sessions.ts";
import { cookieHeaders, type Desk, type OpenDesk, ORIGIN, OWNER, openRaw, rawRows } from "../fixture.ts";
import { addBen, BEN } from "../second-person.ts";

const NEW_PASSWORD = "another horse battery";
const MINUTE = 60_000;

export function profileSuite(openDesk: OpenDesk): void {
  describe("a person's own name", () => {
    it("is changed in every organization of theirs, by who they were until then", async () => {
      const desk = await deskWithBen(openDesk);
      const ben = await session(desk, BEN);
      desk.log.length = 0;
      const renamed = await desk.identity.profile.rename(ben.principal, { name: " Benedict Member " }, ORIGIN);
      expect(renamed).toEqual({ ...ben.principal, user: { ...ben.principal.user, name: "Benedict Member" } });
      expect(await desk.identity.authenticate(ben.headers)).toEqual(renamed);
      const common = {
        action: "user.update",
        resource: { type: "user", id: BEN.id, name: "Benedict Member" },
        changes: [{ path: "name", before: BEN.name, after: "Benedict Member" }],
        context: { session_id: ben.principal.sessionId },
      };
      const byRole = (role: string) => ({ ...common, actor: { type: "user", id: BEN.id, name: BEN.name, role } });
      expect(desk.log).toHaveLength(2);
      expect(desk.log).toMatchObject([
        { tenant_id: "acme", ...byRole("auditor") },
        { tenant_id: "beta", ...byRole("admin") },
      ]);
      await desk.identity.profile.rename(ben.principal, { name: "Benedict Member" }, ORIGIN);
      expect(desk.log).toHaveLength(2);
    });

    it("tells of two changes at once each what it replaced", async () => {
      const desk = await openDesk();
      const owner = await ownerOf(desk);
      desk.log.length = 0;
      await Promise.all(["One", "Two"].map((name) => desk.identity.profile.rename(owner.principal, { name }, ORIGIN)));
      const changes = desk.log.filter((event) => event.tenant_id === "acme").flatMap((event) => event.changes ?? []);
      expect(changes[0]?.before).toBe(OWNER.name);
      expect(changes[1]?.before).toBe(changes[0]?.after);
    });

    it("is not nothing", async () => {
      const desk = await openDesk();
      const { principal } = await ownerOf(desk);
      for (const name of ["", "  ", "x".repeat(201)]) {
        const refused = desk.identity.profile.rename(principal, { name }, ORIGIN);
        await expect(refused).rejects.toMatchObject({ code: "invalid_input", errors: [{ pointer: "/name" }] });
      }
    });
  });

  describe("a person's own columns", () => {
    it("are kept for them alone, replaced and reset, and no event records it", async () => {
      const desk = await deskWithBen(openDesk);
      const [ben, owner] = [await session(desk, BEN), await session(desk, OWNER)];
      const { profile } = desk.identity;
      desk.log.length = 0;
      expect(await profile.columnLayout(BEN.id)).toBeUndefined();
      await profile.keepColumnLayout(ben.principal, { shown: ["user", "action"], widths: { user: 12.5 } });
      await profile.keepColumnLayout(ben.principal, { shown: ["action"], widths: {} });
      expect(await profile.columnLayout(BEN.id)).toEqual({ shown: ["action"], widths: {} });
      expect(await profile.columnLayout(owner.principal.user.id)).toBeUndefined();
      await profile.keepColumnLayout(ben.principal, undefined);
      expect(await profile.columnLayout(BEN.id)).toBeUndefined();
      expect(desk.log).toEqual([]);
    });
  });

  describe("a person's own password", () => {
    it("is changed by who knows it, and ends every other session of theirs at once", async () => {
      const desk = await deskWithBen(openDesk);
      const [ben, second, third] = [await session(desk, BEN), await session(desk, BEN), await session(desk, BEN)];
      const owner = await session(desk, OWNER);
      desk.log.length = 0;
      await change(desk, ben.principal);
      for (const { headers } of [second, third]) {
        await expect(desk.identity.authenticate(headers)).rejects.toMatchObject({ code: "unauthenticated" });
      }
      for (const { headers } of [ben, owner]) await expect(desk.identity.authenticate(headers)).resolves.toBeDefined();
      await expect(session(desk, BEN)).rejects.toMatchObject({ code: "invalid_credentials" });
      await expect(session(desk, { ...BEN, password: NEW_PASSWORD })).resolves.toBeDefined();

      const ended = [second, third].map(({ principal }) => principal.sessionId).sort();
      for (const [tenant, role] of [
        ["acme", "auditor"],
        ["beta", "admin"],
      ]) {
        const [changed, ...revoked] = desk.log.filter((event) => event.tenant_id === tenant).slice(0, 3);
        const actor = { type: "user", id: BEN.id, email: BEN.email, role };
        expect(changed).toMatchObject({
          action: "auth.password_change",
          actor,
          resource: { type: "user", id: BEN.id },
          context: { ip: ORIGIN.ip, session_id: ben.principal.sessionId },
          metadata: { ended_sessions: 2 },
        });
        for (const event of revoked) {
          expect(event).toMatchObject({
            action: "session.revoke",
            actor,
            resource: { type: "session" },
            metadata: { reason: "password_change" },
          });
        }
        expect(revoked.map((event) => event.resource.id).sort()).toEqual(ended);
      }
      expect(JSON.stringify(desk.log)).not.toContain(NEW_PASSWORD);
    });

    it("is not changed by who guesses, which is recorded and throttled like a sign-in", async () => {
      const desk = await openDesk();
      const { principal, headers } = await ownerOf(desk);
      desk.log.length = 0;
      for (let i = 0; i < 5; i++) {
        await expect(change(desk, principal, "a guess")).rejects.toMatchObject({
          code: "invalid_input",
          errors: [{ pointer: "/current_password" }],
        });
      }
      await expect(change(desk, principal)).rejects.toMatchObject({ code: "rate_limited" });
      await expect(session(desk, OWNER)).rejects.toMatchObject({ code: "rate_limited" });
      expect(desk.acts("acme")).toEqual(Array(5).fill("auth.password_change failure"));
      expect(desk.log[0]).toMatchObject({ metadata: { reason: "wrong_password" } });
      await expect(desk.identity.authenticate(headers)).resolves.toBeDefined();
      await expect(session(desk, OWNER, { ...ORIGIN, ip: "203.0.113.9" })).resolves.toBeDefined();
    });

    it("is long enough", async () => {
      const desk = await openDesk();
      const { principal } = await ownerOf(desk);
      const short = desk.identity.profile.changePassword(
        principal,
        { current_password: OWNER.password, new_password: "short" },
        ORIGIN,
      );
      await expect(short).rejects.toMatchObject({ code: "invalid_input", errors: [{ pointer: "/new_password" }] });
    });

    it("lets nobody in with the old one who signs in while it is changed", async () => {
      const desk = await openDesk();
      const { principal, headers } = await ownerOf(desk);
      const other = await openDesk(desk.location);
      await fallBehind(desk);
      // The sign-in has found its password right by then, and has not begun its session.
      desk.beforeTaking = async () => {
        desk.beforeTaking = undefined;
        await other.identity.profile.changePassword(
          principal,
          { current_password: OWNER.password, new_password: NEW_PASSWORD },
          ORIGIN,
        );
      };
      await expect(session(desk, OWNER)).rejects.toMatchObject({ code: "invalid_credentials" });
      expect(desk.beforeTaking).toBeUndefined();
      const alive = await desk.identity.profile.sessions(principal);
      expect(alive.map(({ id }) => id)).toEqual([principal.sessionId]);
      await expect(desk.identity.authenticate(headers)).resolves.toBeDefined();
    });

    it("of two changes at once is one of the two, and the other is informed", async () => {
      const desk = await openDesk();
      const { principal } = await ownerOf(desk);
      const outcomes = await Promise.allSettled(
        [1, 2].map((i) => change(desk, principal, undefined, `${NEW_PASSWORD} ${i}`)),
      );
      expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "invalid_input" } });
    });

    it("is recorded after a restart when the log refused, with the sessions that ended at once", async () => {
      const desk = await openDesk();
      const { principal } = await ownerOf(desk);
      const other = await session(desk, OWNER);
      desk.log.length = 0;
      desk.refusal = new Error("the disk is full");
      await expect(change(desk, principal)).rejects.toMatchObject({ code: "log_unavailable" });
      await expect(desk.identity.authenticate(other.headers)).rejects.toMatchObject({ code: "unauthenticated" });
      expect(await rawRows(desk.location, "outbox")).toHaveLength(4);
      desk.refusal = undefined;
      await desk.reopenAfterClose();
      await desk.identity.deliverPending();
      expect(desk.acts("acme")).toEqual(["auth.password_change", "session.revoke"]);
      expect(await rawRows(desk.location, "outbox")).toEqual([]);
    });
  });

  describe("a person's own sessions", () => {
    it("are listed, the current one first, then by last use, without those that have run out", async () => {
      const desk = await deskWithBen(openDesk);
      await session(desk, BEN);
      desk.nowMs += SESSION_IDLE_MS;
      const startedAt = desk.nowMs;
      const first = await session(desk, BEN, { ip: undefined, userAgent: undefined, requestId: "r" });
      desk.nowMs += MINUTE;
      const second = await session(desk, BEN);
      desk.nowMs += MINUTE;
      const third = await session(desk, BEN);
      desk.nowMs += 10 * MINUTE;
      await desk.identity.authenticate(first.headers);
      const list = await desk.identity.profile.sessions(second.principal);
      expect(list.map(({ id }) => id)).toEqual([second, first, third].map(({ principal }) => principal.sessionId));
      expect(list.map(({ current }) => current)).toEqual([true, false, false]);
      expect(list[1]).toEqual({
        id: first.principal.sessionId,
        current: false,
        createdAt: startedAt,
        lastUsedAt: desk.nowMs,
        expiresAt: desk.nowMs + SESSION_IDLE_MS,
        ip: undefined,
        userAgent: undefined,
      });
      expect(list[0]).toMatchObject({ ip: ORIGIN.ip, userAgent: ORIGIN.userAgent });
    });

    it("are ended one by one, and nobody else's, for the next request", async () => {
      const desk = await deskWithBen(openDesk);
      const [ben, other, owner] = [await session(desk, BEN), await session(desk, BEN), await session(desk, OWNER)];
      desk.log.length = 0;
      for (const id of [owner.principal.sessionId, "nothing"]) {
        const ending = desk.identity.profile.endSession(ben.principal, id, ORIGIN);
        await expect(ending).rejects.toMatchObject({ code: "not_found", message: "There is no such session." });
      }
      await expect(desk.identity.authenticate(owner.headers)).resolves.toBeDefined();
      expect(desk.log).toEqual([]);
      await desk.identity.profile.endSession(ben.principal, other.principal.sessionId, ORIGIN);
      await expect(desk.identity.authenticate(other.headers)).rejects.toMatchObject({ code: "unauthenticated" });
      for (const tenant_id of ["acme", "beta"]) {
        expect(desk.log.filter((event) => event.tenant_id === tenant_id)).toMatchObject([
          {
            action: "session.revoke",
            resource: { type: "session", id: other.principal.sessionId },
            context: { session_id: ben.principal.sessionId },
            metadata: { reason: "ended_by_user" },
          },
        ]);
      }
      const again = desk.identity.profile.endSession(ben.principal, other.principal.sessionId, ORIGIN);
      await expect(again).rejects.toMatchObject({ code: "not_found" });
    });

    it("are all ended by signing out everywhere, also while the log refuses events", async () => {
      const desk = await deskWithBen(openDesk);
      const [ben, other, owner] = [await session(desk, BEN), await session(desk, BEN), await session(desk, OWNER)];
      desk.log.length = 0;
      await fallBehind(desk);
      desk.refusal = new Error("the disk is full");
      const refused = desk.identity.profile.endAllSessions(ben.principal, ORIGIN);
      await expect(refused).rejects.toMatchObject({ code: "log_unavailable" });
      for (const { headers } of [ben, other]) {
        await expect(desk.identity.authenticate(headers)).rejects.toMatchObject({ code: "unauthenticated" });
      }
      await expect(desk.identity.authenticate(owner.headers)).resolves.toBeDefined();
      desk.refusal = undefined;
      await desk.identity.deliverPending();
      const ended = [ben, other].map(({ principal }) => principal.sessionId).sort();
      for (const tenant_id of ["acme", "beta"]) {
        const events = desk.log.filter((event) => event.tenant_id === tenant_id);
        expect(events.map((event) => event.resource.id).sort()).toEqual(ended);
        for (const event of events) {
          expect(event).toMatchObject({ action: "session.revoke", metadata: { reason: "sign_out_everywhere" } });
        }
      }
    });

    it("tell when people were last here, also once they have signed out", async () => {
      const desk = await deskWithBen(openDesk);
      const ben = await session(desk, BEN);
      const signedInAt = desk.nowMs;
      const lastActive = () => openRaw(desk.location, (db) => lastActiveOf(db, [BEN.id, "nobody"]));
      expect(await lastActive()).toEqual(new Map([[BEN.id, signedInAt]]));
      desk.nowMs += 4 * MINUTE;
      await desk.identity.authenticate(ben.headers);
      expect(await lastActive()).toEqual(new Map([[BEN.id, signedInAt]]));
      desk.nowMs += MINUTE;
      await desk.identity.authenticate(ben.headers);
      await desk.identity.signOut(ben.headers, ORIGIN);
      expect(await lastActive()).toEqual(new Map([[BEN.id, desk.nowMs]]));
      const nobody = await openRaw(desk.location, async (db) => [
        await lastActiveOf(db, []),
        await twoFactorOf(db, []),
      ]);
      expect(nobody).toEqual([new Map(), new Set()]);
    });
  });
}

interface Signed {
  principal: SessionPrincipal;
  headers: Headers;
}

async function ownerOf(desk: Desk): Promise<Signed> {
  const headers = await desk.setUp();
  const principal = await desk.identity.authenticate(headers);
  if (principal.type !== "session") throw new Error("set-up gave no session");
  return { principal, headers };
}

/** Leaves events waiting for the log. */
async function fallBehind(desk: Desk): Promise<void> {
  desk.refusal = new Error("the disk is full");
  const change = desk.identity.putOrganization("gamma", "Gamma", { type: "system" }, ORIGIN);
  await expect(change).rejects.toMatchObject({ code: "log_unavailable" });
  desk.refusal = undefined;
}

/** Ben is an auditor of acme and an admin of beta; he has no place in the platform. */
async function deskWithBen(openDesk: OpenDesk): Promise<Desk> {
  const desk = await openDesk();
  await desk.setUp();
  await desk.identity.putOrganization("beta", "Beta", { type: "system" }, ORIGIN);
  await addBen(desk.location, { acme: "auditor", beta: "admin" });
  return desk;
}

async function session(desk: Desk, who: { email: string; password: string }, from: Origin = ORIGIN): Promise<Signed> {
  const { email, password } = who;
  const { principal, setCookies } = await desk.identity.signIn({ email, password }, from);
  return { principal, headers: cookieHeaders(setCookies) };
}

function change(desk: Desk, principal: SessionPrincipal, current = OWNER.password, to = NEW_PASSWORD): Promise<void> {
  return desk.identity.profile.changePassword(principal, { current_password: current, new_password: to }, ORIGIN);
}
