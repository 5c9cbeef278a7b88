import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alterRaw } from "../support/altered-entries.ts";
import { AppServer } from "../support/app-server.ts";
import { anEvent, type Results } from "../support/events.ts";
import type { TestServer } from "../support/server.ts";
import { SIZES, sidewaysPx, smallTargets, violations } from "./axe.ts";
import { closeContexts, launchBrowser, openPage } from "./browser.ts";
import { openAcme } from "./people.ts";

/** What a person sees of an entry that somebody changed in the log's files. */

const LOGS = "/settings/organization/audit-logs?q=refund";

let server: TestServer;
let browser: Browser;
let page: Page;
let faults: string[];
let sequence: number;

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  ({ page, faults } = await openPage(browser));
  await openAcme(page, server);
  const key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
  const sent = Array.from({ length: 5 }, (_, at) =>
    anEvent({
      id: `refund-${at}`,
      action: "knowledge.update",
      actor: { type: "user", id: "user_42", name: "Grace Hopper", role: "admin" },
      resource: { type: "knowledge", id: `kb_${at}`, name: "Refund policy" },
      description: `Changed the refund period to ${at + 10} days`,
      timestamp: new Date(Date.now() - at * 60_000).toISOString(),
      context: { ip: "203.0.113.9" },
    }),
  );
  const { results } = (await (await server.post(key, sent)).json()) as Results;
  sequence = results[2]?.sequence ?? -1;
  await server.caughtUp(key);
  const log = join(server.dataDir, "log");
  const [segment = ""] = readdirSync(log).filter((name) => name.endsWith(".seg"));
  alterRaw(join(log, segment), "refund-2", "body");
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

/** For whoever wants to look: into the directory that the environment names. */
async function screenshot(name: string): Promise<void> {
  const directory = process.env.DAYBOOK_SCREENSHOTS;
  if (directory !== undefined) await page.screenshot({ path: join(directory, `${name}.png`) });
}

async function inEverySize(name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await screenshot(`${name}-${size}-${colorScheme}`);
      expect(await violations(page), `${size} ${colorScheme}`).toEqual([]);
    }
    expect(await sidewaysPx(page), size).toBe(0);
    if (size === "narrow") expect(await smallTargets(page)).toEqual([]);
  }
  await page.setViewportSize(SIZES.wide);
  await page.emulateMedia({ colorScheme: "light" });
}

describe("an entry that was changed in the log", () => {
  it("is a row that says so, between the rows that are sound", async () => {
    await page.goto(server.url + LOGS);
    const damaged = page.getByText(`Damaged entry ${sequence}: its details are not what was recorded.`);
    await damaged.waitFor();
    expect(await page.getByRole("status", { name: "Number of events" }).textContent()).toBe("5 events");
    const groups = page.locator("[data-slot=log-rows] [data-index]");
    expect(await groups.count()).toBe(5);
    expect(await groups.nth(2).textContent()).toContain("Damaged entry");
    expect(await groups.nth(2).getByRole("button").count()).toBe(0);
    expect(await groups.nth(3).textContent()).toContain("Changed the refund period to 13 days");
    await inEverySize("damaged-row");
  });

  it("is skipped by the keys that go from row to row", async () => {
    const focusedRow = () => page.evaluate("document.activeElement.closest('[data-index]')?.dataset.index");
    const expand = page.locator("[data-index='1'] [data-slot=expand]");
    await expand.focus();
    await page.keyboard.press("j");
    await expect.poll(focusedRow).toBe("3");
    await page.keyboard.press("k");
    await expect.poll(focusedRow).toBe("1");
    await page.keyboard.press("End");
    await expect.poll(focusedRow).toBe("4");
  });

  it("says so by its own link, with the way to Integrity, and offers no second try", async () => {
    await page.goto(`${server.url}/settings/organization/audit-logs?q=nothing-like-it&event=refund-2`);
    const alert = page.getByRole("alert").filter({ hasText: "This event cannot be shown: its entry is damaged." });
    await alert.waitFor();
    expect(await alert.textContent()).toContain(`Entry ${sequence} of acme is damaged`);
    expect(await alert.textContent()).toContain("refund-2");
    expect(await alert.getByRole("button", { name: "Retry" }).count()).toBe(0);
    await inEverySize("damaged-link");
    await alert.getByRole("link", { name: "Open Integrity" }).click();
    await page.getByText("What is stored is not what was acknowledged.").waitFor();
  });

  it("ran without a script error or a breach of its own policy", () => {
    // A failed answer is a line in the browser's console.
    expect(faults.filter((fault) => !/status of 500/.test(fault))).toEqual([]);
  });
});
