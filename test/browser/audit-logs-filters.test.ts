import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { positionAt } from "../support/positions.ts";
import type { TestServer } from "../support/server.ts";
import { closeContexts, launchBrowser, openPage } from "./browser.ts";
import { openAcme } from "./people.ts";
import { ago, DAY_MS, RESOURCE_ID, sampleText, USER_ID } from "./sample.ts";

/** The upper part of the page: what narrows the rows down, by pointer, by keyboard and by address. */

const LOGS = "/settings/organization/audit-logs";
/** Five hours behind UTC in winter: its days are not UTC's. */
const TIME_ZONE = "America/New_York";

let server: TestServer;
let browser: Browser;
let key: string;
let page: Page;
let faults: string[];
let state: Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>;

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  ({ page, faults } = await openPage(browser, { timezoneId: TIME_ZONE }));
  await openAcme(page, server);
  state = await page.context().storageState();
  key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
  expect((await server.post(key, sampleText())).status).toBe(201);
  await server.caughtUp(key);
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

beforeEach(() => open());

async function open(search = ""): Promise<void> {
  await page.goto(`${server.url}${LOGS}${search}`);
  await status().getByText(/event/).waitFor();
}

/** Asks again until it holds. A busy machine takes its time. */
const poll = <T>(ask: () => T) => expect.poll(ask, { timeout: 20_000 });
const status = () => page.getByRole("status", { name: "Number of events" });
const actions = () => page.getByRole("combobox", { name: "Action Type" });
const option = (name: string) => page.getByRole("option", { name, exact: true });
const search = () => page.getByLabel("Search", { exact: true });
const chips = () => page.getByRole("list", { name: "Active filters" });
const slider = () => page.getByRole("slider", { name: "Events over time" });
const parameters = () => new URL(page.url()).searchParams;
/** NaN while they are on their way. */
const events = async () => Number(/^([\d,]+) event/.exec((await status().textContent()) ?? "")?.[1]?.replace(",", ""));
/** Which element has the focus, as a person hears it. */
const focused = () => page.locator(":focus");

async function chipTexts(): Promise<string[]> {
  return chips()
    .getByRole("button", { name: /^Change/ })
    .allInnerTexts()
    .then((texts) => texts.map((text) => text.replace(/\s+/g, " ").replace("Change ", "")));
}

describe("the actions", () => {
  it("are chosen, added and excluded by keyboard alone", async () => {
    await actions().focus();
    await page.keyboard.press("ArrowDown");
    await option("auth.login").waitFor();
    await page.keyboard.type("knowledge.up");
    await page.keyboard.press("Enter");
    await poll(() => status().textContent()).toBe("1 event");
    expect(parameters().getAll("action")).toEqual(["knowledge.update"]);
    await poll(() => focused().getAttribute("role")).toBe("combobox");

    await page.keyboard.press("Enter");
    await page.keyboard.type("api_key.d");
    await page.keyboard.press(" ");
    await poll(() => status().textContent()).toBe("2 events");
    expect(await actions().textContent()).toContain("2 actions");
    await page.keyboard.press("-");
    await poll(() => parameters().getAll("action")).toEqual(["knowledge.update", "-api_key.delete"]);
    await page.keyboard.press("Escape");
    await poll(() => option("api_key.delete").count()).toBe(0);
    expect(await actions().textContent()).toContain("knowledge.update but api_key.delete");
    expect(await chipTexts()).toEqual(["Action knowledge.update", "Action not api_key.delete"]);
  });

  it("may be whole families, and all but one", async () => {
    await actions().click();
    await option("channel.create").waitFor();
    await page.keyboard.type("channel");
    await poll(async () => (await page.getByRole("option").allTextContents())[0]).toBe("channel.*");
    await page.keyboard.press("Enter");
    await poll(() => status().textContent()).toBe("121 events");
    await actions().click();
    const create = option("channel.create");
    await create.hover();
    await create.locator("[data-hit=excluded]").click();
    await poll(() => status().textContent()).toBe("1 event");
    await page.keyboard.press("Escape");
    await page.goBack();
    await poll(() => status().textContent()).toBe("121 events");
  });

  it("are several at once by their boxes, while the list stays", async () => {
    await actions().click();
    await option("auth.login").locator("[data-hit=included]").click();
    await option("db.update").locator("[data-hit=included]").click();
    await poll(() => parameters().getAll("action")).toEqual(["auth.login", "db.update"]);
    expect(await option("db.update").getAttribute("aria-selected")).toBe("true");
    await option("All actions").click();
    await poll(() => parameters().getAll("action")).toEqual([]);
  });

  it("are counted under all other filters", async () => {
    await open("?action=db.update&resource_type=channel");
    await actions().click();
    await poll(() => option("channel.create").getAttribute("aria-description")).toBe("120 events");
    expect(await option("channel.connect").getAttribute("aria-description")).toBe("1 event");
    expect(await option("auth.login").getAttribute("aria-description")).toBe("0 events");
  });
});

