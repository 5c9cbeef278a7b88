import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { positionAt } from "../support/positions.ts";
import { openPage } from "./browser.ts";
import { RESOURCE_ID, USER_ID } from "./sample.ts";
import { LOGS, poll, SamplePage } from "./sample-page.ts";

/** The filters of the page, by pointer, by keyboard and by address. What they do over time is in audit-logs-time.test.ts. */

let sample: SamplePage;
let page: Page;

beforeAll(async () => {
  sample = await SamplePage.start();
  ({ page } = sample);
});

afterAll(() => sample?.remove());

const actions = () => page.getByRole("combobox", { name: "Action Type" });
const option = (name: string) => page.getByRole("option", { name, exact: true });
const search = () => page.getByLabel("Search", { exact: true });
/** Which element has the focus, as a person hears it. */
const focused = () => page.locator(":focus");

describe("the actions", () => {
  it("are chosen, added and excluded by keyboard alone", async () => {
    await sample.open();
    await actions().focus();
    await page.keyboard.press("ArrowDown");
    await option("auth.login").waitFor();
    await page.keyboard.type("knowledge.up");
    await page.keyboard.press("Enter");
    await poll(() => sample.status().textContent()).toBe("1 event");
    expect(sample.parameters().getAll("action")).toEqual(["knowledge.update"]);
    await poll(() => focused().getAttribute("role")).toBe("combobox");

    await page.keyboard.press("Enter");
    await page.keyboard.type("api_key.d");
    await page.keyboard.press(" ");
    await poll(() => sample.status().textContent()).toBe("2 events");
    expect(await actions().textContent()).toContain("2 actions");
    await page.keyboard.press("-");
    await poll(() => sample.parameters().getAll("action")).toEqual(["knowledge.update", "-api_key.delete"]);
    await page.keyboard.press("Escape");
    await poll(() => option("api_key.delete").count()).toBe(0);
    expect(await actions().textContent()).toContain("knowledge.update but api_key.delete");
    expect(await sample.chipTexts()).toEqual(["Action knowledge.update", "Action not api_key.delete"]);
  });

  it("may be whole families, and all but one", async () => {
    await sample.open();
    await actions().click();
    await option("channel.create").waitFor();
    await page.keyboard.type("channel");
    await poll(async () => (await page.getByRole("option").allTextContents())[0]).toBe("channel.*");
    await page.keyboard.press("Enter");
    await poll(() => sample.status().textContent()).toBe("121 events");
    await actions().click();
    const create = option("channel.create");
    await create.hover();
    await create.locator("[data-hit=excluded]").click();
    await poll(() => sample.status().textContent()).toBe("1 event");
    await page.keyboard.press("Escape");
    await page.goBack();
    await poll(() => sample.status().textContent()).toBe("121 events");
  });

  it("are several at once by their boxes, while the list stays", async () => {
    await sample.open();
    await actions().click();
    await option("auth.login").locator("[data-hit=included]").click();
    await option("db.update").locator("[data-hit=included]").click();
    await poll(() => sample.parameters().getAll("action")).toEqual(["auth.login", "db.update"]);
    expect(await option("db.update").getAttribute("aria-selected")).toBe("true");
    await option("All actions").click();
    await poll(() => sample.parameters().getAll("action")).toEqual([]);
  });

  it("are counted under all other filters", async () => {
    await sample.open("?action=db.update&resource_type=channel");
    await actions().click();
    await poll(() => option("channel.create").getAttribute("aria-description")).toBe("120 events");
    expect(await option("channel.connect").getAttribute("aria-description")).toBe("1 event");
    expect(await option("auth.login").getAttribute("aria-description")).toBe("0 events");
  });
});

