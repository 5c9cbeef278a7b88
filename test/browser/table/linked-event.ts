import { describe, expect, it } from "vitest";
import { type OpenTable, ZONE_OF_BROWSER } from "./table-page.ts";

/** Where a link to one event leads. */
export function linkedEventSuite(openTable: OpenTable): void {
  describe("a linked event", () => {
    it("is opened where it is among the rows", async () => {
      const table = openTable();
      await table.open("?event=kin-1");
      await table.details().waitFor();
      expect(await table.page.locator("tbody", { has: table.details() }).textContent()).toContain("Second step");
      expect(await table.page.locator("[data-slot=linked-event]").count()).toBe(0);
    });

    it("leads to its row once: rows that are read again leave the reader where they are", async () => {
      const table = openTable();
      await table.open("?event=kin-1");
      await table.details().waitFor();
      await table.page.keyboard.press("Escape");
      await expect.poll(() => table.details().count()).toBe(0);
      const refresh = table.page.getByRole("button", { name: "Refresh" });
      const read = table.page.waitForResponse((response) => /\/v1\/events\?/.test(response.url()));
      await refresh.focus();
      await refresh.press("Enter");
      await read;
      await expect.poll(() => table.page.locator("[aria-busy=true]").count()).toBe(0);
      expect(await table.details().count()).toBe(0);
    });

    it("stays while the time zone changes", async () => {
      const table = openTable();
      await table.open("?event=long-ago");
      const frame = table.page.getByRole("region", { name: "Linked event" });
      await frame.getByText("Linked from afar").waitFor();
      await table.page.getByRole("button", { name: /^Time zone/ }).click();
      await table.page.getByRole("menuitemradio", { name: /This browser/ }).click();
      await expect.poll(() => table.query()).toEqual({ event: "long-ago", tz: ZONE_OF_BROWSER });
      await table.page.keyboard.press("Escape");
      expect(await frame.count()).toBe(1);
    });

    it("is shown by itself above them when they do not hold it, and can be closed", async () => {
      const table = openTable();
      await table.open("?event=long-ago");
      const frame = table.page.getByRole("region", { name: "Linked event" });
      await frame.getByText("Linked from afar").waitFor();
      expect(await frame.getByRole("link", { name: "Permalink" }).getAttribute("href")).toContain("event=long-ago");
      await frame.getByRole("button", { name: "Close the linked event" }).click();
      await expect.poll(() => frame.count()).toBe(0);
      expect(table.page.url()).not.toContain("event=");
    });

    it("that is not there is said to be not there", async () => {
      const table = openTable();
      await table.open("?event=never-was");
      await table.page.getByText("No event with this ID was found").waitFor();
    });
  });
}