it("what goes away once it was pressed leaves the focus to what stays", async () => {
  const pressed = async (address: string, name: string) => {
    await open(address);
    const button = page.getByRole("button", { name, exact: true });
    await button.focus();
    await button.press("Enter");
    await expect.poll(() => button.count()).toBe(0);
    return page.evaluate(`(({ dataset, textContent }) =>
      dataset.filter ?? (textContent.trim() || dataset.slot))(document.activeElement)`);
  };
  expect(await pressed("?range=24h", "Pin these dates")).toBe("1h");
  expect(await pressed(`?since=${await positionAt(server, key, 0)}`, "Show all")).toBe("q");
  expect(await pressed(`?start=2026-01-01&as_of=${await positionAt(server, key, 100)}`, "Show live again")).toBe("q");
  expect(await pressed("?event=never-was", "Close")).toBe("expand");
  await page.goto(`${server.url}${LOGS}?q=nothing-like-it`);
  await page.getByRole("button", { name: "Clear filters" }).press("Enter");
  await expect.poll(() => page.evaluate("document.activeElement.dataset.filter")).toBe("q");
});

describe("the search box", () => {
  it("reads tokens into chips once they are finished, and keeps plain words as the search", async () => {
    await search().pressSequentially(`refund user:${USER_ID} `);
    await poll(() => parameters().get("actor_id")).toBe(USER_ID);
    expect(await search().inputValue()).toBe("refund");
    await poll(() => parameters().get("q")).toBe("refund");
    await search().fill("-action:channel.* outcome:failure ip:203.0.113.0/24");
    await search().press("Enter");
    await expect
      .poll(chipTexts)
      .toEqual(["Action not channel.*", "Outcome failure", `User ID ${USER_ID}`, "IP Address 203.0.113.0/24"]);
    expect(await search().inputValue()).toBe("");
    await poll(() => status().textContent()).toBe("1 event");
  });

  it("says of a token what is wrong with it, and does not look for it", async () => {
    await search().fill("ip:300.1.1.1");
    await search().press("Enter");
    await page.getByText("ip:300.1.1.1 is not an IP address or range").waitFor();
    expect(await search().getAttribute("aria-invalid")).toBe("true");
    expect(parameters().has("q")).toBe(false);
  });

  it("is not cleared by Escape", async () => {
    await search().fill("refund");
    await search().press("Enter");
    await search().press("Escape");
    expect(await search().inputValue()).toBe("refund");
    await poll(() => status().textContent()).toBe("1 event");
  });
});

describe("the resource type", () => {
  it("suggests what the data holds, by keyboard too, and stays free text", async () => {
    const type = page.getByLabel("Resource Type");
    await type.focus();
    await page.keyboard.press("ArrowDown");
    await poll(() => page.getByRole("option").allTextContents()).toContain("knowledge");
    await page.keyboard.type("know");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await poll(() => parameters().get("resource_type")).toBe("knowledge");
    await type.fill("chan");
    await poll(() => status().textContent()).toBe("121 events");
  });
});

