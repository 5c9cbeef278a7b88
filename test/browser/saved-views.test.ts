import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { positionAt } from "../support/positions.ts";
import type { TestServer } from "../support/server.ts";
import { SIZES, sidewaysPx, smallTargets, violations } from "./axe.ts";
import { closeContexts, launchBrowser } from "./browser.ts";
import { call, foundAcme, join, keyOf, openAs, type Person } from "./people.ts";
import { sampleText } from "./sample.ts";

/** Filters under names, and links that stay as they are. */

const LOGS = "/settings/organization/audit-logs";
const VIEWS = "/v1/organizations/acme/views";

let server: TestServer;
let browser: Browser;
let owner: Person;
let auditor: Person;
let key: string;
let page: Page;
let faults: string[];

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  owner = await foundAcme(server);
  auditor = await join(server, owner, "Mary Auditor", "auditor");
  key = await keyOf(server, owner, "acme", "events:write", "events:read");
  expect((await server.post(key, sampleText())).status).toBe(201);
  await server.caughtUp(key);
  ({ page, faults } = await openAs(browser, server, owner));
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

interface View {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly shared: boolean;
}

async function stored(): Promise<View[]> {
  return ((await (await call(server, owner, "GET", VIEWS)).json()) as { data: View[] }).data;
}

beforeEach(async () => {
  for (const { id } of await stored()) await call(server, owner, "DELETE", `${VIEWS}/${id}`);
});

const poll = <T>(ask: () => T) => expect.poll(ask, { timeout: 20_000 });
const status = (on = page) => on.getByRole("status", { name: "Number of events" });
const menu = (on = page) => on.getByRole("button", { name: /^Saved view/ });
const item = (name: string | RegExp, on = page) => on.getByRole("menuitem", { name });
const parameters = () => new URL(page.url()).searchParams;

async function open(search = "", on = page): Promise<void> {
  await on.goto(`${server.url}${LOGS}${search}`);
  await status(on).getByText(/event/).waitFor();
  await menu(on).waitFor();
}

it("says how to make the first one, keeps the filters by keyboard alone, and leads back to them", async () => {
  await open("?range=7d&action=channel.*&action=-channel.connect");
  await menu().focus();
  await page.keyboard.press("Enter");
  await page.getByText("No saved views yet.", { exact: false }).waitFor();
  await item("Save current filters…").waitFor();
  await poll(() => page.locator(":focus").textContent()).toContain("Save current filters…");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Save current filters" }).waitFor();
  await poll(() => page.locator(":focus").getAttribute("name")).toBe("name");
  await page.keyboard.type("Channels made");
  await page.keyboard.press("Enter");
  await page.getByRole("status", { name: "Done" }).getByText("“Channels made” is saved.").waitFor();
  await poll(() => menu().textContent()).toBe("Saved view: Channels made");
  await poll(() => page.locator(":focus").textContent()).toMatch(/^Saved view/);
  expect(await stored()).toMatchObject([
    { name: "Channels made", query: "range=7d&action=channel.*&action=-channel.connect", shared: false },
  ]);

  await open();
  await menu().click();
  await item(/^Channels made/).click();
  await poll(() => parameters().getAll("action")).toEqual(["channel.*", "-channel.connect"]);
  await poll(() => status().textContent()).toBe("120 events");
  await page.goBack();
  await poll(() => [...parameters().keys()]).toEqual([]);
});

it("does not take the page as it begins for a shared view that says the same, until somebody chooses it", async () => {
  await call(server, owner, "POST", VIEWS, { name: "Everything", query: "range=30d", shared: true });
  await open();
  await menu().click();
  await item("Everything Shared").waitFor();
  expect(await menu().textContent()).toBe("Saved views");
  await item(/^Everything/).click();
  await poll(() => menu().textContent()).toBe("Saved view: Everything");
});

it("tells that the filters were changed since, and takes the new ones on request", async () => {
  await call(server, owner, "POST", VIEWS, { name: "Failures", query: "outcome=failure" });
  await open("?outcome=failure");
  await poll(() => menu().textContent()).toBe("Saved view: Failures");
  await page.getByLabel("Search", { exact: true }).fill("password");
  await poll(() => menu().textContent()).toBe("Saved view: Failureschanged");
  // The header of a narrow window is another one. The menu still knows which view it was.
  await page.setViewportSize({ width: 820, height: 900 });
  await poll(() => menu().textContent()).toBe("Saved view: Failureschanged");
  await page.setViewportSize({ width: 1440, height: 900 });
  await poll(() => menu().textContent()).toBe("Saved view: Failureschanged");
  await menu().click();
  await item("Update “Failures”").click();
  await poll(() => menu().textContent()).toBe("Saved view: Failures");
  expect(await stored()).toMatchObject([{ query: "outcome=failure&q=password" }]);
});

