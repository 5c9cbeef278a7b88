import { describe, expect, it } from "vitest";
import { layoutAt } from "../layout.ts";
import type { OpenTable } from "./table-page.ts";

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
      await table.page.getByRole("button", { name: sidebar === "open" ? "Open sidebar" : "Fold sidebar" }).click();
      for (const width of [820, 1100, 1152, 1280, 1366, 1440, 1920, 2560]) {
        const layout = await layoutAt(table.page, { width, height: 900 });
        const told = `${width} px: ${JSON.stringify(layout)}`;
        expect(layout.faults, told).toEqual([]);
        expect(layout.description ?? 288, told).toBeGreaterThanOrEqual(288);
        if (width === 820) expect(layout.cardsPerLine).toBe(2);
        if (width >= 1366) expect(layout.columns).toEqual(SEVEN);
      }
      await table.page.setViewportSize({ width: 1440, height: 900 });
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