it("what goes away once it was pressed leaves the focus to what stays", async () => {
  const pressed = async (address: string, name: string) => {
    await sample.open(address);
    const button = page.getByRole("button", { name, exact: true });
    await button.focus();
    await button.press("Enter");
    await expect.poll(() => button.count()).toBe(0);
    return page.evaluate(`(({ dataset, textContent }) =>
      dataset.filter ?? (textContent.trim() || dataset.slot))(document.activeElement)`);
  };
  expect(await pressed("?range=24h", "Pin these dates")).toBe("1h");
  expect(await pressed(`?since=${await positionAt(sample.server, sample.key, 0)}`, "Show all")).toBe("q");
  expect(
    await pressed(`?start=2026-01-01&as_of=${await positionAt(sample.server, sample.key, 100)}`, "Show live again"),
  ).toBe("q");
  expect(await pressed("?event=never-was", "Close")).toBe("expand");
  await page.goto(`${sample.server.url}${LOGS}?q=nothing-like-it`);
  await page.getByRole("button", { name: "Clear filters" }).press("Enter");
  await expect.poll(() => page.evaluate("document.activeElement.dataset.filter")).toBe("q");
});

describe("the search box", () => {
  it("reads tokens into chips once they are finished, and keeps plain words as the search", async () => {
    await sample.open();
    await search().pressSequentially(`refund user:${USER_ID} `);
    await poll(() => sample.parameters().get("actor_id")).toBe(USER_ID);
    expect(await search().inputValue()).toBe("refund");
    await poll(() => sample.parameters().get("q")).toBe("refund");
    await search().fill("-action:channel.* outcome:failure ip:203.0.113.0/24");
    await search().press("Enter");
    await expect
      .poll(() => sample.chipTexts())
      .toEqual(["Action not channel.*", "Outcome failure", "User Grace Hopper", "IP Address 203.0.113.0/24"]);
    expect(await search().inputValue()).toBe("");
    await poll(() => sample.status().textContent()).toBe("1 event");
  });

  it("finds a user by a part of the name or e-mail, and calls the chip by the name", async () => {
    await sample.open();
    await search().pressSequentially("user:hopper ");
    await poll(() => sample.parameters().getAll("actor_id")).toEqual([USER_ID]);
    await poll(() => sample.chipTexts()).toEqual(["User Grace Hopper"]);
    const user = page.getByRole("combobox", { name: "User", exact: true });
    await poll(() => user.inputValue()).toBe("Grace Hopper");
    await user.fill("");
    await user.press("Enter");
    await poll(() => sample.parameters().has("actor_id")).toBe(false);
    await user.pressSequentially("grace");
    const offered = page.getByRole("listbox", { name: "Users" }).getByRole("option");
    await poll(() => offered.allInnerTexts()).toEqual([expect.stringMatching(/^Grace Hopper\s+9f1c7a52…0b64$/)]);
    expect(await offered.getAttribute("aria-description")).toMatch(/^\d+ events$/);
    await user.press("ArrowDown");
    await user.press("Enter");
    await poll(() => sample.chipTexts()).toEqual(["User Grace Hopper"]);
  });

  it("offers what there is when nothing was found: a name with a letter wrong, a value in the wrong field", async () => {
    await page.goto(`${sample.server.url}${LOGS}?q=graec`);
    await page.getByRole("button", { name: /^User Grace Hopper/ }).click();
    await poll(() => Object.fromEntries(sample.parameters())).toEqual({ actor_id: USER_ID });
    await page.goto(`${sample.server.url}${LOGS}?role=user`);
    await page.getByRole("button", { name: /^Actor Type user/ }).click();
    await poll(() => Object.fromEntries(sample.parameters())).toEqual({ actor_type: "user" });
    await poll(() => sample.events()).toBeGreaterThan(0);
  });

  it("marks what was looked for wherever it is shown: in a name, a description, the details", async () => {
    const marked = () => page.locator("[data-slot=log-rows] mark").allInnerTexts();
    await sample.open("?q=gRACE");
    await poll(async () => (await marked()).length).toBeGreaterThan(1);
    expect(new Set(await marked())).toEqual(new Set(["Grace"]));
    await sample.open("?q=refund+p");
    await poll(marked).toEqual(["refund p"]);
    await sample.open("?q=refund+policy");
    await page.locator("[data-slot=expand]").first().click();
    await page.locator("[data-slot=log-detail] mark").getByText("Refund policy", { exact: true }).waitFor();
  });

  it("says of a token what is wrong with it, and does not look for it", async () => {
    await sample.open();
    await search().fill("ip:300.1.1.1");
    await search().press("Enter");
    await page.getByText("ip:300.1.1.1 is not an IP address or range").waitFor();
    expect(await search().getAttribute("aria-invalid")).toBe("true");
    expect(sample.parameters().has("q")).toBe(false);
  });

  it("is not cleared by Escape", async () => {
    await sample.open();
    await search().fill("refund");
    await search().press("Enter");
    await search().press("Escape");
    expect(await search().inputValue()).toBe("refund");
    await poll(() => sample.status().textContent()).toBe("1 event");
  });
});