describe("the rarer filters", () => {
  it("stand behind a button, with counts", async () => {
    await page.getByRole("button", { name: "More filters" }).click();
    const failure = page.getByRole("button", { name: "Failure" });
    await poll(() => failure.getAttribute("aria-description")).toBe("1 event");
    await failure.click();
    await poll(() => status().textContent()).toBe("1 event");
    expect(parameters().getAll("outcome")).toEqual(["failure"]);
    const address = page.getByLabel("IP Address", { exact: true });
    await address.fill("10.0.0.999");
    await page.getByText("This is not an IP address or range").waitFor();
    await address.fill("203.0.113.66");
    await poll(() => parameters().get("ip")).toBe("203.0.113.66");
  });
});

it("Escape closes the topmost thing alone, and no filter is lost", async () => {
  await open("?role=admin");
  await page.getByRole("button", { name: "More filters" }).click();
  const panel = page.getByRole("dialog", { name: "More filters" });
  const role = panel.getByLabel("Role", { exact: true });
  await role.fill("a");
  await panel.getByRole("option", { name: "admin" }).waitFor();
  await page.keyboard.press("Escape");
  await poll(() => panel.getByRole("option").count()).toBe(0);
  expect(await panel.isVisible()).toBe(true);
  await role.fill("admin");
  await page.keyboard.press("Escape");
  await poll(() => panel.count()).toBe(0);
  await poll(() => parameters().get("role")).toBe("admin");
});

describe("the chips", () => {
  it("are changed by a click, taken away by their ×, and the focus goes on", async () => {
    await open(`?range=7d&resource_id=${RESOURCE_ID}&role=admin`);
    expect(await chipTexts()).toEqual(["Time Last 7 days", `Resource ID ${RESOURCE_ID}`, "Role admin"]);
    await chips().getByRole("button", { name: "Change Role admin" }).click();
    await poll(() => focused().inputValue()).toBe("admin");
    await page.keyboard.press("Escape");
    await chips().getByRole("button", { name: "Remove Time Last 7 days" }).focus();
    await page.keyboard.press("Enter");
    await poll(() => focused().innerText()).toMatch(new RegExp(`^Remove\\s+Resource ID\\s+${RESOURCE_ID}$`));
    await chips().getByRole("button", { name: "Clear all" }).click();
    await poll(() => chips().count()).toBe(0);
    expect([...parameters().keys()]).toEqual([]);
  });

  it("show hostile text as text", async () => {
    await open(`?role=${encodeURIComponent("admin\u202egro.\u0000<img src=x onerror=alert(1)>")}`);
    const [chip] = await chipTexts();
    expect(chip).toBe("Role admin\\u202egro.\\u0000<img src=x onerror=alert(1)>");
    expect(await chips().locator("img").count()).toBe(0);
  });
});

describe("an exclusion", () => {
  const ofGrace = () => page.locator("[data-column=user]").filter({ hasText: "Grace Hopper" });

  it("is made in the menu of a cell, says so as a chip, and is taken back by its ×", async () => {
    await ofGrace().first().click({ button: "right" });
    await page.getByRole("menuitem", { name: "Exclude this user" }).click();
    await poll(() => parameters().getAll("not_actor_id")).toEqual([USER_ID]);
    await poll(chipTexts).toEqual([`User ID not ${USER_ID}`]);
    await poll(() => ofGrace().count()).toBe(0);
    await poll(events).toBeGreaterThan(0);
    await chips()
      .getByRole("button", { name: `Remove User ID not ${USER_ID}` })
      .click();
    await poll(() => ofGrace().count()).toBeGreaterThan(0);
    expect([...parameters().keys()]).toEqual([]);
  });

  it("is typed as a token, and written anew from its chip, by keyboard alone", async () => {
    await search().focus();
    await page.keyboard.type(`-ip:203.0.113.66 -user:${USER_ID}`);
    await page.keyboard.press("Enter");
    await poll(chipTexts).toEqual([`User ID not ${USER_ID}`, "IP Address not 203.0.113.66"]);
    await poll(() => ofGrace().count()).toBe(0);
    const change = chips().getByRole("button", { name: `Change User ID not ${USER_ID}` });
    await change.focus();
    await page.keyboard.press("Enter");
    await poll(() => focused().inputValue()).toBe(`-user:${USER_ID}`);
    await page.keyboard.press("Escape");
    await poll(() => search().inputValue()).toBe("");
    expect(parameters().getAll("not_actor_id")).toEqual([USER_ID]);
    await change.focus();
    await page.keyboard.press("Enter");
    await poll(() => page.evaluate("getSelection().toString()")).toBe(USER_ID);
    await page.keyboard.type("-nobody");
    await page.keyboard.press("Enter");
    await poll(chipTexts).toEqual(["User ID not -nobody", "IP Address not 203.0.113.66"]);
    await poll(() => ofGrace().count()).toBeGreaterThan(0);
  });
});

