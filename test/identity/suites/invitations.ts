import { describe, expect, it } from "vitest";
import { INVITATION_MS } from "../../../src/identity/invitations.ts";
import { Company, PASSWORD } from "../company.ts";
import { cookieHeaders, type OpenDesk, ORIGIN, OWNER, rawRows } from "../fixture.ts";

const INVALID = { code: "invalid_token", status: 401 };
const BY_ITS_LINK = new Headers();

export function invitationSuite(openDesk: OpenDesk): void {
  describe("an invitation", () => {
    it("makes a new person a member, signed in; each step is recorded, its link kept nowhere", async () => {
      const acme = await Company.open(openDesk);
      const { token, ...invitation } = await acme.invite("ben", "auditor");
      const { nowMs } = acme.desk;
      expect(invitation).toEqual({
        id: expect.any(String),
        email: "ben@example.com",
        role: "auditor",
        invitedBy: { name: OWNER.name },
        createdAt: nowMs,
        expiresAt: nowMs + INVITATION_MS,
      });
      expect(await acme.invitations.lookUp(token, ORIGIN)).toEqual({
        organization: { id: "acme", name: "Acme Inc" },
        email: "ben@example.com",
        role: "auditor",
        invitedBy: { name: OWNER.name },
        expiresAt: nowMs + INVITATION_MS,
        account: false,
      });
      const ben = await acme.accept(token, "ben");
      expect(ben.user).toMatchObject({ name: "Ben", email: "ben@example.com" });
      expect(ben.memberships.map(({ organization, role }) => [organization, role])).toEqual([["acme", "auditor"]]);
      const [invited, added, signedIn] = acme.desk.log.slice(-3);
      const person = { type: "user", id: ben.user.id, name: "Ben", email: "ben@example.com", role: "auditor" };
      const owner = { type: "user", id: acme.owner.user.id, name: OWNER.name, email: OWNER.email, role: "owner" };
      expect(invited).toMatchObject({
        tenant_id: "acme",
        action: "member.invite",
        description: "Invited ben@example.com as auditor",
        actor: owner,
        resource: { type: "invitation", id: invitation.id, name: "ben@example.com" },
        metadata: { role: "auditor" },
      });
      expect(added).toMatchObject({
        tenant_id: "acme",
        action: "member.add",
        actor: person,
        resource: { type: "member", id: ben.user.id, name: "Ben" },
        metadata: { role: "auditor", invitation: invitation.id },
      });
      expect(signedIn).toMatchObject({ action: "auth.login", actor: person, metadata: { method: "invitation" } });
      const stored = await Promise.all(
        (["invitation", "one_time_token", "outbox"] as const).map((table) => rawRows(acme.desk.location, table)),
      );
      expect(JSON.stringify([stored, acme.desk.log])).not.toContain(token);
      expect(stored.flat()).toEqual([]);
    });

    it("is accepted by who has an account as that person, signed in, with the token alone", async () => {
      const acme = await Company.open(openDesk);
      const [ben, cid] = [await acme.join("ben", "member"), await acme.join("cid", "member")];
      const { token } = await acme.invite("ben", "admin", "daybook");
      expect(await acme.invitations.lookUp(token, ORIGIN)).toMatchObject({ account: true });
      const accept = (by: typeof ben | undefined, account = {}) =>
        acme.invitations.accept({ token, ...account }, by, ORIGIN, BY_ITS_LINK);
      const account = { name: "Ben", password: PASSWORD };
      await expect(accept(undefined)).rejects.toMatchObject({ code: "unauthenticated" });
      await expect(accept(undefined, account)).rejects.toMatchObject({ code: "unauthenticated" });
      await expect(accept(cid)).rejects.toMatchObject({
        code: "forbidden",
        message: "This invitation is for ben@example.com. Sign in with that e-mail to accept it.",
      });
      await expect(accept(ben, account)).rejects.toMatchObject({
        code: "invalid_input",
        errors: [{ pointer: "/name" }, { pointer: "/password" }],
      });
      const { principal, setCookies, created } = await accept(ben);
      expect([setCookies, created]).toEqual([[], false]);
      expect(principal.memberships.map(({ organization, role }) => [organization, role])).toEqual([
        ["acme", "member"],
        ["daybook", "admin"],
      ]);
      expect(acme.desk.log.at(-1)).toMatchObject({ tenant_id: "daybook", action: "member.add" });
      await expect(accept(ben)).rejects.toMatchObject(INVALID);
    });

    it("is used up once, by two at the same time too", async () => {
      const acme = await Company.open(openDesk);
      const { token } = await acme.invite("ben", "auditor");
      const outcomes = await Promise.allSettled([1, 2].map(() => acme.accept(token, "ben")));
      expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      await expect(acme.accept(token, "ben")).rejects.toMatchObject(INVALID);
      await expect(acme.invitations.lookUp(token, ORIGIN)).rejects.toMatchObject(INVALID);
      expect(acme.desk.acts("acme").filter((act) => act === "member.add")).toHaveLength(2);
      const again = await acme.invite("cid", "member", "daybook");
      const cid = await acme.join("cid", "auditor");
      const both = await Promise.allSettled(
        [1, 2].map(() => acme.invitations.accept({ token: again.token }, cid, ORIGIN, BY_ITS_LINK)),
      );
      expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    });

    it("holds for seven days, and is not listed after that", async () => {
      const acme = await Company.open(openDesk);
      const { token, id } = await acme.invite("ben", "auditor");
      acme.desk.nowMs += INVITATION_MS - 1;
      expect(await acme.invitations.lookUp(token, ORIGIN)).toMatchObject({ role: "auditor" });
      expect(await acme.invitations.list("acme", acme.owner)).toMatchObject([{ id }]);
      acme.desk.nowMs += 1;
      await expect(acme.invitations.lookUp(token, ORIGIN)).rejects.toMatchObject(INVALID);
      await expect(acme.accept(token, "ben")).rejects.toMatchObject(INVALID);
      expect(await acme.invitations.list("acme", acme.owner)).toEqual([]);
      await acme.invite("cid", "auditor");
      expect(await rawRows(acme.desk.location, "invitation")).toHaveLength(1);
      expect(await rawRows(acme.desk.location, "one_time_token")).toHaveLength(1);
    });

    it("is replaced by a second one of the same e-mail, whose role counts; two at a time leave one", async () => {
      const acme = await Company.open(openDesk);
      const first = await acme.invite("ben", "admin");
      const second = await acme.invite("BEN", "member");
      expect(acme.desk.log.at(-1)).toMatchObject({ metadata: { role: "member", replaces: first.id } });
      await expect(acme.accept(first.token, "ben")).rejects.toMatchObject(INVALID);
      const ben = await acme.accept(second.token, "ben");
      expect(ben.memberships).toMatchObject([{ role: "member" }]);
      await Promise.all([1, 2, 3].map(() => acme.invite("cid", "auditor")));
      const pending = await acme.invitations.list("acme", acme.owner);
      expect(pending).toHaveLength(1);
      const invited = acme.desk.log.filter((event) => event.resource.name === "cid@example.com");
      const replaced = invited.flatMap((event) => event.metadata?.replaces ?? []);
      expect(new Set([...replaced, pending[0]?.id])).toEqual(new Set(invited.map((event) => event.resource.id)));
    });

    it("is not made for a member, however their address is written", async () => {
      const acme = await Company.open(openDesk);
      await acme.join("ben", "auditor");
      for (const name of ["ben", "BEN", " Ben"]) {
        const refused = acme.invite(name, "admin");
        await expect(refused).rejects.toMatchObject({ code: "already_member", status: 409 });
      }
      expect(await acme.invitations.list("acme", acme.owner)).toEqual([]);
    });

    it("is withdrawn once, and its link with it", async () => {
      const acme = await Company.open(openDesk);
      const { id, token } = await acme.invite("ben", "auditor");
      const auditor = await acme.join("eve", "auditor");
      await expect(acme.invitations.withdraw("acme", id, auditor, ORIGIN)).rejects.toMatchObject({ code: "forbidden" });
      const missing = { code: "not_found", message: "There is no such invitation." };
      await expect(acme.invitations.withdraw("daybook", id, acme.owner, ORIGIN)).rejects.toMatchObject(missing);
      await acme.invitations.withdraw("acme", id, acme.owner, ORIGIN);
      expect(acme.desk.log.at(-1)).toMatchObject({
        action: "member.remove",
        description: "Withdrew the invitation of ben@example.com",
        resource: { type: "invitation", id, name: "ben@example.com" },
      });
      await expect(acme.invitations.withdraw("acme", id, acme.owner, ORIGIN)).rejects.toMatchObject(missing);
      await expect(acme.accept(token, "ben")).rejects.toMatchObject(INVALID);
      expect(await rawRows(acme.desk.location, "one_time_token")).toEqual([]);
    });

    it("names all that a new person has to give at once, and stays usable", async () => {
      const acme = await Company.open(openDesk);
      const { token } = await acme.invite("ben", "auditor");
      const accept = (account: object) =>
        acme.invitations.accept({ token, ...account }, undefined, ORIGIN, BY_ITS_LINK);
      const both = { code: "invalid_input", errors: [{ pointer: "/name" }, { pointer: "/password" }] };
      await expect(accept({})).rejects.toMatchObject(both);
      await expect(accept({ name: " ", password: "short" })).rejects.toMatchObject(both);
      await expect(accept({ name: "Ben" })).rejects.toMatchObject({ errors: [{ pointer: "/password" }] });
      expect(await acme.accept(token, "ben")).toBeDefined();
    });

    it("cannot be guessed: attempts from one address are slowed down", async () => {
      const acme = await Company.open(openDesk);
      const guess = () => acme.invitations.lookUp("guess", ORIGIN).catch(({ code }: { code: string }) => code);
      const codes: unknown[] = [];
      for (let i = 0; i < 51; i++) codes.push(await guess());
      expect(new Set(codes.slice(0, 50))).toEqual(new Set(["invalid_token"]));
      expect(codes[50]).toBe("rate_limited");
      expect(await acme.invitations.lookUp("guess", { ...ORIGIN, ip: "203.0.113.1" }).catch(({ code }) => code)).toBe(
        "invalid_token",
      );
    });

    it("signs out whoever was signed in where a new person accepts it", async () => {
      const acme = await Company.open(openDesk);
      const { setCookies } = await acme.desk.identity.signIn({ email: OWNER.email, password: OWNER.password }, ORIGIN);
      const headers = cookieHeaders(setCookies);
      const { token } = await acme.invite("ben", "auditor");
      const input = { token, name: "Ben", password: PASSWORD };
      const accepted = await acme.invitations.accept(input, acme.owner, ORIGIN, headers);
      expect(accepted.principal.user.email).toBe("ben@example.com");
      await expect(acme.desk.identity.authenticate(headers)).rejects.toMatchObject({ code: "unauthenticated" });
    });
  });

  describe("an invitation that its maker could not make any more", () => {
    it.each([
      ["removed", "owner", undefined, []],
      ["an admin", "owner", "admin", ["auditor"]],
      ["an auditor", "admin", "auditor", []],
      ["an owner", "admin", "owner", ["auditor"]],
    ] as const)("is withdrawn when they are %s", async (_what, before, after, kept) => {
      const acme = await Company.open(openDesk);
      const inviter = await acme.join("ivy", before);
      const theirs = await acme.invite("cid", "auditor", "acme", inviter);
      if (before === "owner") await acme.invite("ben", "owner", "acme", inviter);
      const others = await acme.invite("dan", "owner");
      if (after === undefined) await acme.members.remove("acme", inviter.user.id, acme.owner, ORIGIN);
      else await acme.members.changeRole("acme", inviter.user.id, after, acme.owner, ORIGIN);
      const pending = await acme.invitations.list("acme", acme.owner);
      expect(pending.map(({ role }) => role)).toEqual(["owner", ...kept]);
      expect(pending[0]?.id).toBe(others.id);
      const lookUp = acme.invitations.lookUp(theirs.token, ORIGIN);
      if (kept.length > 0) expect(await lookUp).toMatchObject({ email: "cid@example.com" });
      else await expect(lookUp).rejects.toMatchObject(INVALID);
      const withdrawals = acme.desk.log.filter(({ description }) =>
        description?.startsWith("Withdrew the invitation of "),
      );
      expect(withdrawals).toHaveLength((before === "owner" ? 2 : 1) - kept.length);
      for (const event of withdrawals) {
        expect(event).toMatchObject({ actor: { id: acme.owner.user.id }, metadata: { reason: "inviter_role" } });
      }
    });

    it("is withdrawn where they made it as the platform owner, too", async () => {
      const acme = await Company.open(openDesk);
      const second = await acme.join("pia", "owner", "daybook");
      await acme.desk.identity.putOrganization("beta", "Beta", { type: "system" }, ORIGIN);
      const { token } = await acme.invite("eve", "owner", "beta", second);
      await acme.members.changeRole("daybook", second.user.id, "admin", acme.owner, ORIGIN);
      await expect(acme.invitations.lookUp(token, ORIGIN)).rejects.toMatchObject(INVALID);
      expect(acme.desk.log.at(-1)).toMatchObject({
        tenant_id: "beta",
        action: "member.remove",
        actor: { id: acme.owner.user.id, role: "platform_owner" },
      });
    });
  });

  describe("two invitations of one new person", () => {
    it("make one account when they are accepted at the same time", async () => {
      const acme = await Company.open(openDesk);
      const tokens = [
        (await acme.invite("ben", "auditor")).token,
        (await acme.invite("ben", "admin", "daybook")).token,
      ];
      const outcomes = await Promise.allSettled(tokens.map((token) => acme.accept(token, "ben")));
      const made = outcomes.findIndex(({ status }) => status === "fulfilled");
      const [winner, loser] = [outcomes[made], outcomes[1 - made]];
      expect(loser).toMatchObject({ status: "rejected", reason: { code: "unauthenticated" } });
      if (winner?.status !== "fulfilled") throw new Error("neither was accepted");
      const token = tokens[1 - made] ?? "";
      const { principal } = await acme.invitations.accept({ token }, winner.value, ORIGIN, BY_ITS_LINK);
      expect(principal.memberships).toHaveLength(2);
    });
  });
}
