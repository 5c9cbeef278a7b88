import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { closeContexts, launchBrowser, openPage } from "./browser.ts";
import { openAcme } from "./people.ts";
import { DAY_MS, sampleText } from "./sample.ts";

/** The page without a mouse. */

const KEYS_MAX = 25;

let server: TestServer;
let browser: Browser;
let page: Page;
let faults: string[];
/** Keys pressed since the page was opened; a modifier and its key are one. */
let pressed = 0;

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  ({ page, faults } = await openPage(browser, { permissions: ["clipboard-read", "clipboard-write"] }));
  await openAcme(page, server);
  const key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
  expect((await server.post(key, sampleText())).status).toBe(201);
  await server.caughtUp(key);
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

beforeEach(async () => {
  await page.goto(`${server.url}/settings/organization/audit-logs`);
  await page.locator("[data-slot=expand]").first().waitFor();
  pressed = 0;
});

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key);
    pressed++;
  }
}

/** Each character is a key. */
async function type(text: string): Promise<void> {
  await page.keyboard.type(text);
  pressed += text.length;
}

/** Finds a command by some letters of its name and runs it. */
async function command(letters: string): Promise<void> {
  await press("Control+k");
  await page.getByRole("combobox", { name: "Find a command" }).waitFor();
  await type(letters);
  // Some commands come with an answer of the server.
  await page.getByRole("option").first().waitFor();
  await press("Enter");
  await expect.poll(() => page.locator("[data-slot=palette]").count()).toBe(0);
}

const count = () => page.getByRole("status", { name: "Number of events" }).textContent();
const focused = () =>
  page.evaluate<string>(
    "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.dataset.column ?? document.activeElement?.textContent ?? ''",
  );
const focusedName = () => page.evaluate<string>("document.activeElement?.getAttribute('name') ?? ''");
const inRows = () =>
  expect.poll(() => page.evaluate("document.activeElement?.closest('[data-slot=log-rows]') !== null")).toBe(true);

/** Goes to the first row and, by its single key, chooses an action there. */
async function chooseAction(letters: string): Promise<void> {
  await command("ev");
  await inRows();
  await press("f");
  await page.getByRole("option").first().waitFor();
  await type(letters);
  await press("Enter", "Escape");
}

describe("the three use cases, by keyboard alone", () => {
  it("security investigation: failed logins, and all from their address", async () => {
    await chooseAction("login");
    await expect.poll(() => page.getByRole("table").textContent()).toContain("203.0.113.66");
    await command("ev");
    await inRows();
    await expect.poll(() => page.locator("tbody[data-index]").filter({ hasText: "channel.create" }).count()).toBe(0);
    // Under the sign-ins of this very test is the failed one; its last cell is the address.
    const texts = await page.locator("tbody[data-index]").allTextContents();
    for (let at = texts.findIndex((text) => text.includes("wrong password")); at > 0; at--) await press("j");
    await press("ArrowLeft");
    expect(await focused()).toBe("ip");
    await press("Shift+F10");
    await page.getByRole("menuitem", { name: "Filter for this address" }).waitFor();
    // Not waitForFunction: the page's own policy forbids what it does to ask again.
    await expect.poll(() => page.evaluate("document.activeElement?.closest('[role=menu]') !== null")).toBe(true);
    await press("f", "Enter");
    await expect.poll(() => page.url()).toContain("ip=203.0.113.66");
    await expect.poll(count).toBe("1 event");
    expect(await page.getByRole("table").textContent()).toContain("Entered a wrong password");
    expect(pressed).toBeLessThanOrEqual(KEYS_MAX);
  });

  it("change tracking: what changed in a resource, before and after", async () => {
    await chooseAction("knowledge.u");
    await expect.poll(count).toBe("1 event");
    await command("ev");
    await inRows();
    await press("Enter");
    const changes = page.getByRole("region", { name: "Changes" });
    await changes.waitFor();
    expect(await changes.innerText()).toMatch(/refund_days[\s\S]*14[\s\S]*30/);
    expect(pressed).toBeLessThanOrEqual(KEYS_MAX);
  });

  it("compliance audit: a period, exported", async () => {
    await command("st");
    await expect.poll(() => page.evaluate("document.activeElement?.dataset.filter")).toBe("start");
    await type(new Date(Date.now() - 60 * DAY_MS).toISOString().slice(0, 10));
    await press("Enter");
    await expect.poll(() => page.url()).toContain("start=");
    await expect.poll(async () => Number(/\d+/.exec((await count()) ?? "")?.[0])).toBeGreaterThan(128);
    const download = page.waitForEvent("download");
    await command("exp");
    const lines = readFileSync(await (await download).path(), "utf8")
      .trimEnd()
      .split("\r\n");
    expect(lines.some((line) => line.includes("Dropped a table long ago"))).toBe(true);
    expect(pressed).toBeLessThanOrEqual(KEYS_MAX);
  });
});

