import { readFileSync } from "node:fs";
import { BUILT_IN_ACTIONS } from "@daybook/sdk";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { closeContexts, launchBrowser, OWNER, openPage, setUpInBrowser } from "./browser.ts";
import { AGENT, ago, context, DAY_MS, RESOURCE_ID, sampleText, USER_ID } from "./sample.ts";

/** What the user's document says of the page, line by line, found by role and text as a person finds it. Its use cases are in analyst-tasks.test.ts. */

/** The page's own function, which runs there; the tests are typed without a DOM. */
declare function getComputedStyle(element: unknown): { backgroundColor: string };

let server: TestServer;
let browser: Browser;
let page: Page;
let faults: string[];

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  ({ page, faults } = await openPage(browser));
  await setUpInBrowser(page, server);
  const key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
  const response = await server.post(key, sampleText());
  expect(response.status).toBe(201);
  const { results } = (await response.json()) as { results: unknown[] };
  await server.searchable(key, results.length);
  for (let total = 0; total < 127; ) {
    const list = (await (await server.fetch("/v1/events?limit=1", {}, key)).json()) as { total: { value: number } };
    total = list.total.value;
  }
  await page.reload();
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

/** Opens the page again, as from a link. */
async function open(search = ""): Promise<void> {
  await page.goto(`${server.url}/settings/organization/audit-logs${search}`);
  await table().getByRole("row").nth(1).waitFor();
}

const table = () => page.getByRole("table");
const status = () => page.getByRole("status", { name: "Number of events" });
const row = (text: string | RegExp): Locator => table().getByRole("row").filter({ hasText: text });
const badge = (action: string) =>
  table()
    .locator("[data-slot=badge]")
    .filter({ hasText: new RegExp(`^${action.replace(".", "\\.")}$`) })
    .first();

async function choose(action: string): Promise<void> {
  await page.getByRole("combobox", { name: "Action Type" }).click();
  await page.getByRole("option", { name: action, exact: true }).click();
}

describe("reaching the page", () => {
  it("goes from Settings in the sidebar by the Organization tab to the Audit Logs card", async () => {
    await page.goto(`${server.url}/`);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }).click();
    await page
      .getByRole("tab", { name: "Organization" })
      .or(page.getByRole("link", { name: "Organization" }))
      .first()
      .click();
    await page
      .getByRole("main")
      .getByRole("link", { name: /Audit Logs/ })
      .click();
    await page.waitForURL(/\/settings\/organization\/audit-logs/);
    await page.getByRole("heading", { name: "Audit Logs", level: 1 }).waitFor();
    const way = page.getByRole("navigation", { name: "Breadcrumb" });
    expect(await way.getByRole("link").allInnerTexts()).toEqual(["Settings", "Organization"]);
    await page.getByText("Review system activity and changes for compliance and security monitoring.").waitFor();
  });

  it("lists the very acts of set-up, right after it", async () => {
    await open();
    for (const action of ["organization.create", "member.add", "auth.login"]) await badge(action).waitFor();
    await row(OWNER.name).first().waitFor();
  });
});