it("is renamed, shared, and deleted after a question", async () => {
  await call(server, owner, "POST", VIEWS, { name: "Old name", query: "q=x" });
  await open();
  await menu().click();
  await item(/^Rename, share/).click();
  const list = page.getByRole("dialog", { name: "Saved views" });
  await list.getByText("Only you").waitFor();
  await list.getByRole("button", { name: "Rename or share Old name" }).click();
  const form = page.getByRole("dialog", { name: "Rename or share" });
  await form.getByLabel("Name").fill("New name");
  await form.getByRole("checkbox", { name: /Share with the organization/ }).check();
  await form.getByRole("button", { name: "Save" }).click();
  await list.getByText(`Shared by ${owner.name}`).waitFor();
  expect(await stored()).toMatchObject([{ name: "New name", shared: true }]);

  const theirs = await openAs(browser, server, auditor);
  await open("", theirs.page);
  await menu(theirs.page).click();
  await item(/^New name/, theirs.page).waitFor();
  await item(/^Rename, share/, theirs.page).click();
  await theirs.page.getByText("Its author and admins can change it").waitFor();
  expect(await theirs.page.getByRole("button", { name: /^Delete/ }).count()).toBe(0);
  await theirs.page.context().close();

  await list.getByRole("button", { name: "Delete New name" }).click();
  const question = page.getByRole("alertdialog", { name: "Delete “New name”?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  expect(await stored()).toHaveLength(1);
  await list.getByRole("button", { name: "Delete New name" }).click();
  await question.getByRole("button", { name: "Delete" }).click();
  await list.getByText("There are no saved views.").waitFor();
  expect(await stored()).toEqual([]);
  await page.keyboard.press("Escape");
  await poll(() => page.locator(":focus").textContent()).toMatch(/^Saved view/);
});

it("a pinned link shows the same rows later, says so, and leads back to the present", async () => {
  await open("?resource_type=plan");
  await poll(() => status().textContent()).toBe("1 event");
  await menu().click();
  await item(/^Copy pinned link/).click();
  await page
    .getByRole("status", { name: "Done" })
    .getByText(/^Pinned link copied/)
    .waitFor();
  const link: string = await page.evaluate("navigator.clipboard.readText()");
  expect([...new URL(link).searchParams.keys()].sort()).toEqual(["as_of", "end", "resource_type", "start", "tz"]);

  const later = {
    action: "billing.update",
    actor: { type: "user", id: "u" },
    resource: { type: "plan", id: "plan_2" },
  };
  expect((await server.post(key, later)).status).toBe(201);
  await server.caughtUp(key);
  await page.goto(link);
  await page
    .getByRole("status", { name: "Pinned" })
    .getByText(/As recorded up to \d{1,2} \w{3} \d{4}, \d\d:\d\d:\d\d \(UTC\)\..*Position [\d,]+$/)
    .waitFor();
  await poll(() => status().textContent()).toBe("1 event");
  await page.getByRole("button", { name: "Show live again" }).click();
  await poll(() => status().textContent()).toBe("2 events");
  expect(parameters().has("as_of")).toBe(false);
  await page.goto(`${server.url}${LOGS}?as_of=${await positionAt(server, key, 99_999_999)}`);
  await page
    .getByRole("status", { name: "Pinned" })
    .getByText(/^Pinned\. This log does not have position 99,999,999\./)
    .waitFor();
});

it.each(["light", "dark"] as const)("has no accessibility violation, %s, wide and narrow", async (colorScheme) => {
  await call(server, owner, "POST", VIEWS, { name: "Failures", query: "outcome=failure", shared: true });
  for (const viewport of Object.values(SIZES)) {
    const opened = await openAs(browser, server, owner, { viewport, colorScheme });
    const check = async () => {
      expect(await violations(opened.page)).toEqual([]);
      expect(await sidewaysPx(opened.page)).toBe(0);
      if (viewport === SIZES.narrow) expect(await smallTargets(opened.page)).toEqual([]);
    };
    await open(`?outcome=failure&q=x&as_of=${await positionAt(server, key, 9)}`, opened.page);
    await opened.page
      .getByRole("status", { name: "Pinned" })
      .getByText(/recorded up to/)
      .waitFor();
    await check();
    await menu(opened.page).click();
    await item(/^Failures/, opened.page).waitFor();
    await check();
    await item(/^Rename, share/, opened.page).click();
    await opened.page.getByRole("dialog", { name: "Saved views" }).waitFor();
    await check();
    await opened.page.getByRole("button", { name: /^Rename or share/ }).click();
    await opened.page.getByRole("dialog", { name: "Rename or share" }).waitFor();
    await check();
    await opened.page.context().close();
  }
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults).toEqual([]);
});
