import { describe, expect, it } from "vitest";
import type { SessionPrincipal } from "../../../src/identity/principals.ts";
import type { Role } from "../../../src/identity/vocabulary.ts";
import { Company, PASSWORD } from "../company.ts";
import { type OpenDesk, ORIGIN, OWNER, openRaw } from "../fixture.ts";

const NOT_FOUND = { code: "not_found", message: "There is no such organization." };

export function memberSuite(openDesk: OpenDesk): void {
  describe("members", () => {
    it("are listed by name to who can see them, and to nobody else", async () => {
      const acme = await Company.open(openDesk);
      const [zoe, auditor, member] = [
        await acme.join("zoe", "admin"),
        await acme.join("ben", "auditor"),
        await acme.join("cid", "member"),
      ];
      const listed = await acme.members.list("acme", auditor);
      expect(listed.map(({ name, role }) => [name, role])).toEqual([
        ["Ada Owner", "owner"],
        ["Ben", "auditor"],
        ["Cid", "member"],
        ["Zoe", "admin"],
      ]);
      const joined = { joinedAt: acme.desk.nowMs, lastActiveAt: acme.desk.nowMs, twoFactor: false };
      expect(listed[3]).toEqual({ id: zoe.user.id, name: "Zoe", email: "zoe@example.com", role: "admin", ...joined });
      await expect(acme.members.list("acme", member)).rejects.toMatchObject({
        code: "forbidden",
        message: "The role member cannot do this. An owner or admin of Acme Inc can change your role.",
      });
      for (const organization of ["daybook", "nowhere"]) {
        await expect(acme.members.list(organization, auditor)).rejects.toMatchObject(NOT_FOUND);
      }
    });

    it("get another role from the next request on, with who did it and what changed recorded", async () => {
      const acme = await Company.open(openDesk);
      const ben = await acme.join("ben", "auditor");
      const change = (role: Role) => acme.members.changeRole("acme", ben.user.id, role, acme.owner, ORIGIN);
      expect(await change("admin")).toMatchObject({ id: ben.user.id, role: "admin" });
      expect(await acme.roles()).toEqual({ "Ada Owner": "owner", Ben: "admin" });
      expect(acme.desk.log.at(-1)).toMatchObject({
        tenant_id: "acme",
        action: "member.role_update",
        actor: { type: "user", id: acme.owner.user.id, name: OWNER.name, email: OWNER.email, role: "owner" },
        resource: { type: "member", id: ben.user.id, name: "Ben" },
        changes: [{ path: "role", before: "auditor", after: "admin" }],
        context: { ip: ORIGIN.ip },
      });
      const recorded = acme.desk.log.length;
      expect(await change("admin")).toMatchObject({ role: "admin" });
      expect(acme.desk.log).toHaveLength(recorded);
    });

    it("are made, changed and removed as owners by owners alone", async () => {
      const acme = await Company.open(openDesk);
      const [admin, ben] = [await acme.join("amy", "admin"), await acme.join("ben", "member")];
      const forbidden = { code: "forbidden", message: expect.stringContaining("Only an owner of Acme Inc") };
      for (const act of [
        () => acme.members.changeRole("acme", ben.user.id, "owner", admin, ORIGIN),
        () => acme.members.changeRole("acme", admin.user.id, "owner", admin, ORIGIN),
        () => acme.members.changeRole("acme", acme.owner.user.id, "admin", admin, ORIGIN),
        () => acme.members.remove("acme", acme.owner.user.id, admin, ORIGIN),
        () => acme.invite("eve", "owner", "acme", admin),
      ]) {
        await expect(act()).rejects.toMatchObject(forbidden);
      }
      expect(await acme.members.changeRole("acme", ben.user.id, "auditor", admin, ORIGIN)).toBeDefined();
      expect(acme.desk.log.at(-1)).toMatchObject({ actor: { id: admin.user.id, role: "admin" } });
      await acme.members.changeRole("acme", ben.user.id, "owner", acme.owner, ORIGIN);
      await acme.members.changeRole("acme", ben.user.id, "member", acme.owner, ORIGIN);
      await acme.members.remove("acme", ben.user.id, admin, ORIGIN);
      expect(await acme.roles()).toEqual({ "Ada Owner": "owner", Amy: "admin" });
    });

    it("keep an owner: the last one does not step down", async () => {
      const acme = await Company.open(openDesk);
      const stepDown = () => acme.members.changeRole("acme", acme.owner.user.id, "member", acme.owner, ORIGIN);
      await acme.join("amy", "admin");
      await expect(stepDown()).rejects.toMatchObject({ code: "last_owner", status: 409 });
      const ben = await acme.join("ben", "owner");
      expect(await stepDown()).toMatchObject({ role: "member" });
      expect((await acme.members.list("acme", ben)).filter(({ role }) => role === "owner")).toHaveLength(1);
      // The same holds in the platform, where they still are the only owner.
      const platform = acme.members.changeRole("daybook", acme.owner.user.id, "member", acme.owner, ORIGIN);
      await expect(platform).rejects.toMatchObject({ code: "last_owner" });
    });

    it.each(["demote", "remove"] as const)(
      "keep an owner when two owners %s each other at the same time",
      async (how) => {
        const acme = await Company.open(openDesk);
        const second = await openDesk(acme.desk.location);
        const ben = await acme.join("ben", "owner");
        const on = (desk: typeof second, whom: SessionPrincipal, by: SessionPrincipal) =>
          how === "remove"
            ? desk.identity.members.remove("acme", whom.user.id, by, ORIGIN)
            : desk.identity.members.changeRole("acme", whom.user.id, "auditor", by, ORIGIN);
        const action = how === "remove" ? "member.remove" : "member.role_update";
        const acts = () =>
          [...acme.desk.log, ...second.log].filter((event) => event.tenant_id === "acme" && event.action === action);
        // One process on SQLite, whose file one process has; two on PostgreSQL, where rows are what is locked.
        const other = "path" in acme.desk.location ? acme.desk : second;
        for (let round = 0; round < 5; round++) {
          const before = acts().length;
          const outcomes = await Promise.allSettled([on(acme.desk, ben, acme.owner), on(other, acme.owner, ben)]);
          expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
          const [winner, loser] = outcomes[0]?.status === "fulfilled" ? [acme.owner, ben] : [ben, acme.owner];
          const left = await acme.members.list("acme", winner);
          expect(left.filter(({ role }) => role === "owner").map(({ id }) => id)).toEqual([winner.user.id]);
          expect(acts()).toHaveLength(before + 1);
          const again = { email: loser.user.email, role: "owner" } as const;
          if (how === "demote") await acme.members.changeRole("acme", loser.user.id, "owner", winner, ORIGIN);
          else {
            const { token } = await acme.invitations.create("acme", again, winner, ORIGIN);
            await acme.invitations.accept({ token }, loser, ORIGIN, new Headers());
          }
        }
      },
    );

    it("lose everything with their removal, at once; they do not remove themselves", async () => {
      const acme = await Company.open(openDesk);
      const [admin, ben] = [await acme.join("amy", "admin"), await acme.join("ben", "auditor")];
      await expect(acme.members.remove("acme", admin.user.id, admin, ORIGIN)).rejects.toMatchObject({
        code: "own_membership",
        status: 409,
        message: "You cannot remove yourself. Another owner or admin of Acme Inc can.",
      });
      await expect(acme.members.remove("acme", ben.user.id, ben, ORIGIN)).rejects.toMatchObject({ code: "forbidden" });
      await acme.members.remove("acme", ben.user.id, admin, ORIGIN);
      expect(acme.desk.log.at(-1)).toMatchObject({
        action: "member.remove",
        actor: { id: admin.user.id, role: "admin" },
        resource: { type: "member", id: ben.user.id, name: "Ben" },
        metadata: { role: "auditor" },
      });
      await expect(acme.members.list("acme", ben)).rejects.toMatchObject(NOT_FOUND);
      const signedIn = await acme.desk.identity.signIn({ email: "ben@example.com", password: PASSWORD }, ORIGIN);
      expect(signedIn.principal.memberships).toEqual([]);
      expect(acme.desk.log.at(-1)).toMatchObject({ tenant_id: "daybook", action: "auth.login" });
    });

    it("that are gone or never were have no role to change", async () => {
      const acme = await Company.open(openDesk);
      const ben = await acme.join("ben", "auditor");
      await acme.members.remove("acme", ben.user.id, acme.owner, ORIGIN);
      const recorded = acme.desk.log.length;
      for (const id of [ben.user.id, "nobody", ""]) {
        const gone = { code: "not_found", message: "There is no such member." };
        const change = acme.members.changeRole("acme", id, "admin", acme.owner, ORIGIN);
        await expect(change).rejects.toMatchObject(gone);
        await expect(acme.members.remove("acme", id, acme.owner, ORIGIN)).rejects.toMatchObject(gone);
      }
      expect(acme.desk.log).toHaveLength(recorded);
    });

    it("act by the role they have when their act is committed, not by the one they had when they asked", async () => {
      const acme = await Company.open(openDesk);
      const [admin, ben] = [await acme.join("amy", "admin"), await acme.join("ben", "member")];
      await acme.members.changeRole("acme", admin.user.id, "auditor", acme.owner, ORIGIN);
      const promote = () => acme.members.changeRole("acme", ben.user.id, "admin", admin, ORIGIN);
      await expect(promote()).rejects.toMatchObject({ code: "forbidden" });
      await acme.members.remove("acme", admin.user.id, acme.owner, ORIGIN);
      await expect(promote()).rejects.toMatchObject(NOT_FOUND);
      expect(await acme.roles()).toEqual({ "Ada Owner": "owner", Ben: "member" });
    });

    it("are removed also while the log refuses events, but given no role then", async () => {
      const acme = await Company.open(openDesk);
      const [ben, cid] = [await acme.join("ben", "auditor"), await acme.join("cid", "auditor")];
      acme.desk.refusal = new Error("the disk is full");
      const refused = { code: "log_unavailable" };
      await expect(acme.members.remove("acme", ben.user.id, acme.owner, ORIGIN)).rejects.toMatchObject(refused);
      const promote = acme.members.changeRole("acme", cid.user.id, "admin", acme.owner, ORIGIN);
      await expect(promote).rejects.toMatchObject(refused);
      expect(await acme.roles()).toEqual({ "Ada Owner": "owner", Cid: "auditor" });
      acme.desk.refusal = undefined;
      await acme.desk.identity.deliverPending();
      expect(acme.desk.log.at(-1)).toMatchObject({ action: "member.remove", resource: { id: ben.user.id } });
    });
  });

  describe("an organization without an owner", () => {
    it("gets its first from the platform owner, who can do nothing there from then on", async () => {
      const acme = await Company.open(openDesk);
      await acme.desk.identity.putOrganization("beta", "Beta", { type: "system" }, ORIGIN);
      expect(await acme.members.list("beta", acme.owner)).toEqual([]);
      const first = await acme.join("bea", "owner", "beta");
      const [invited, added] = acme.desk.log.filter((event) => event.tenant_id === "beta").slice(-3);
      const { id, email } = acme.owner.user;
      expect(invited).toMatchObject({ action: "member.invite", actor: { id, email, role: "platform_owner" } });
      expect(added).toMatchObject({ action: "member.add", actor: { id: first.user.id, role: "owner" } });
      const forbidden = { code: "forbidden", message: expect.stringContaining("An owner or admin of Beta") };
      await expect(acme.members.list("beta", acme.owner)).rejects.toMatchObject(forbidden);
      await expect(acme.invite("eve", "member", "beta")).rejects.toMatchObject(forbidden);
      await expect(acme.members.remove("beta", first.user.id, acme.owner, ORIGIN)).rejects.toMatchObject(forbidden);
    });

    it("gets none from anybody else", async () => {
      const acme = await Company.open(openDesk);
      const admin = await acme.join("amy", "admin", "daybook");
      await acme.desk.identity.putOrganization("beta", "Beta", { type: "system" }, ORIGIN);
      await expect(acme.invite("amy", "owner", "beta", admin)).rejects.toMatchObject(NOT_FOUND);
      await openRaw(acme.desk.location, (db) => db.deleteFrom("member").where("userId", "=", admin.user.id).execute());
      await expect(acme.invite("amy", "owner", "beta", admin)).rejects.toMatchObject(NOT_FOUND);
    });
  });
}