describe("the filters", () => {
  it("are in a card named Filters, and begin with the last 30 days, today included", async () => {
    await open();
    await page.getByRole("heading", { name: "Filters" }).waitFor();
    const today = new Date().toISOString().slice(0, 10);
    expect(await page.getByLabel("End Date", { exact: true }).inputValue()).toBe(today);
    const start = await page.getByLabel("Start Date", { exact: true }).inputValue();
    expect(Math.round((Date.parse(today) - Date.parse(start)) / DAY_MS)).toBe(29);
    expect(await row("long ago").count()).toBe(0);
  });

  it("take a date range", async () => {
    await open();
    await page.getByLabel("Start Date", { exact: true }).fill(ago(60 * DAY_MS).slice(0, 10));
    await page.getByLabel("Start Date", { exact: true }).press("Enter");
    await page.getByLabel("End Date", { exact: true }).fill(ago(40 * DAY_MS).slice(0, 10));
    await page.getByLabel("End Date", { exact: true }).press("Enter");
    await row("Dropped a table long ago").waitFor();
    await expect.poll(() => status().textContent()).toBe("1 event");
  });

  it("offer All actions and every action verbatim, also those that only the data holds", async () => {
    await open();
    const choice = page.getByRole("combobox", { name: "Action Type" });
    expect(await choice.textContent()).toContain("All actions");
    await choice.click();
    await page.getByRole("option", { name: "billing.update", exact: true }).waitFor();
    const options = await page.getByRole("option").allTextContents();
    expect(options.slice(0, BUILT_IN_ACTIONS.length + 1)).toEqual(["All actions", ...BUILT_IN_ACTIONS]);
    await page.keyboard.press("Escape");
  });

  it("narrow to an action, by resource type, and by words of a description or a resource id", async () => {
    await open();
    await choose("knowledge.update");
    await expect.poll(() => status().textContent()).toBe("1 event");
    await choose("All actions");
    await page.getByLabel("Resource Type").fill("CHANNEL");
    await expect.poll(() => status().textContent()).toBe("121 events");
    await page.getByLabel("Resource Type").fill("");
    await page.getByLabel("Search", { exact: true }).fill("REFUND period");
    await expect.poll(() => status().textContent()).toBe("1 event");
    await page.getByLabel("Search", { exact: true }).fill(RESOURCE_ID.slice(3, 12));
    await expect.poll(() => status().textContent()).toBe("1 event");
    await row("Changed the refund period").waitFor();
  });

  it("live in the address: Back undoes them, and a copied link shows the same", async () => {
    await open();
    await choose("api_key.delete");
    await expect.poll(() => page.url()).toContain("api_key.delete");
    await row("Revoked the key CI").waitFor();
    const link = page.url();
    await page.goBack();
    await expect.poll(() => page.getByRole("combobox", { name: "Action Type" }).textContent()).toContain("All actions");
    await page.goto(link);
    await row("Revoked the key CI").waitFor();
    await expect.poll(() => status().textContent()).toBe("1 event");
  });

  it("show a value of the address that cannot be read as ignored", async () => {
    await open("?start=yesterday&colour=red");
    await page
      .getByText(/ignored/i)
      .first()
      .waitFor();
  });
});

describe("the table", () => {
  it("has exactly the seven columns", async () => {
    await open();
    const names = await table().getByRole("columnheader").allTextContents();
    expect(names.map((name) => name.replace(/UTC$/, "").trim())).toEqual([
      "Expand",
      "Timestamp",
      "Action",
      "Resource",
      "User",
      "Description",
      "IP Address",
    ]);
  });

  it("shows time, badge, shortened ids, role, description and address of each event", async () => {
    await open("?q=refund+period");
    const cells = await row("Changed the refund period").getByRole("cell").allTextContents();
    expect(cells[1]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(cells[1]).toBe(ago(60_000).slice(0, 19).replace("T", " "));
    expect(cells[2]).toBe("knowledge.update");
    expect(cells[3]).toContain("knowledge");
    expect(cells[3]).not.toContain(RESOURCE_ID);
    expect(cells[3]).toContain(RESOURCE_ID.slice(0, 6));
    expect(cells[4]).toContain("Grace Hopper");
    expect(cells[4]).toContain(USER_ID.slice(0, 6));
    expect(cells[4]).not.toContain(USER_ID);
    expect(cells[4]).toContain("admin");
    expect(cells[5]).toBe("Changed the refund period to 30 days");
  });

  it("colours badges by family: default, destructive, secondary, outline", async () => {
    await open();
    const variants = {
      "auth.login": "default",
      "api_key.delete": "destructive",
      "knowledge.update": "secondary",
      "message.send": "secondary",
      "channel.connect": "outline",
      "db.update": "outline",
      "billing.update": "outline",
    };
    for (const [action, variant] of Object.entries(variants)) {
      expect(await badge(action).getAttribute("data-variant"), action).toBe(variant);
    }
    const looks = new Set<string>();
    for (const action of ["auth.login", "api_key.delete", "knowledge.update", "db.update"]) {
      looks.add(await badge(action).evaluate((element) => getComputedStyle(element).backgroundColor));
    }
    expect(looks.size).toBe(4);
  });

  it("marks failed logins", async () => {
    await open("?q=wrong+password");
    expect(await row("Entered a wrong password").textContent()).toMatch(/fail/i);
  });

  it("goes on to older events as one scrolls", async () => {
    await open();
    await expect.poll(async () => Number(/\d+/.exec((await status().textContent()) ?? "")?.[0])).toBeGreaterThan(120);
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, 4000);
          return row(/Created channel number 119$|Created channel number 119\D/).count();
        },
        { timeout: 20_000 },
      )
      .toBe(1);
  });
});

