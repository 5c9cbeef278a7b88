import { describe, expect, it } from "vitest";
import { violations } from "../axe.ts";
import { layoutAt } from "../layout.ts";
import type { OpenTable, TablePage } from "./table-page.ts";

/** With what it takes to measure a column, in pixels. */
function at(table: TablePage) {
  const width = async (name: string) => {
    const box = await table.page.getByRole("columnheader", { name }).boundingBox();
    return Math.round(box?.width ?? 0);
  };
  return { page: table.page, open: (search: string) => table.open(search), width };
}

/** The table at any width. */
export function layoutSuite(openTable: OpenTable): void {
  describe("at any width", () => {
    const SEVEN = ["Expand", "Timestamp", "Action", "Resource", "User", "Description", "IP Address"];

    it("shows 12 rows at 1280×800 and 15 at 1440×900", async () => {
      const table = openTable();
      await table.open("?range=90d");
      expect((await layoutAt(table.page, { width: 1280, height: 800 })).rows).toBeGreaterThanOrEqual(12);
      expect((await layoutAt(table.page, { width: 1440, height: 900 })).rows).toBeGreaterThanOrEqual(15);
    });

    it.each(["folded", "open"])("clips and covers nothing beside a sidebar that is %s", async (sidebar) => {
      const table = openTable();
      await table.page.setViewportSize({ width: 1440, height: 900 });
      await table.open("?range=90d");
      const choose = table.page.getByRole("button", { name: sidebar === "open" ? "Open sidebar" : "Fold sidebar" });
      await choose.click();
      // What is chosen in a wide window leaves a narrow one its room for a table, until it is chosen there.
      const narrow = await layoutAt(table.page, { width: 1152, height: 900 });
      expect(narrow.columns).toEqual(SEVEN.slice(0, -1));
      if (sidebar === "open") await choose.click();
      for (const width of [820, 1100, 1152, 1280, 1366, 1440, 1920, 2560]) {
        const layout = await layoutAt(table.page, { width, height: 900 });
        const measured = `${width} px: ${JSON.stringify(layout)}`;
        expect(layout.faults, measured).toEqual([]);
        expect(layout.description ?? 288, measured).toBeGreaterThanOrEqual(288);
        if (width === 820) expect(layout.cardsPerLine).toBe(2);
        if (width === 1152) expect(layout.columns, measured).toEqual(SEVEN.slice(0, -1));
        if (width >= 1366) expect(layout.columns).toEqual(SEVEN);
      }
      await table.page.setViewportSize({ width: 1440, height: 900 });
    });

    it("gives an open card, and the one beside it, the whole width", async () => {
      const { page, open } = at(openTable());
      await open("?range=90d");
      await layoutAt(page, { width: 820, height: 900 });
      const card = (index: number) => page.locator(`[data-slot=log-rows] [data-index="${index}"]`);
      await card(1).locator("[data-slot=expand]").click();
      await card(1).locator("[data-slot=log-detail]").waitFor();
      const [left, right, next] = [
        await card(0).boundingBox(),
        await card(1).boundingBox(),
        await card(2).boundingBox(),
      ];
      expect(right).toMatchObject({ x: left?.x, width: left?.width });
      expect((next?.width ?? 0) * 2).toBe(left?.width);
      await card(1).locator("[data-slot=expand]").click();
      await page.setViewportSize({ width: 1440, height: 900 });
    });

    it("has the columns that a person chose, in their order and width, in every browser of theirs", async () => {
      const { page, ...table } = at(openTable());
      await page.setViewportSize({ width: 1920, height: 900 });
      await table.open("?range=90d");
      const width = await table.width("User");
      await page.getByRole("button", { name: "Columns" }).click();
      const menu = page.getByRole("dialog", { name: "Columns" });
      await menu.getByRole("checkbox", { name: "Outcome" }).check();
      await menu.getByRole("checkbox", { name: "Resource" }).uncheck();
      await menu.getByRole("button", { name: "Move Outcome up" }).click();
      await menu.getByRole("button", { name: "Make User wider" }).click();
      expect(await table.width("User")).toBe(width + 16);
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await expect.poll(() => page.locator(":focus").textContent()).toBe("Columns");
      const handle = page.getByRole("columnheader", { name: "User" }).locator("[data-slot=resize]");
      const box = await handle.boundingBox();
      if (box === null) throw new Error("there is no handle");
      const kept = page.waitForResponse((response) => response.url().endsWith("/v1/profile/columns"));
      await page.mouse.move(box.x + 2, box.y + 8);
      await page.mouse.down();
      await page.mouse.move(box.x + 42, box.y + 8, { steps: 4 });
      await page.mouse.up();
      expect((await kept).status()).toBe(204);
      expect(await table.width("User")).toBe(width + 56);
      const chosen = ["Expand", "Timestamp", "Outcome", "Action", "User", "Description", "IP Address"];
      expect((await layoutAt(page, { width: 1920, height: 900 })).columns).toEqual(chosen);
      await table.open("?range=90d");
      expect((await layoutAt(page, { width: 1920, height: 900 })).columns).toEqual(chosen);
      expect(await table.width("User")).toBe(width + 56);
      await page.getByRole("button", { name: "Columns" }).click();
      const reset = page.waitForResponse((response) => response.url().endsWith("/v1/profile/columns"));
      await menu.getByRole("button", { name: "Reset columns" }).click();
      expect((await reset).status()).toBe(204);
      await page.keyboard.press("Escape");
      expect((await layoutAt(page, { width: 1920, height: 900 })).columns).toEqual(SEVEN);
      await page.setViewportSize({ width: 1440, height: 900 });
    });

    it("keeps rows as high as they were asked for", async () => {
      const table = openTable();
      const height = () =>
        table.cell("action").evaluate((td) => (td as unknown as { offsetHeight: number }).offsetHeight);
      expect(await height()).toBe(36);
      const comfortable = table.page.getByRole("button", { name: "Comfortable rows" });
      await comfortable.click();
      await table.page.reload();
      await table.cell("action").waitFor();
      expect(await height()).toBe(49);
      await comfortable.click();
      expect(await height()).toBe(36);
    });
  });
}
