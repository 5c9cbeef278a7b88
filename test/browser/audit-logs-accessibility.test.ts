import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestServer } from "../support/server.ts";
import { SIZES, sidewaysPx, smallTargets, violations } from "./axe.ts";
import { launchBrowser, openPage, setUpInBrowser } from "./browser.ts";
import { hostileEvents } from "./hostile.ts";
import { sampleText } from "./sample.ts";

const LOGS = "/settings/organization/audit-logs";

let server: TestServer;
let browser: Browser;
let key: string;
let state: Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>;

beforeAll(async () => {
  server = await TestServer.start();
  browser = await launchBrowser();
  const { page } = await openPage(browser);
  await setUpInBrowser(page, server);
  state = await page.context().storageState();
  key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
  expect((await server.post(key, sampleText())).status).toBe(201);
  expect((await server.post(key, hostileEvents())).status).toBe(201);
  await server.caughtUp(key);
});

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const expandFirst = async (page: Page) => {
  await page.locator("[data-slot=expand]").first().click();
  await page.locator("[data-slot=log-detail]").waitFor();
};

const tab = (name: string, shows: string) => async (page: Page) => {
  await expandFirst(page);
  await page.getByRole("tab", { name }).click();
  await page.getByRole("region", { name: "Metadata" }).getByText(shows).first().waitFor();
};

/** What a person may come upon in the rows, and how to get there. */
const STATES: { name: string; search?: string; ready: (page: Page) => Promise<unknown> }[] = [
  {
    name: "an open menu",
    ready: async (page) => {
      const onCard = page.locator("[data-slot=row-menu]").first();
      if (await onCard.isVisible()) await onCard.click();
      else await page.locator("td[data-column=user]").first().click({ button: "right" });
      await page.getByRole("menuitem").first().waitFor();
    },
  },
  { name: "metadata as a tree", search: "?q=refund+period", ready: tab("Tree", "nested") },
  { name: "the raw entry", search: "?q=refund+period", ready: tab("Raw", "Header") },
  {
    name: "the time in other words",
    ready: async (page) => {
      const time = page.locator("td[data-column=timestamp]").first();
      if (!(await time.isVisible())) return;
      await time.focus();
      await page.getByRole("tooltip").waitFor();
    },
  },
  {
    name: "new events that wait",
    ready: async (page) => {
      await page.getByRole("button", { name: "Live", exact: true }).click();
      await expandFirst(page);
      await expect
        .poll(() => page.getByRole("status", { name: "Live" }).textContent(), { timeout: 10_000 })
        .toMatch(/as they come|held/);
      const event = { action: "db.update", actor: { type: "system" }, resource: { type: "db" } };
      expect((await server.post(key, [event])).status).toBe(201);
      await page.locator("[data-slot=new-events]").waitFor();
    },
  },
  {
    name: "the commands",
    ready: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("option").first().waitFor();
    },
  },
  {
    name: "the help",
    ready: async (page) => {
      await page.locator("[data-slot=expand]").first().focus();
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    },
  },
  {
    name: "a linked event with texts of 10,000 characters",
    search: "?event=hostile-long&q=refund+period",
    ready: (page) => page.locator("[data-slot=log-detail]").waitFor(),
  },
  {
    name: "a row with controls and bidirectional marks",
    search: "?event=hostile-control",
    ready: (page) => page.locator("[data-slot=log-detail]").waitFor(),
  },
];

describe.each(Object.keys(SIZES) as (keyof typeof SIZES)[])("%s", (size) => {
  it.each(STATES)("$name has no accessibility violation in either theme, and fits", async ({ search = "", ready }) => {
    const { page, faults } = await openPage(browser, {
      viewport: SIZES[size],
      storageState: state,
      reducedMotion: "reduce",
      colorScheme: "light",
    });
    try {
      await page.goto(`${server.url}${LOGS}${search}`);
      await page.locator("[data-slot=expand]").first().waitFor();
      await ready(page);
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysPx(page)).toBe(0);
      if (size === "narrow") expect(await smallTargets(page)).toEqual([]);
      expect(faults).toEqual([]);
    } finally {
      await page.context().close();
    }
  });
});
