import { describe, expect, it } from "vitest";
import { MIGRATIONS } from "../../../src/identity/migrations.ts";
import { type OpenDesk, ORIGIN, openRaw, rawRows } from "../fixture.ts";

export function schemaSuite(openDesk: OpenDesk): void {
  describe("the schema", () => {
    it("is made once, and a second start changes nothing", async () => {
      const desk = await openDesk();
      const before = await rawRows(desk.location, "setting");
      expect(before).not.toHaveLength(0);
      await desk.reopenAfterClose();
      expect(await rawRows(desk.location, "setting")).toEqual(before);
      expect(await rawRows(desk.location, "daybook_schema")).toHaveLength(MIGRATIONS.length);
    });

    it("of a newer Daybook is refused", async () => {
      const desk = await openDesk();
      await openRaw(desk.location, (db) => db.insertInto("daybook_schema").values({ version: 99 }).execute());
      await expect(openDesk(desk.location)).rejects.toThrow("schema version 99");
    });

    it("keeps a person a member of an organization once", async () => {
      const desk = await openDesk();
      await desk.setUp();
      const again = openRaw(desk.location, async (db) => {
        const row = await db.selectFrom("member").selectAll().executeTakeFirstOrThrow();
        await db
          .insertInto("member")
          .values({ ...row, id: "another", role: "auditor", createdAt: new Date(row.createdAt).toISOString() })
          .execute();
      });
      await expect(again).rejects.toThrow(/unique/i);
    });

    it("can be opened by several processes at once where the database serves several", async () => {
      const { location } = await openDesk();
      if ("path" in location) return;
      const desks = await Promise.all([1, 2, 3].map(() => openDesk(location)));
      await Promise.all(
        desks.map((desk, i) => desk.identity.putOrganization(`org-${i}`, "Name", { type: "system" }, ORIGIN)),
      );
      expect(await rawRows(location, "organization")).toHaveLength(3);
    });
  });
}