describe("presets", () => {
  it("stay relative in the address, and can be made to stay as they are", async () => {
    const preset = (name: string) => page.getByRole("button", { name, exact: true });
    expect(await preset("30d").getAttribute("aria-pressed")).toBe("true");
    await preset("7d").click();
    await poll(() => page.url()).toMatch(/\?range=7d$/);
    const today = new Date().toISOString().slice(0, 10);
    expect(await page.getByLabel("End Date", { exact: true }).inputValue()).toBe(today);
    const start = await page.getByLabel("Start Date", { exact: true }).inputValue();
    expect(Math.round((Date.parse(today) - Date.parse(start)) / DAY_MS)).toBe(6);
    await preset("Pin these dates").click();
    await poll(() => Object.fromEntries(parameters())).toEqual({ start, end: today });
    expect(await preset("7d").getAttribute("aria-pressed")).toBe("false");
    await page.goBack();
    await poll(() => parameters().get("range")).toBe("7d");
  });

  it("reach back hours, to the minute", async () => {
    await page.getByRole("button", { name: "1h", exact: true }).click();
    await poll(events).toBeLessThan(20);
    expect(await page.getByLabel("Start Date", { exact: true }).inputValue()).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d$/);
  });
});

describe("the histogram", () => {
  it("is a slider for who has no pointer: arrows tell, with Shift they select, Enter makes the range", async () => {
    // It is there before the counts are: keys move it only once it has bars.
    await poll(() => slider().getAttribute("aria-valuetext")).not.toBe("No events");
    await slider().focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Home");
    await poll(() => slider().getAttribute("aria-valuetext")).toMatch(/: 0 events$/);
    await page.keyboard.press("End");
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Shift+ArrowLeft");
    expect(await slider().getAttribute("aria-valuetext")).toMatch(/^Selected .* events, /);
    await page.keyboard.press("Escape");
    expect(await slider().getAttribute("aria-valuetext")).not.toContain("Selected");
    await page.keyboard.press("End");
    for (let step = 0; step < 3; step++) await page.keyboard.press("Shift+ArrowLeft");
    const told = Number(/: ([\d,]+) event/.exec((await slider().getAttribute("aria-valuetext")) ?? "")?.[1]);
    await page.keyboard.press("Enter");
    await poll(() => parameters().has("start")).toBe(true);
    await poll(events).toBe(told);
    expect(await chipTexts()).toHaveLength(1);
    await page.goBack();
    await poll(() => parameters().has("start")).toBe(false);
  });

  it("gives the range by dragging, which Back undoes", async () => {
    await poll(() => slider().locator("rect").count()).toBeGreaterThan(0);
    await poll(events).toBeGreaterThan(0);
    const before = await events();
    const box = await slider().boundingBox();
    if (box === null) throw new Error("the histogram is not to be seen");
    await page.mouse.move(box.x + box.width * 0.2, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 30, { steps: 5 });
    await page.mouse.up();
    await poll(() => status().textContent()).toBe("0 events");
    // The page shows 30 days, in bars of half a day.
    const endOfToday = Date.parse(new Date().toISOString().slice(0, 10)) + DAY_MS;
    const daysAgo = (name: string) => (endOfToday - Date.parse(parameters().get(name) ?? "")) / DAY_MS;
    expect(Math.abs(daysAgo("start") - 0.8 * 30)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(daysAgo("end") - 0.5 * 30)).toBeLessThanOrEqual(0.5);
    await page.goBack();
    await poll(events).toBe(before);
    expect(parameters().has("start")).toBe(false);
  });

  it("is there as a table, too", async () => {
    await page.getByRole("button", { name: "View as table" }).click();
    const table = page.getByRole("table", { name: /^Events over time/ });
    expect(await table.getByRole("columnheader").allTextContents()).toEqual([
      "Time",
      "Events",
      "Auth",
      "API key",
      "Knowledge, message",
      "Channel, database, other",
    ]);
    const counts = await table.locator("tbody tr td:nth-of-type(1)").allTextContents();
    expect(counts.reduce((sum, text) => sum + Number(text), 0)).toBe(await events());
  });

  it("comes without moving anything", async () => {
    const { page: fresh } = await openPage(browser, { storageState: state });
    await fresh.addInitScript(`
      window.shifted = 0;
      new PerformanceObserver((list) => {
        for (const { value } of list.getEntries()) window.shifted += value;
      }).observe({ type: "layout-shift" });
    `);
    await fresh.goto(`${server.url}${LOGS}`);
    await fresh.getByRole("slider", { name: "Events over time" }).locator("rect").first().waitFor();
    // Shifts are told after the frame they happened in.
    await fresh.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    expect(await fresh.evaluate("window.shifted")).toBeLessThan(0.02);
    await fresh.context().close();
  });
});

