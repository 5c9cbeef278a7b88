import { describe, expect, it } from "vitest";
import { SIZES, smallTargets, violations } from "../axe.ts";
import { RESOURCE_ID, USER_ID } from "../sample.ts";
import type { OpenTable } from "./table-page.ts";

/** What a cell leads to. */
export function cellMenuSuite(openTable: OpenTable): void {
  describe("a cell's menu", () => {
    it("filters for what is there, and leaves it out", async () => {
      const table = openTable();
      await table.open("?q=refund+period");
      await table.choose("action", "Filter for knowledge.*");
      expect(table.query()).toEqual({ q: "refund period", action: "knowledge.*" });
      await table.open();
      await table.choose("action", /^Exclude (?!outcome |.*\*)/);
      expect(table.query().action).toMatch(/^-/);
      await table.open("?q=refund+period");
      await table.choose("ip", "Filter for this address");
      expect(table.query().ip).toBe("2001:db8:1111:2222:3333:4444:5555:6666");
    });

    it("leads to what happened around, to all by this user and to this resource's history", async () => {
      const table = openTable();
      await table.open("?q=refund+period");
      await table.choose("timestamp", "±15 min around");
      const { start = "", end = "" } = table.query();
      expect(Date.parse(end) - Date.parse(start)).toBe(30 * 60_000);
      await table.page.goBack();
      await expect.poll(() => table.query()).toEqual({ q: "refund period" });
      await table.choose("user", "All by this user");
      expect(table.query()).toEqual({ actor_id: USER_ID });
      await table.open("?q=refund+period");
      await table.choose("resource", /history/);
      expect(table.query()).toEqual({ resource_id: RESOURCE_ID, resource_type: "knowledge" });
      await expect
        .poll(() => table.page.getByRole("status", { name: "Number of events" }).textContent())
        .toBe("1 event");
    });

    it("opens a panel about the user or the resource, which leads on and gives the focus back", async () => {
      const table = openTable();
      await table.open("?q=refund+period");
      await table.choose("user", "About this user");
      const about = table.page.getByRole("dialog", { name: "Grace Hopper" });
      const section = (name: RegExp) => about.getByRole("region", { name });
      await expect
        .poll(() => about.innerText())
        .toMatch(/First seen\s+\d{4}-[\s\S]+Last seen\s+\d{4}-[\s\S]+128 of all time/);
      await expect.poll(() => section(/^Failures/).innerText()).toContain("1 failed");
      await expect
        .poll(() =>
          section(/^Addresses/)
            .getByRole("listitem")
            .count(),
        )
        .toBe(2);
      await expect.poll(() => section(/^Devices/).innerText()).toMatch(/Firefox 144.0 on Linux, desktop\s+1/);
      await expect.poll(() => section(/^Roles/).innerText()).toMatch(/admin\s+128/);
      expect(
        await section(/^Last events/)
          .getByRole("listitem")
          .count(),
      ).toBe(8);
      expect(await violations(table.page)).toEqual([]);
      await table.page.setViewportSize(SIZES.narrow);
      expect(await violations(table.page)).toEqual([]);
      expect(await smallTargets(table.page)).toEqual([]);
      await table.page.setViewportSize(SIZES.wide);
      await section(/^Failures/)
        .getByRole("button", { name: "1 failed" })
        .click();
      await expect.poll(() => table.query()).toEqual({ actor_id: USER_ID, outcome: "failure" });
      await expect.poll(() => about.count()).toBe(0);

      await table.open("?q=refund+period");
      await table.page.locator("[data-slot=expand]").first().click();
      await table.page.getByRole("button", { name: "About this resource" }).click();
      const resource = table.page.getByRole("dialog", { name: "Refund policy" });
      await expect.poll(() => resource.getByRole("region", { name: /^Users/ }).innerText()).toMatch(/Grace Hopper\s+1/);
      await expect
        .poll(() => resource.getByRole("region", { name: "Changes of refund_days" }).innerText())
        .toMatch(/14\s+30/);
      await table.page.keyboard.press("Escape");
      await expect.poll(() => table.page.locator(":focus").textContent()).toBe("About this resource");
    });

    it("groups all matches by user, address or resource, each a way to its rows", async () => {
      const table = openTable();
      await table.open("?q=channel+number");
      await table.page.getByRole("button", { name: "Group by" }).click();
      await table.page.getByRole("menuitemradio", { name: "User" }).click();
      await table.page.keyboard.press("Escape");
      const groups = table.page.getByRole("list", { name: "Events by User" });
      expect(table.query()).toEqual({ q: "channel number", group: "actor_id" });
      await expect.poll(() => groups.innerText()).toMatch(/^Grace Hopper [\s\S]+120 events/);
      await groups.getByRole("button", { name: "Newest events of Grace Hopper" }).click();
      await expect.poll(() => groups.getByText("Created channel number 0").count()).toBe(1);
      expect(await violations(table.page)).toEqual([]);
      await table.page.setViewportSize(SIZES.narrow);
      expect(await violations(table.page)).toEqual([]);
      expect(await smallTargets(table.page)).toEqual([]);
      await table.page.setViewportSize(SIZES.wide);
      await groups.getByRole("button", { name: /^Grace Hopper/ }).click();
      await expect.poll(() => table.query()).toEqual({ q: "channel number", actor_id: USER_ID });
      await table.page.locator("[data-slot=expand]").first().waitFor();
    });

    it("copies the whole of what is cut short", async () => {
      const table = openTable();
      await table.open("?q=refund+period");
      await table.choose("user", "Copy user ID");
      await table.page.getByText("user ID copied").waitFor();
      expect(await table.clipboard()).toBe(USER_ID);
    });

    it("opens from the button that comes under the pointer, and by Shift+F10, and gives the focus back", async () => {
      const table = openTable();
      await table.open("?q=refund+period");
      await table.cell("resource").hover();
      await table.page.getByRole("button", { name: "Menu of this cell: resource" }).click();
      await table.item(/history/).waitFor();
      await table.page.keyboard.press("Escape");
      await table.page.locator("[data-slot=expand]").first().focus();
      await table.page.keyboard.press("Shift+F10");
      await expect
        .poll(() => table.page.getByRole("menu").textContent())
        .toMatch(/Timestamp.*Action.*Resource.*User.*Description.*IP Address/);
      await table.page.keyboard.press("Escape");
      await expect.poll(() => table.page.evaluate("document.activeElement?.dataset.slot")).toBe("expand");
    });
  });
}
