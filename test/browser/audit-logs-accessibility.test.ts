import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { positionAt } from "../support/positions.ts";
import type { TestServer } from "../support/server.ts";
import { inEverySize, SIZES, sidewaysPx, smallTargets, violations } from "./axe.ts";
import { closeContexts, launchBrowser, openPage, SharedPages } from "./browser.ts";
import { hostileEvents } from "./hostile.ts";
import { openAcme } from "./people.ts";
import { sampleText } from "./sample.ts";

/** The page's own function, which runs there; the tests are typed without a DOM. */
declare function getComputedStyle(element: unknown): { color: string };

const LOGS = "/settings/organization/audit-logs";
/** Rows enough for what lies over them. */
const FEW = "?q=refund+period";
const EVENTS = /\/v1\/events\?/;

let server: TestServer;
let browser: Browser;
let key: string;
let state: Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>;

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  const { page } = await openPage(browser);
  await openAcme(page, server);
  state = await page.context().storageState();
  key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
  expect((await server.post(key, sampleText())).status).toBe(201);
  expect((await server.post(key, hostileEvents())).status).toBe(201);
  await server.caughtUp(key);
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

const expandFirst = async (page: Page) => {
  await page.locator("[data-slot=expand]").first().click();
  await page.locator("[data-slot=log-detail]").waitFor();
};

const tab = (key: string, name: string, shows: string) => async (page: Page) => {
  await expandFirst(page);
  await page.getByRole("tab", { name: "Metadata" }).press(key);
  await expect.poll(() => page.locator(":focus[role=tab][aria-selected=true]").allInnerTexts()).toEqual([name]);
  await page.getByRole("region", { name: "Metadata" }).getByText(shows).first().waitFor();
};

/** What a person may come upon in the rows, and how to get there. */
const STATES: { name: string; search?: string; ready: (page: Page) => Promise<unknown> }[] = [
  {
    name: "an open menu",
    search: FEW,
    ready: async (page) => {
      const onCard = page.locator("[data-slot=row-menu]").first();
      if (await onCard.isVisible()) await onCard.click();
      else await page.locator("td[data-column=user]").first().click({ button: "right" });
      await page.getByRole("menuitem").first().waitFor();
    },
  },
  { name: "metadata as a tree", search: "?q=refund+period", ready: tab("ArrowRight", "Tree", "nested") },
  { name: "the raw entry", search: "?q=refund+period", ready: tab("End", "Raw", "Header") },
  {
    name: "the time in other words",
    search: FEW,
    ready: async (page) => {
      const time = page.locator("td[data-column=timestamp]").first();
      if (!(await time.isVisible())) return;
      await time.focus();
      await page.getByRole("tooltip").waitFor();
    },
  },
  {
    name: "new events that wait",
    search: "?resource_type=db",
    ready: async (page) => {
      await page.getByRole("button", { name: "Live", exact: true }).click();
      await expandFirst(page);
      await expect
        .poll(() => page.getByRole("status", { name: "Live" }).textContent(), { timeout: 10_000 })
        .toMatch(/as they come|paused/);
      const event = { action: "db.update", actor: { type: "system" }, resource: { type: "db" } };
      expect((await server.post(key, [event])).status).toBe(201);
      await page.locator("[data-slot=new-events]").waitFor();
    },
  },
  {
    name: "the commands",
    search: FEW,
    ready: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("option").first().waitFor();
    },
  },
  {
    name: "the help",
    search: FEW,
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
    name: "a linked event with names of 200 characters",
    search: "?event=hostile-name&q=refund+period",
    ready: (page) => page.locator("[data-slot=log-detail]").waitFor(),
  },
  {
    name: "a row with controls and bidirectional marks",
    search: "?event=hostile-control",
    ready: (page) => page.locator("[data-slot=log-detail]").waitFor(),
  },
];

const pages = new SharedPages((_size: keyof typeof SIZES) => openPage(browser, { storageState: state }));