describe("the time zone", () => {
  const zone = () => page.getByRole("button", { name: /^Time zone/ });
  const toggle = async (name: RegExp) => {
    await zone().click();
    await page.getByRole("menuitemradio", { name }).click();
    await page.keyboard.press("Escape");
  };

  it("is one for rows, days and histogram, and in the address only when it is not the default", async () => {
    const noon = Date.parse(`${new Date().toISOString().slice(0, 10)}T12:00:00Z`) - 2 * DAY_MS;
    await open(`?start=${new Date(noon).toISOString()}`);
    const start = page.getByLabel("Start Date", { exact: true });
    expect(await start.inputValue()).toMatch(/ 12:00$/);
    await toggle(/This browser/);
    await poll(() => parameters().get("tz")).toBe(TIME_ZONE);
    expect(await start.inputValue()).toMatch(/ 0[78]:00$/);
    await toggle(/^UTC/);
    await poll(() => parameters().has("tz")).toBe(false);
  });

  it("says what a day is: its requests carry it", async () => {
    const day = ago(DAY_MS).slice(0, 10);
    const asked = page.waitForRequest((request) => /\/v1\/events\?/.test(request.url()));
    await page.goto(`${server.url}${LOGS}?start=${day}&end=${day}&tz=${TIME_ZONE}`);
    const query = new URL((await asked).url()).searchParams;
    expect([query.get("start"), query.get("end"), query.get("tz")]).toEqual([day, day, TIME_ZONE]);
  });
});

it("an address that cannot be meant is said, part by part", async () => {
  await page.goto(`${server.url}${LOGS}?range=5m&tz=Mars/Base&ip=1.2.3&outcome=good&action=a%20b`);
  for (const text of ["range=5m", "tz=Mars/Base", "ip=1.2.3", "outcome=good", "action=a b"]) {
    await page.locator("code", { hasText: text }).waitFor();
  }
  await page.getByRole("button", { name: "Remove from address" }).click();
  await poll(() => page.url()).not.toContain("?");
});

it("on a phone the filters come up in a sheet", async () => {
  const phone = await openPage(browser, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    storageState: state,
  });
  const { page: small } = phone;
  const button = small.getByRole("button", { name: /^Filters/ });
  const count = small.getByRole("status", { name: "Number of events" });
  await small.goto(`${server.url}${LOGS}`);
  await button.click();
  const sheet = small.getByRole("dialog", { name: "Filters" });
  await sheet.getByRole("button", { name: "7d" }).click();
  await sheet.getByRole("combobox", { name: "Action Type" }).click();
  await small.getByRole("option", { name: "channel.connect", exact: true }).click();
  await sheet.getByRole("button", { name: "Success" }).click();
  await sheet.getByRole("button", { name: "Show 1 event", exact: true }).click();
  await poll(() => button.textContent()).toBe("Filters (3)");
  await poll(() => count.textContent()).toBe("1 event");
  const targets: Locator = small.getByRole("list", { name: "Active filters" }).getByRole("button");
  for (const target of await targets.all()) expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  expect(await small.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  expect(phone.faults).toEqual([]);
  await small.context().close();
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults).toEqual([]);
});
