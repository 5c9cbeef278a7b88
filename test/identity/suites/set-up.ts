import { describe, expect, it } from "vitest";
import { ACME, type OpenDesk, ORIGIN, OWNER } from "../fixture.ts";

export function setUpSuite(openDesk: OpenDesk): void {
  describe("set-up", () => {
    it("makes platform, organization and owner, records each act in both, and signs the owner in", async () => {
      const desk = await openDesk();
      expect(await desk.identity.isSetUp()).toBe(false);
      const token = await desk.identity.issueSetupToken();
      const { principal } = await desk.identity.setUp({ token, organization: ACME, owner: OWNER }, ORIGIN);

      expect(await desk.identity.isSetUp()).toBe(true);
      const UNSET = { timeZone: null, officeHours: null, reviewDue: null };
      expect(principal.memberships).toEqual([
        { organization: "acme", name: "Acme Inc", role: "owner", ...UNSET },
        { organization: "daybook", name: "Daybook", role: "owner", ...UNSET },
      ]);
      for (const organization of ["acme", "daybook"]) {
        expect(desk.acts(organization)).toEqual(["organization.create", "member.add", "auth.login"]);
      }
      const described = desk.log.filter(({ tenant_id }) => tenant_id === "acme").map(({ description }) => description);
      expect(described).toEqual(["Created organization Acme Inc", "Became the owner", "Signed in"]);
      for (const event of desk.log) {
        expect(event.actor).toEqual({
          type: "user",
          id: principal.user.id,
          name: OWNER.name,
          email: OWNER.email,
          role: "owner",
        });
        expect(event.context).toMatchObject({ ip: ORIGIN.ip, user_agent: ORIGIN.userAgent, request_id: "req-1" });
        expect(event.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
        expect(JSON.stringify(event)).not.toContain(OWNER.password);
      }
    });

    it("takes a token once, also of two at the same time", async () => {
      const desk = await openDesk();
      const token = await desk.identity.issueSetupToken();
      const attempt = (id: string) =>
        desk.identity.setUp(
          { token, organization: { id, name: id }, owner: { ...OWNER, email: `${id}@example.com` } },
          ORIGIN,
        );
      const outcomes = await Promise.allSettled([attempt("one"), attempt("two")]);
      const refused = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(refused).toHaveLength(1);
      expect(["invalid_token", "already_set_up"]).toContain(refused[0]?.reason.code);
      expect(desk.acts("daybook")).toEqual(["organization.create", "member.add", "auth.login"]);

      await expect(attempt("three")).rejects.toMatchObject({ code: "already_set_up" });
      await expect(desk.identity.issueSetupToken()).rejects.toMatchObject({ code: "already_set_up" });
      expect(await desk.identity.organizationExists("three")).toBe(false);
    });

    it("forgets earlier tokens when it gives a new one, and refuses any other text", async () => {
      const desk = await openDesk();
      const first = await desk.identity.issueSetupToken();
      await desk.identity.issueSetupToken();
      for (const token of [first, "", "x".repeat(43), `${first}x`]) {
        await expect(desk.identity.setUp({ token, organization: ACME, owner: OWNER }, ORIGIN)).rejects.toMatchObject({
          code: "invalid_token",
        });
      }
      expect(desk.log).toEqual([]);
    });

    it("names every field at fault at once and leaves the token usable", async () => {
      const desk = await openDesk();
      const token = await desk.identity.issueSetupToken();
      const bad = {
        token,
        organization: { id: "no spaces", name: "  " },
        owner: { name: "\ud800", email: "nobody", password: "short" },
      };
      await expect(desk.identity.setUp(bad, ORIGIN)).rejects.toMatchObject({
        code: "invalid_input",
        errors: [
          { pointer: "/organization/id" },
          { pointer: "/organization/name", message: "must not be empty" },
          { pointer: "/owner/name" },
          { pointer: "/owner/email" },
          { pointer: "/owner/password", message: "must be at least 10 characters" },
        ],
      });
      const platform = { token, organization: { id: "daybook", name: "X" }, owner: OWNER };
      await expect(desk.identity.setUp(platform, ORIGIN)).rejects.toMatchObject({ code: "invalid_input" });
      await expect(desk.setUpWith(token)).resolves.toBeDefined();
    });

    it("takes over an organization that the command line has made before", async () => {
      const desk = await openDesk();
      await desk.identity.putOrganization("acme", "acme", { type: "system" }, ORIGIN);
      await desk.setUp();
      expect(desk.acts("acme")).toEqual(["organization.create", "organization.update", "member.add", "auth.login"]);
      expect((await desk.identity.organization("acme"))?.name).toBe("Acme Inc");
    });
  });
}
