import { describe, expect, it } from "vitest";
import type { OrganizationSettings } from "../../../src/identity/people-contract.ts";
import { organizationSearchText } from "../../../src/identity/schema.ts";
import { SENSITIVE_ACTIONS } from "../../../src/identity/sensitive-actions.ts";
import { Company } from "../company.ts";
import { type OpenDesk, ORIGIN, openRaw } from "../fixture.ts";

const BY = { type: "api_key", id: "key-1", name: "provisioning" } as const;

export function organizationSuite(openDesk: OpenDesk): void {
  describe("an organization", () => {
    it("is made, renamed with what was before, and left alone when nothing changes", async () => {
      const desk = await openDesk();
      const put = (name: string) => desk.identity.putOrganization("acme", name, BY, ORIGIN);
      expect(await put("Acme")).toEqual({ id: "acme", name: "Acme", created: true });
      expect(await put("Acme Ltd")).toEqual({ id: "acme", name: "Acme Ltd", created: false });
      expect(await put("Acme Ltd")).toEqual({ id: "acme", name: "Acme Ltd", created: false });
      expect(desk.acts("acme")).toEqual(["organization.create", "organization.update"]);
      expect(desk.log[1]).toMatchObject({ actor: BY, changes: [{ path: "name", before: "Acme", after: "Acme Ltd" }] });
    });

    it("has a name and a time zone that its admins change; what is replaced is recorded, with the role of who did it", async () => {
      const acme = await Company.open(openDesk);
      const [admin, auditor] = [await acme.join("amy", "admin"), await acme.join("ben", "auditor")];
      const { identity, log } = acme.desk;
      const update = (settings: OrganizationSettings, by = admin) =>
        identity.updateOrganization("acme", settings, by, ORIGIN);
      const before = await identity.organization("acme");
      expect(before).toEqual({
        id: "acme",
        name: "Acme Inc",
        timeZone: null,
        personalIds: "warn",
        officeHours: null,
        reviewDue: null,
        sensitiveActions: SENSITIVE_ACTIONS,
        createdAt: acme.desk.nowMs,
      });
      expect(await update({ name: "Acme", timeZone: "Europe/Paris" })).toEqual({
        ...before,
        name: "Acme",
        timeZone: "Europe/Paris",
      });
      expect(log.at(-1)).toMatchObject({
        action: "organization.update",
        description: "Changed settings of Acme",
        actor: { id: admin.user.id, role: "admin" },
        changes: [
          { path: "name", before: "Acme Inc", after: "Acme" },
          { path: "time_zone", before: null, after: "Europe/Paris" },
        ],
      });
      const recorded = log.length;
      expect(await update({})).toEqual(await update({ name: "Acme", timeZone: "Europe/Paris" }));
      expect(log).toHaveLength(recorded);
      expect(await update({ timeZone: null })).toMatchObject({ name: "Acme", timeZone: null });
      expect(log.at(-1)?.changes).toEqual([{ path: "time_zone", before: "Europe/Paris", after: null }]);
      expect(await update({ personalIds: "refuse" })).toMatchObject({ name: "Acme", personalIds: "refuse" });
      expect(log.at(-1)?.changes).toEqual([{ path: "personal_ids", before: "warn", after: "refuse" }]);
      expect(await update({ officeHours: "mon-fri 08:00-18:00", reviewDue: "mon" })).toMatchObject({
        reviewDue: "mon",
      });
      expect(log.at(-1)?.changes?.map(({ path }) => path)).toEqual(["office_hours", "review_due"]);
      expect(await update({})).toMatchObject({ personalIds: "refuse", officeHours: "mon-fri 08:00-18:00" });
      const sensitiveActions = ["billing.*", "db.delete"];
      expect(await update({ sensitiveActions })).toMatchObject({ sensitiveActions });
      expect(log.at(-1)?.changes).toEqual([
        { path: "sensitive_actions", before: SENSITIVE_ACTIONS, after: sensitiveActions },
      ]);
      expect(await update({})).toMatchObject({ sensitiveActions });
      expect(await update({ sensitiveActions: null })).toMatchObject({ sensitiveActions: SENSITIVE_ACTIONS });
      await expect(update({ name: "Mine" }, auditor)).rejects.toMatchObject({ code: "forbidden" });
      for (const id of ["daybook", "nowhere"]) {
        const foreign = identity.updateOrganization(id, { name: "Mine" }, admin, ORIGIN);
        await expect(foreign).rejects.toMatchObject({ code: "not_found", message: "There is no such organization." });
      }
    });

    it("keeps its name from who can only create organizations", async () => {
      const desk = await openDesk();
      const make = (name: string) => desk.identity.putOrganization("acme", name, BY, ORIGIN, false);
      expect(await make("Acme")).toMatchObject({ created: true });
      expect(await make("Acme")).toMatchObject({ created: false });
      await expect(make("Mine")).rejects.toMatchObject({ code: "forbidden" });
      expect((await desk.identity.organization("acme"))?.name).toBe("Acme");
      expect(desk.acts("acme")).toEqual(["organization.create"]);
    });

    it("is one of ten thousand, listed by pages that miss and repeat none, and found by what its id or name holds", async () => {
      const desk = await openDesk();
      const rows = Array.from({ length: 10_000 }, (_, i) => ({ id: `org-${i}`, name: `Customer ${i % 100}` }));
      await openRaw(desk.location, (db) =>
        db.transaction().execute(async (tx) => {
          for (let i = 0; i < rows.length; i += 1000) {
            const values = rows.slice(i, i + 1000).map(({ id, name }) => ({
              ...{ id, name, slug: id, createdAt: new Date(desk.nowMs).toISOString(), time_zone: null },
              search_text: organizationSearchText(id, name),
            }));
            await tx.insertInto("organization").values(values).execute();
          }
        }),
      );
      const all = async (q: string | undefined, limit: number) => {
        const ids: string[] = [];
        for (let more = true; more; ) {
          const page = await desk.identity.listOrganizations({ q, after: ids.at(-1), limit });
          ids.push(...page.organizations.map(({ id }) => id));
          expect(page.organizations.length).toBeLessThanOrEqual(limit);
          more = page.more;
        }
        return ids;
      };
      const byId = (a: string, b: string) => (a < b ? -1 : 1);
      expect(await all(undefined, 997)).toEqual(rows.map(({ id }) => id).sort(byId));
      const named = rows.filter(({ name }) => name.includes("r 42"));
      expect(await all("CUSTOMER 42", 7)).toEqual(named.map(({ id }) => id).sort(byId));
      expect(await all("ORG-999", 1000)).toHaveLength(11);
      expect(await all("org-10000", 50)).toEqual([]);
    });

    it.each([
      ["100%", ["a-1"]],
      ["_", ["b_2"]],
      ["!", ["c-3"]],
      ["ÅKERI", ["d-4"]],
      ["\\", ["e-5"]],
      ["'; drop table organization", []],
    ])("is found by %j as it is, wildcards or not", async (q, ids) => {
      const desk = await openDesk();
      for (const [id, name] of Object.entries({
        ...{ "a-1": "100% Ltd", b_2: "Under Score", "c-3": "Hooray!", "d-4": "Nordisk Åkeri", "e-5": "Back\\slash" },
      })) {
        await desk.identity.putOrganization(id, name, BY, ORIGIN);
      }
      const { organizations } = await desk.identity.listOrganizations({ q, limit: 10 });
      expect(organizations.map(({ id }) => id)).toEqual(ids);
    });

    it("is listed with how many belong to it", async () => {
      const acme = await Company.open(openDesk);
      await acme.join("ben", "auditor");
      await acme.desk.identity.putOrganization("beta", "Beta", BY, ORIGIN);
      const { organizations } = await acme.desk.identity.listOrganizations({ limit: 10 });
      expect(organizations.map(({ id, members }) => [id, members])).toEqual([
        ["acme", 2],
        ["beta", 0],
        ["daybook", 1],
      ]);
    });

    it("records an unbroken chain of names when it is renamed from many sides at once", async () => {
      const desk = await openDesk();
      const names = Array.from({ length: 12 }, (_, i) => `Name ${i}`);
      await Promise.all(names.map((name) => desk.identity.putOrganization("acme", name, BY, ORIGIN)));
      const creations = desk.log.filter((event) => event.action === "organization.create");
      expect(creations).toHaveLength(1);
      const renames = desk.log.flatMap((event) => event.changes ?? []);
      expect(renames).toHaveLength(names.length - 1);
      const replaced = new Set(renames.map((change) => change.before));
      expect(replaced.size).toBe(renames.length);
      const last = names.filter((name) => !replaced.has(name));
      expect(last).toEqual([(await desk.identity.organization("acme"))?.name]);
    });

    it("keeps its id as it was given: 1 to 128 of the characters of a tenant_id, except the platform's", async () => {
      const desk = await openDesk();
      for (const id of ["a", "A.b_c-9", "x".repeat(128)]) {
        await desk.identity.putOrganization(id, "Name", BY, ORIGIN);
        expect(await desk.identity.organizationExists(id)).toBe(true);
      }
      expect(await desk.identity.organizationExists("a.B_c-9")).toBe(false);
      for (const id of ["", "x".repeat(129), "a b", "ä", "a/b", "daybook"]) {
        await expect(desk.identity.putOrganization(id, "Name", BY, ORIGIN)).rejects.toMatchObject({
          code: "invalid_input",
          errors: [{ pointer: "/id" }],
        });
      }
      expect(await desk.identity.organizationExists("a\0b")).toBe(false);
    });
  });
}