describe("the keys of the rows", () => {
  beforeEach(async () => {
    await command("ev");
    await inRows();
  });
  const place = () => page.evaluate("document.activeElement?.closest('[data-index]')?.dataset.index");

  it("go from row to row and from cell to cell", async () => {
    await press("j", "ArrowDown", "j");
    expect(await place()).toBe("3");
    await press("k", "ArrowUp");
    expect(await place()).toBe("1");
    await press("ArrowRight", "ArrowRight");
    expect(await focused()).toBe("action");
    await press("j");
    expect([await place(), await focused()]).toEqual(["2", "action"]);
    // The rows below the first screen are drawn after it.
    await expect.poll(() => page.locator("tbody[data-index]").count()).toBeGreaterThan(91);
    await press("End");
    expect(Number(await place())).toBeGreaterThan(90);
    await press("Home");
    expect(await place()).toBe("0");
  });

  it("open and close a row; Escape closes the topmost thing and leaves the filters", async () => {
    await page.goto(`${server.url}/settings/organization/audit-logs?resource_type=knowledge`);
    await page.locator("[data-slot=expand]").first().waitFor();
    await command("ev");
    const details = page.locator("[data-slot=log-detail]");
    await press("Enter");
    await details.waitFor();
    await press("ArrowRight", "Shift+F10");
    const menu = page.getByRole("menu");
    await menu.waitFor();
    await press("Escape");
    await expect.poll(() => menu.count()).toBe(0);
    expect(await details.count()).toBe(1);
    // The time's tip lies on top now.
    await press("Escape");
    await expect.poll(() => page.getByRole("tooltip").count()).toBe(0);
    await press("Escape");
    await expect.poll(() => details.count()).toBe(0);
    await press("Escape", "/", "Escape");
    expect(page.url()).toContain("resource_type=knowledge");
    expect(await page.evaluate("document.activeElement?.dataset.filter")).toBe("q");
  });

  it("copy the cell, or the event", async () => {
    const clipboard = () => page.evaluate<string>("navigator.clipboard.readText()");
    await press("c");
    await page.getByText("Event as JSON copied").waitFor();
    const event = JSON.parse(await clipboard());
    expect(event).toMatchObject({ tenant_id: "acme" });
    expect(event).not.toHaveProperty("texts");
    await press("ArrowRight", "c");
    await page.getByText("Timestamp copied").waitFor();
    expect(await clipboard()).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it("go to the search, the actions and the dates, follow live and help", async () => {
    await press("t");
    expect(await page.evaluate("document.activeElement?.dataset.filter")).toBe("start");
    await command("ev");
    await press("l");
    await expect
      .poll(() => page.getByRole("button", { name: "Live", exact: true }).getAttribute("aria-pressed"))
      .toBe("true");
    await press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await press("Escape");
    await inRows();
  });

  it("can be turned off, all but those with a name, and stay so", async () => {
    await press("?");
    const off = page.getByRole("switch", { name: /Single keys/ });
    await off.focus();
    await press("Space", "Escape");
    await inRows();
    await press("j", "l", "?");
    expect(await place()).toBe("0");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await press("ArrowDown");
    expect(await place()).toBe("1");
    await page.reload();
    await page.locator("[data-slot=expand]").first().waitFor();
    await command("ev");
    await press("j");
    expect(await place()).toBe("0");
    await command("keyb");
    await page.getByRole("switch", { name: /Single keys/ }).focus();
    await press("Space", "Escape");
    await command("ev");
    await press("j");
    expect(await place()).toBe("1");
  });
});

describe("the palette", () => {
  const options = () => page.getByRole("listbox", { name: "Commands" }).getByRole("option");

  it("keeps the filters under a name, and opens them by it", async () => {
    await command("last 7");
    await expect.poll(() => page.url()).toContain("range=7d");
    await command("save cur");
    await page.getByRole("dialog", { name: "Save current filters" }).waitFor();
    await expect.poll(focusedName).toBe("name");
    await type("Weekly look");
    await press("Enter");
    await page.getByText("“Weekly look” is saved.").waitFor();
    await command("90");
    await expect.poll(() => page.url()).toContain("range=90d");
    await command("wkl");
    await expect.poll(() => page.url()).toContain("range=7d");
    await press("Control+k");
    await options().filter({ hasText: "Weekly look" }).filter({ hasText: "current" }).waitFor();
    await press("ArrowUp");
    // From the first to the last, and back.
    expect(await options().last().getAttribute("aria-selected")).toBe("true");
    await press("PageUp", "ArrowDown", "Escape");
    await expect.poll(() => page.locator("[data-slot=palette]").count()).toBe(0);
  });

  it("signs off, leads to what is new since then, exports in any format and goes to other pages", async () => {
    await command("mark");
    await page.getByRole("dialog", { name: "Mark as reviewed" }).waitFor();
    await press("Enter");
    await page.getByText("Step 2 of 2").waitFor();
    await press("Tab", "Tab", "Enter");
    await page.getByText(/^Signed off/).waitFor();
    await press("Escape");
    await command("new since");
    await expect.poll(() => page.url()).toContain("since=");
    await page.goBack();
    await expect.poll(async () => Number(/\d+/.exec((await count()) ?? "")?.[0])).toBeGreaterThan(90);
    const download = page.waitForEvent("download");
    await command("ndjson");
    expect((await download).suggestedFilename()).toMatch(/\.ndjson$/);
    await command("api");
    await page.getByRole("heading", { name: "API Keys" }).waitFor();
  });

  it("runs what Enter meant once that is loaded, and gives the focus back when it is left instead", async () => {
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const reviews = /action=audit_log\.review/;
    await page.route(reviews, async (route) => {
      await held;
      await route.continue();
    });
    await page.reload();
    await page.locator("[data-slot=expand]").first().focus();
    await press("Control+k");
    await page.getByText("Loading more commands…").waitFor();
    await press("Escape");
    await inRows();
    await press("Control+k");
    await type("new since");
    await expect.poll(() => options().count()).toBe(0);
    await press("Enter");
    answer();
    await expect.poll(() => page.url()).toContain("since=");
    await page.unroute(reviews);
  });
});

it("leads to the first row in three keys, and acts on single keys wherever no field has the focus", async () => {
  await page.goto(`${server.url}/settings/organization/audit-logs?range=90d`);
  await page.locator("[data-slot=expand]").first().waitFor();
  for (const key of ["Tab", "Tab", "Enter"]) await page.keyboard.press(key);
  await expect.poll(() => page.evaluate("document.activeElement.closest('[data-index]')?.dataset.index")).toBe("0");
  await page.evaluate("document.activeElement.blur()");
  await page.keyboard.press("/");
  await expect.poll(() => page.evaluate("document.activeElement.dataset.filter")).toBe("q");
  await page.evaluate("document.activeElement.blur()");
  await page.keyboard.press("j");
  await expect.poll(() => page.evaluate("document.activeElement.dataset.slot")).toBe("expand");
});

it("types letters into a field and does nothing else with them", async () => {
  await command("sea");
  await type("jfle?");
  expect(await page.evaluate("document.activeElement?.value")).toBe("jfle?");
  expect(await page.getByRole("dialog").count()).toBe(0);
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults).toEqual([]);
});