describe("the resource type", () => {
  it("suggests what the data holds, by keyboard too, and stays free text", async () => {
    await sample.open();
    const type = page.getByLabel("Resource Type");
    await type.focus();
    await page.keyboard.press("ArrowDown");
    await poll(() => page.getByRole("option").allTextContents()).toContain("knowledge");
    await page.keyboard.type("know");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await poll(() => sample.parameters().get("resource_type")).toBe("knowledge");
    await type.fill("chan");
    await poll(() => sample.status().textContent()).toBe("121 events");
  });
});

describe("the rarer filters", () => {
  it("are behind a button, with counts", async () => {
    await sample.open();
    await page.getByRole("button", { name: "More filters" }).click();
    const failure = page.getByRole("button", { name: "Failure" });
    await poll(() => failure.getAttribute("aria-description")).toBe("1 event");
    await failure.click();
    await poll(() => sample.status().textContent()).toBe("1 event");
    expect(sample.parameters().getAll("outcome")).toEqual(["failure"]);
    const address = page.getByLabel("IP Address", { exact: true });
    await address.fill("10.0.0.999");
    await page.getByText("This is not an IP address or range").waitFor();
    await address.fill("203.0.113.66");
    await poll(() => sample.parameters().get("ip")).toBe("203.0.113.66");
  });
});

it("Escape closes the topmost thing alone, and no filter is lost", async () => {
  await sample.open("?role=admin");
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
  await poll(() => sample.parameters().get("role")).toBe("admin");
});

describe("the chips", () => {
  it("are changed by a click, taken away by their ×, and the focus goes on", async () => {
    await sample.open(`?range=7d&resource_id=${RESOURCE_ID}&role=admin`);
    expect(await sample.chipTexts()).toEqual(["Time Last 7 days", `Resource ID ${RESOURCE_ID}`, "Role admin"]);
    await sample.chips().getByRole("button", { name: "Change Role admin" }).click();
    await poll(() => focused().inputValue()).toBe("admin");
    await page.keyboard.press("Escape");
    await sample.chips().getByRole("button", { name: "Remove Time Last 7 days" }).focus();
    await page.keyboard.press("Enter");
    await poll(() => focused().innerText()).toMatch(new RegExp(`^Remove\\s+Resource ID\\s+${RESOURCE_ID}$`));
    await sample.chips().getByRole("button", { name: "Clear all" }).click();
    await poll(() => sample.chips().count()).toBe(0);
    expect([...sample.parameters().keys()]).toEqual([]);
  });

  it("show hostile text as text", async () => {
    await sample.open(`?role=${encodeURIComponent("admin\u202egro.\u0000<img src=x onerror=alert(1)>")}`);
    const [chip] = await sample.chipTexts();
    expect(chip).toBe("Role admin\\u202egro.\\u0000<img src=x onerror=alert(1)>");
    expect(await sample.chips().locator("img").count()).toBe(0);
  });
});