describe("the details", () => {
  it("show full user id, resource id, address, tenant, user agent and metadata at once", async () => {
    await open("?q=refund+period");
    await page.getByRole("button", { name: /^Expand knowledge\.update/ }).click();
    const details = page.locator("[data-slot=log-detail]");
    await details.waitFor();
    const labels = await details.locator("dt").allInnerTexts();
    expect(labels.slice(0, 5)).toEqual(["Outcome", "Timestamp", "Who", "User ID", "IP Address"]);
    for (const [label, value] of [
      ["User ID", USER_ID],
      ["Resource ID", RESOURCE_ID],
      ["IP Address", context.ip],
      ["Tenant ID", "acme"],
      ["User Agent", AGENT],
    ] as const) {
      const fact = details
        .locator("div")
        .filter({ has: page.locator("dt", { hasText: new RegExp(`^${label}$`) }) })
        .last();
      expect(await fact.locator("dd").innerText(), label).toContain(value);
      expect(await fact.locator("dd").isVisible()).toBe(true);
    }
    const unfiltered = await details
      .locator("dl > div")
      .evaluateAll((lines) =>
        lines
          .filter((line) => line.querySelectorAll("[aria-label^='Filter for'], [aria-label^='Exclude']").length !== 2)
          .map((line) => line.querySelector("dt")?.textContent),
      );
    expect(unfiltered).toEqual(["Timestamp", "Tenant ID"]);
    const metadata = details.getByRole("region", { name: "Metadata" });
    expect(await metadata.locator("pre").innerText()).toBe(
      '{\n  "2": "two",\n  "1": "one",\n  "nested": {\n    "list": [\n      1,\n      null\n    ]\n  }\n}',
    );
    const bottom = await metadata.locator("pre").evaluate((element) => element.getBoundingClientRect().bottom);
    expect(bottom).toBeLessThan(900);
    await page
      .getByRole("button", { name: /^Expand|^Collapse/ })
      .first()
      .click();
    await expect.poll(() => details.count()).toBe(0);
  });

  it("show what changed, before and after", async () => {
    await open("?q=refund+period");
    await page.getByRole("button", { name: /^Expand knowledge\.update/ }).click();
    const changes = page.getByRole("region", { name: "Changes" });
    expect(await changes.innerText()).toMatch(/refund_days[\s\S]*14[\s\S]*30/);
    await page.getByRole("button", { name: "Filter for this Resource name" }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("resource")).toBe("Refund policy");
    await page.getByRole("button", { name: "Exclude this Event ID" }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("not_sequence")).toMatch(/^\d+$/);
    await expect.poll(() => page.getByRole("button", { name: /^Expand/ }).count()).toBe(0);
  });
});

describe("the export", () => {
  it("downloads every event that the filters match, also those not loaded yet", async () => {
    await open("?resource_type=channel");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export CSV" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^audit-logs.*\.csv$/);
    const lines = readFileSync(await file.path(), "utf8")
      .trimEnd()
      .split("\r\n");
    expect(lines).toHaveLength(1 + 121);
    expect(lines[0]).toMatch(/^\uFEFF?timestamp,/);
  });

  it("is disabled when no logs match, and says why", async () => {
    await page.goto(`${server.url}/settings/organization/audit-logs?q=nothing+like+this`);
    await page
      .getByText(/no (events|logs)/i)
      .first()
      .waitFor();
    const button = page.getByRole("button", { name: "Export CSV" });
    await expect.poll(() => button.isDisabled()).toBe(true);
    expect(await button.getAttribute("aria-describedby")).toBeTruthy();
  });
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults).toEqual([]);
});
