import { describe, expect, it } from "vitest";
import { type OpenTable, ZONE_OF_BROWSER } from "./table-page.ts";

/** How times and addresses are shown. */
export function timeAndAddressSuite(openTable: OpenTable): void {
  /** All rows of one user, and what was asked of the server for them. */
  async function ofKin() {
    const table = openTable();
    const asked: string[] = [];
    const note = (request: { url: () => string }) => {
      if (new URL(request.url()).pathname === "/v1/events") asked.push(request.url());
    };
    table.page.on("request", note);
    await table.open("?actor_id=u_kin&range=90d");
    table.page.off("request", note);
    return { page: table.page, asked };
  }

  describe("the time", () => {
    it("is reported in other words under the pointer and at the focus, until Escape", async () => {
      const table = openTable();
      await table.open("?q=refund+period");
      const tip = table.page.getByRole("tooltip");
      await table.cell("timestamp").hover();
      expect(await tip.innerText()).toMatch(/ago|just now/);
      expect(await tip.innerText()).toMatch(/Epoch\s+\d{13} ms/);
      await table.page.mouse.move(0, 0);
      await expect.poll(() => tip.count()).toBe(0);
      await table.cell("timestamp").focus();
      await tip.waitFor();
      expect(await table.cell("timestamp").getAttribute("aria-describedby")).toBe(await tip.getAttribute("id"));
      await table.page.keyboard.press("Escape");
      await expect.poll(() => tip.count()).toBe(0);
    });

    it("is shown in the zone that is chosen in its heading, everywhere", async () => {
      const table = openTable();
      await table.open("?q=refund+period");
      const utc = (await table.cell("timestamp").textContent()) ?? "";
      await table.page.getByRole("button", { name: "Time zone: UTC" }).click();
      await table.page.getByRole("menuitemradio", { name: /This browser/ }).click();
      await table.page.keyboard.press("Escape");
      const away = Date.parse(`${utc.replace(" ", "T")}Z`) + 9 * 3_600_000;
      await expect
        .poll(() => table.cell("timestamp").textContent())
        .toBe(new Date(away).toISOString().slice(0, 19).replace("T", " "));
      expect(table.query().tz).toBe(ZONE_OF_BROWSER);
    });
  });

  it("marks an address that is new for its user, for the first day, reported with the page itself", async () => {
    const { page, ...table } = await ofKin();
    // The three were recorded just now and happened today. One more was recorded just now, but is of weeks ago: an import.
    const marks = page.getByText(/^First seen \d\d:\d\d$/);
    await expect.poll(() => marks.count()).toBe(3);
    expect(table.asked).toHaveLength(1);
    // Under the user, where a narrow table has the address, it says the same and covers nothing of it.
    await page.setViewportSize({ width: 1152, height: 900 });
    await expect.poll(() => page.getByRole("columnheader", { name: "IP Address" }).count()).toBe(0);
    expect(await marks.count()).toBe(3);
    const right = async (box: Promise<{ x: number; width: number } | null>) => {
      const { x, width } = (await box) ?? { x: Number.NaN, width: 0 };
      return x + width;
    };
    for (const mark of await marks.all())
      expect(await right(mark.boundingBox())).toBeLessThanOrEqual(
        await right(mark.locator("xpath=ancestor::td").boundingBox()),
      );
    await page.setViewportSize({ width: 1440, height: 900 });
    await marks.first().click();
    await expect.poll(() => openTable().query()).toEqual({ actor_id: "u_kin", range: "90d", first_seen: "true" });
    await page.getByRole("button", { name: "Remove First Seen yes" }).click();
    await page
      .getByRole("searchbox")
      .or(page.getByRole("combobox", { name: "Search" }))
      .first()
      .fill("first_seen:yes ");
    await expect.poll(() => openTable().query().first_seen).toBe("true");
    await expect.poll(() => marks.count()).toBe(3);
  });

  it("says which country and network an address is in, from the operator's database", async () => {
    const table = openTable();
    const text = "Netherlands · AS64496 Example Hosting · as of 2025-02-03";
    await table.expand("?actor_id=u_kin");
    await table.details().getByText(text).waitFor();
    await table.choose("user", "About this user");
    await table.page
      .getByRole("region", { name: /^Addresses/ })
      .getByText(text)
      .waitFor();
    await table.page.keyboard.press("Escape");
  });
}