it("takes a badge for a filter when it is clicked", async () => {
  await sample.open();
  const role = page.locator("[data-narrow=role]").filter({ hasText: "admin" }).first();
  await role.click();
  await poll(() => Object.fromEntries(sample.parameters())).toEqual({ role: "admin" });
  await page.locator("[data-narrow=action]").filter({ hasText: "knowledge.update" }).first().click();
  await poll(() => Object.fromEntries(sample.parameters())).toEqual({ role: "admin", action: "knowledge.update" });
  await sample.open();
  await page.locator("[data-narrow=actor_type]").first().click();
  await poll(() => sample.parameters().has("actor_type")).toBe(true);
  await poll(() => sample.events()).toBeGreaterThan(0);
  expect(await page.locator("[data-slot=log-detail]").count()).toBe(0);
});

describe("an exclusion", () => {
  const ofGrace = () => page.locator("[data-column=user]").filter({ hasText: "Grace Hopper" });

  it("is made in the menu of a cell, says so as a chip, and is taken back by its ×", async () => {
    await sample.open();
    await ofGrace().first().click({ button: "right" });
    await page.getByRole("menuitem", { name: "Exclude this user" }).click();
    await poll(() => sample.parameters().getAll("not_actor_id")).toEqual([USER_ID]);
    await poll(() => sample.chipTexts()).toEqual(["User not Grace Hopper"]);
    await poll(() => ofGrace().count()).toBe(0);
    await poll(() => sample.events()).toBeGreaterThan(0);
    await sample.chips().getByRole("button", { name: "Remove User not Grace Hopper" }).click();
    await poll(() => ofGrace().count()).toBeGreaterThan(0);
    expect([...sample.parameters().keys()]).toEqual([]);
  });

  it("is typed as a token, and written again from its chip, by keyboard alone", async () => {
    await sample.open();
    await search().focus();
    await page.keyboard.type(`-ip:203.0.113.66 -user:${USER_ID}`);
    await page.keyboard.press("Enter");
    await poll(() => sample.chipTexts()).toEqual(["User not Grace Hopper", "IP Address not 203.0.113.66"]);
    await poll(() => ofGrace().count()).toBe(0);
    const change = sample.chips().getByRole("button", { name: "Change User not Grace Hopper" });
    await change.focus();
    await page.keyboard.press("Enter");
    await poll(() => focused().inputValue()).toBe(`-user:${USER_ID}`);
    await page.keyboard.press("Escape");
    await poll(() => search().inputValue()).toBe("");
    expect(sample.parameters().getAll("not_actor_id")).toEqual([USER_ID]);
    await change.focus();
    await page.keyboard.press("Enter");
    await poll(() => page.evaluate("getSelection().toString()")).toBe(USER_ID);
    await page.keyboard.type("-nobody");
    await page.keyboard.press("Enter");
    await poll(() => sample.chipTexts()).toEqual(["User not -nobody", "IP Address not 203.0.113.66"]);
    await poll(() => ofGrace().count()).toBeGreaterThan(0);
  });
});

it("an address that cannot be meant is said, part by part", async () => {
  await page.goto(`${sample.server.url}${LOGS}?range=5m&tz=Mars/Base&ip=1.2.3&outcome=good&action=a%20b`);
  for (const text of ["range=5m", "tz=Mars/Base", "ip=1.2.3", "outcome=good", "action=a b"]) {
    await page.locator("code", { hasText: text }).waitFor();
  }
  await page.getByRole("button", { name: "Remove from address" }).click();
  await poll(() => page.url()).not.toContain("?");
});

it("on a phone the filters come up in a sheet", async () => {
  const phone = await openPage(sample.browser, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    storageState: sample.state,
  });
  const { page: small } = phone;
  const button = small.getByRole("button", { name: /^Filters/ });
  const count = small.getByRole("status", { name: "Number of events" });
  await small.goto(`${sample.server.url}${LOGS}`);
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
  expect(sample.faults).toEqual([]);
});
