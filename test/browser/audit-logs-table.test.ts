import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mmdb } from "../../src/addresses/mmdb.fixture.ts";
import { AppServer } from "../support/app-server.ts";
import { type TestServer, temporaryDirectory } from "../support/server.ts";
import { closeContexts, launchBrowser, openPage } from "./browser.ts";
import { HOSTILE, hostileEvents } from "./hostile.ts";
import { openAcme } from "./people.ts";
import { ago, DAY_MS, sampleText } from "./sample.ts";
import { cellMenuSuite } from "./table/cell-menu.ts";
import { detailsSuite, WHOLE } from "./table/details.ts";
import { layoutSuite } from "./table/layout.ts";
import { linkedEventSuite } from "./table/linked-event.ts";
import { TablePage, ZONE_OF_BROWSER } from "./table/table-page.ts";
import { timeAndAddressSuite } from "./table/time-and-address.ts";

/** The rows, their menus and their details, in suites that share one server and one page. */

let server: TestServer;
let browser: Browser;
let page: Page;
let faults: string[];
let table: TablePage;
let state: Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>;

beforeAll(async () => {
  const dataDir = temporaryDirectory();
  const database = join(dataDir, "addresses.mmdb");
  const records = { "198.51.100.0/24": { country: "NL", asn: "AS64496", as_name: "Example Hosting" } };
  writeFileSync(database, mmdb({ type: "Test", builtAt: new Date("2025-02-03T00:00:00Z"), records }));
  server = await AppServer.start({ dataDir, args: ["--address-database", database] });
  browser = await launchBrowser();
  ({ page, faults } = await openPage(browser, {
    permissions: ["clipboard-read", "clipboard-write"],
    timezoneId: ZONE_OF_BROWSER,
  }));
  await openAcme(page, server);
  state = await page.context().storageState();
  const key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
  expect((await server.post(key, sampleText())).status).toBe(201);
  const actor = { type: "user", id: "u_kin" };
  const kin = ["First step", "Second step", "Third step"].map((description, at) => ({
    id: `kin-${at}`,
    action: "db.create",
    actor,
    resource: { type: "db", id: `db_kin_${at}` },
    timestamp: ago(7_200_000 + at * 1000),
    description,
    context: { ip: "198.51.100.9", request_id: "req_kin" },
    metadata: { before: { tags: ["a", "c"] }, after: { tags: ["a", "b", "c"], a_rather_long_field_name: 1 } },
  }));
  const linked = {
    id: "long-ago",
    action: "db.delete",
    actor,
    resource: { type: "db" },
    timestamp: ago(50 * DAY_MS),
    description: "Linked from afar",
    context: { ip: "198.51.100.10" },
  };
  expect((await server.post(key, [...kin, linked, WHOLE])).status).toBe(201);
  await server.caughtUp(key);
  table = new TablePage(server, page, key);
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

const openTable = () => table;
cellMenuSuite(openTable);
timeAndAddressSuite(openTable);
detailsSuite(openTable);
linkedEventSuite(openTable);
layoutSuite(openTable);

describe("hostile text", () => {
  const dimensions = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

  beforeAll(async () => {
    const answer = (await (await server.post(table.key, hostileEvents())).json()) as { results: { error?: unknown }[] };
    expect(answer.results.filter(({ error }) => error)).toEqual([]);
    await server.caughtUp(table.key);
  });

  it.each(Object.keys(dimensions) as (keyof typeof dimensions)[])(
    "is shown for what it is, on a %s screen",
    async (size) => {
      const { page: own, faults: wrong } = await openPage(browser, { viewport: dimensions[size], storageState: state });
      await table.open("?action=db.update&range=1h", own);
      const buttons = own.locator("[data-slot=expand]");
      expect(await buttons.count()).toBeGreaterThanOrEqual(Object.keys(HOSTILE).length);
      for (const button of await buttons.all()) {
        await button.click();
        await own.locator("[data-slot=log-detail]").waitFor();
        expect(await own.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
        await button.click();
        await expect.poll(() => own.locator("[data-slot=log-detail]").count()).toBe(0);
      }
      await table.open("?event=hostile-bidi", own);
      const shown = await own.locator("[data-slot=log-detail]").innerText();
      expect(shown).toContain("admin\\u202etxt.exe\\u202c");
      expect(shown).not.toMatch(/\p{Bidi_Control}/u);
      await own.goto(`${table.server.url}/settings/organization/audit-logs?action=db.update&range=1h&group=actor_id`);
      const groups = own.getByRole("list", { name: "Events by User" });
      await groups.getByText("ניסיון").first().waitFor();
      expect(await groups.innerText()).not.toMatch(/\p{Bidi_Control}/u);
      expect(await own.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      expect(await own.title()).toBe("Audit Logs · Daybook");
      expect(wrong).toEqual([]);
      await own.context().close();
    },
  );
});

describe("at 390 pixels", () => {
  it("cards have the same menus, at buttons large enough for a finger, and whole field names in Changes", async () => {
    const { page: own } = await openPage(browser, { viewport: { width: 390, height: 844 }, storageState: state });
    await table.open("?resource_id=db_kin_0", own);
    const button = own.getByRole("button", { name: /^Menu of db\.create/ });
    const box = await button.boundingBox();
    expect([box?.width, box?.height]).toEqual([44, 44]);
    await button.click();
    const menu = own.getByRole("menu");
    await menu.getByRole("menuitem", { name: /history/ }).waitFor();
    for (const entry of await menu.getByRole("menuitem").all()) {
      expect((await entry.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    }
    await menu.getByRole("menuitem", { name: "All by this user" }).click();
    await expect.poll(() => own.url()).toContain("actor_id=u_kin");
    await own.goBack();
    await own.locator("[data-slot=expand]").click();
    await own.locator("[data-slot=log-detail]").waitFor();
    // The card has all of it already.
    expect(await own.getByText("First step").count()).toBe(1);
    const field = own.getByRole("rowheader", { name: "a_rather_long_field_name" });
    expect((await field.boundingBox())?.height).toBeLessThan(30);
    await own.context().close();
  });
});

describe("when the server is away", () => {
  it("the rows stay, the fault is reported with a way to try again", async () => {
    await table.open("?resource_id=db_kin_0");
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Refresh" }).click();
    const alert = page.getByRole("alert");
    await alert.waitFor({ timeout: 20_000 });
    expect(await alert.innerText()).toMatch(/cannot be reached[\s\S]*Showing earlier results/);
    expect(await page.locator("[data-slot=expand]").count()).toBe(1);
    await page.context().setOffline(false);
    await alert.getByRole("button", { name: "Retry" }).click();
    await expect.poll(() => alert.count(), { timeout: 20_000 }).toBe(0);
  });
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault))).toEqual([]);
});