describe.each(Object.keys(SIZES) as (keyof typeof SIZES)[])("%s", (size) => {
  it.each(STATES)("$name has no accessibility violation in either theme, and fits", async ({ search = "", ready }) => {
    const { page, faults } = await pages.for(size);
    await page.setViewportSize(SIZES[size]);
    await page.goto(`${server.url}${LOGS}${search}`);
    await page.locator("[data-slot=expand]").first().waitFor();
    await ready(page);
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await violations(page)).toEqual([]);
    expect(await sidewaysPx(page)).toBe(0);
    if (size === "narrow") expect(await smallTargets(page)).toEqual([]);
    expect(faults).toEqual([]);
  });
});

/** States that pass, each shown and looked at: the answers of the server are held back, or altered on their way. */
describe("while the rows are not there", () => {
  let page: Page;
  let faults: string[];
  const row = () => page.locator("tbody[data-index='0']");
  const query = () => Object.fromEntries(new URL(page.url()).searchParams);
  const accessible = () => inEverySize(page, async () => expect(await violations(page)).toEqual([]));

  beforeAll(async () => {
    ({ page, faults } = await openPage(browser, { storageState: state }));
  });
  afterAll(() => page?.context().close());

  /** Holds back the rows until it is called. */
  async function held(): Promise<() => Promise<void>> {
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(EVENTS, async (route) => {
      await until;
      // The page has let go of what it no longer wants.
      await route.continue().catch(() => undefined);
    });
    return async () => {
      release();
      await page.unrouteAll({ behavior: "wait" });
    };
  }

  it("their places are as high as they, and the filters can be used at once", async () => {
    const release = await held();
    await page.goto(`${server.url}${LOGS}`);
    const events = page.getByRole("region", { name: "Events", exact: true });
    const places = events.locator("table[aria-hidden] tbody tr");
    await places.first().waitFor();
    const place = await places.first().boundingBox();
    expect(await places.count()).toBeGreaterThan(8);
    await page.getByRole("button", { name: "7d", exact: true }).click();
    await page.getByRole("combobox", { name: "Action Type" }).click();
    await page.getByRole("option", { name: "message.send", exact: true }).click();
    await expect.poll(query).toEqual({ range: "7d", action: "message.send" });
    expect(await page.getByRole("button", { name: "Export CSV" }).isDisabled()).toBe(true);
    await accessible();
    await release();
    await row().getByText("Sent a message").waitFor();
    expect(await row().boundingBox()).toEqual(place);
  });

  it.each(Object.values(SIZES))("what comes late moves nothing that is there, at $width pixels", async (viewport) => {
    const { page: late } = await openPage(browser, { storageState: state, viewport });
    await late.addInitScript(`
      window.shifted = 0;
      new PerformanceObserver((list) => {
        for (const { value } of list.getEntries()) window.shifted += value;
      }).observe({ type: "layout-shift" });
    `);
    const painted = () =>
      late.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    let release = () => {};
    const stands = new Promise<void>((resolve) => {
      release = resolve;
    });
    await late.route(/\/assets\/(pinned-banner|networks|header-menus)|\/v1\/groups/, async (route) => {
      await stands;
      await route.continue();
    });
    const asOf = await positionAt(server, key, 3);
    await late.goto(`${server.url}${LOGS}?action=auth.login&outcome=failure&outcome=denied&as_of=${asOf}`);
    await late.getByRole("region", { name: "Events", exact: true }).waitFor();
    await painted();
    release();
    await late.getByRole("status", { name: "Pinned" }).locator("time").waitFor();
    await late.getByRole("button", { name: /^Saved view/ }).waitFor();
    await late.getByRole("status", { name: "Number of events" }).getByText(/event/).waitFor();
    await painted();
    expect(await late.evaluate("window.shifted")).toBeLessThan(0.02);
    await late.context().close();
  });

  it("those of before stay, dimmed, under a thin bar", async () => {
    const description = row().locator("[data-column=description]");
    const color = () => description.evaluate((element) => getComputedStyle(element).color);
    const bar = page.locator(".animate-sweep");
    const before = await color();
    const release = await held();
    await page.getByRole("button", { name: "30d", exact: true }).click();
    await page.getByRole("status", { name: "Number of events" }).getByText("Loading events").waitFor();
    await expect.poll(color).not.toBe(before);
    expect(await description.textContent()).toBe("Sent a message");
    expect(await bar.count()).toBe(1);
    await accessible();
    await release();
    await expect.poll(color).toBe(before);
    expect(await bar.count()).toBe(0);
  });

  it("a fault of the server is reported with its request id, over the rows where there are any, and Retry asks again", async () => {
    const alert = page.getByRole("alert");
    // What no healthy server answers.
    const detail = "The request could not be answered. The server's own log says why.";
    const problem = { type: "about:blank", title: "Something went wrong on our side", status: 500, code: "internal" };
    const body = JSON.stringify({ ...problem, detail, request_id: "req_5xx" });
    const fail = () =>
      page.route(EVENTS, (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body }));
    await fail();
    await page.goto(`${server.url}${LOGS}?q=refund+period`);
    await alert.getByRole("heading", { name: "The audit logs could not be loaded" }).waitFor();
    expect(await alert.innerText()).toMatch(/says why\.[\s\S]*req_5xx/);
    await accessible();
    await page.unrouteAll();
    await alert.getByRole("button", { name: "Retry" }).click();
    await row().waitFor();
    expect(await alert.count()).toBe(0);

    await fail();
    await page.getByRole("button", { name: "Refresh" }).click();
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/says why\. Showing earlier results\.[\s\S]*req_5xx/);
    expect(await row().count()).toBe(1);
    await accessible();
    await page.unrouteAll();
    await alert.getByRole("button", { name: "Retry" }).click();
    await expect.poll(() => alert.count()).toBe(0);
    expect(await row().count()).toBe(1);
  });

  it("because none match, the filters are named, and one can be removed or the range widened", async () => {
    await page.goto(`${server.url}${LOGS}?range=24h&action=-auth.login&outcome=denied`);
    await page.getByRole("heading", { name: "No events match these filters" }).waitFor();
    const remove = page.getByRole("button", { name: /^Remove (Action|Outcome)$/ });
    const named = page.getByRole("listitem").filter({ has: remove });
    expect(await named.locator("> span").allInnerTexts()).toEqual(["Action: not auth.login", "Outcome: denied"]);
    await page.getByRole("button", { name: "Widen to 90 days" }).click();
    await expect.poll(query).toEqual({ range: "90d", action: "-auth.login", outcome: "denied" });
    await remove.last().click();
    await row().waitFor();
    expect(query()).toEqual({ range: "90d", action: "-auth.login" });
  });

  it("an organization without events shows how to send the first one, by programs that do", {
    timeout: 60_000,
  }, async () => {
    // Creating an organization is its first event: only on the way can the answer become an empty one.
    await page.route(EVENTS, async (route) => {
      const response = await route.fetch();
      const json = { ...(await response.json()), data: [], total: { value: 0, relation: "eq" }, next_cursor: null };
      await route.fulfill({ response, json });
    });
    await page.goto(`${server.url}${LOGS}`);
    await page.getByRole("heading", { name: "No events yet" }).waitFor();
    await page.getByRole("heading", { name: "First steps" }).waitFor();
    await accessible();
    const code = (label: string) => page.getByText(label).locator("xpath=../..").locator("pre").innerText();
    const env = { ...process.env, DAYBOOK_KEY: key };
    const sdk = ["--conditions", "daybook-source", "--import", "tsx", "--input-type=module", "-e"];
    const run = promisify(execFile);
    await run("bash", ["-euo", "pipefail", "-c", await code("From a terminal")], { env });
    await page.getByRole("tab", { name: "SDK" }).click();
    await run(process.execPath, [...sdk, await code("From a program, with the SDK")], { env });
    await server.caughtUp(key);
    await page.unrouteAll({ behavior: "wait" });
    await page.goto(`${server.url}${LOGS}?actor_id=usr_1`);
    const sent = page.getByRole("row").filter({ hasText: "Signed in" });
    await expect.poll(() => sent.count(), { timeout: 20_000 }).toBe(2);
  });

  it("ran without a script error or a breach of its own policy", () => {
    expect(faults.filter((fault) => !/status of 500/.test(fault))).toEqual([]);
  });
});
