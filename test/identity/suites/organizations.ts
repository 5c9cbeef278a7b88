import { describe, expect, it } from "vitest";
import { type OpenDesk, ORIGIN } from "../fixture.ts";

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
      expect(last).toEqual([await desk.identity.organizationName("acme")]);
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
