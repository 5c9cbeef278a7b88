import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { closeContexts, launchBrowser } from "./browser.ts";
import { call, foundAcme, openAs, type Person } from "./people.ts";

const SETTINGS = "/settings/organization";

let server: TestServer;
let browser: Browser;
let owner: Person;
let page: Page;
let faults: string[];

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  owner = await foundAcme(server);
  for (let at = 0; at < 55; at++) {
    const number = String(at).padStart(2, "0");
    await call(server, owner, "PUT", `/v1/organizations/customer-${number}`, { name: `Customer ${number}` });
  }
  ({ page, faults } = await openAs(browser, server, owner));
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

const rows = () => page.getByRole("table", { name: "Organizations" }).getByRole("row");

it("lists every organization, more on demand, and finds one by name or id", async () => {
  await page.goto(`${server.url}${SETTINGS}?org=daybook`);
  await page.getByRole("link", { name: "Organizations", exact: true }).click();
  await expect.poll(() => rows().count()).toBe(51);
  await page.getByRole("button", { name: "Show more" }).click();
  await expect.poll(() => rows().count()).toBeGreaterThan(55);
  await page.getByLabel("Find by name or ID").fill("mer 07");
  await expect.poll(() => rows().count()).toBe(2);
  await page.getByLabel("Find by name or ID").fill("nothing like this");
  await page.getByText("No organization matches").waitFor();
});

it("creates an organization, and never renames one by its id", async () => {
  await page.goto(`${server.url}${SETTINGS}/organizations?org=daybook`);
  await page.getByRole("button", { name: "Create organization" }).click();
  await page.getByLabel("Organization name").fill("Customer 07");
  await page.keyboard.press("Enter");
  await page.getByText("is taken by another organization").waitFor();
  await page.getByLabel("Organization name").fill("Stark Industries");
  await expect.poll(() => page.getByLabel("Organization ID").inputValue()).toBe("stark-industries");
  await page.keyboard.press("Enter");
  await page.getByRole("status").filter({ hasText: "Stark Industries was created." }).waitFor();
});

it("opens the audit logs of one that the platform owner is no member of, and says as whom", async () => {
  await page.goto(`${server.url}${SETTINGS}/organizations?org=daybook`);
  await page.getByRole("link", { name: "View audit logs of Customer 03" }).click();
  await page.waitForURL(/audit-logs\?org=customer-03/);
  await page.getByRole("table").getByText("organization.create").first().waitFor();
  await page.getByText("You're viewing Customer 03 as platform owner").waitFor();
  expect(await page.getByRole("complementary").innerText()).toMatch(/Customer 03\s+as platform owner/);
  await page.goto(`${server.url}${SETTINGS}/api-keys?org=customer-03`);
  await page.getByRole("heading", { name: "You don't have access to API keys" }).waitFor();
  await page.goto(`${server.url}${SETTINGS}/audit-logs?org=no-such-organization`);
  await page.getByRole("heading", { name: "Organization not found" }).waitFor();
});

it("invites the first owner of an organization that has none", async () => {
  await page.goto(`${server.url}${SETTINGS}/organizations?org=daybook`);
  await page.getByRole("link", { name: "Invite owner of Customer 04" }).click();
  await page.getByRole("heading", { name: "No members yet" }).waitFor();
  await page.getByRole("button", { name: "Invite member" }).click();
  await page.getByLabel("E-mail").fill("first@customer.example");
  expect(await page.getByLabel(/^Owner/).isChecked()).toBe(true);
  await page.getByRole("button", { name: "Create invitation link" }).click();
  await page.getByLabel("Invitation link").waitFor();
});

it("keeps the page when another organization is chosen, where it has something to show there", async () => {
  const choose = async (name: string) => {
    await page
      .getByRole("complementary")
      .getByRole("button", { name: /switch organization/ })
      .click();
    await page.getByRole("menuitemradio", { name }).click();
    await page.keyboard.press("Escape");
  };
  await page.goto(`${server.url}${SETTINGS}/members?org=acme`);
  await page.getByRole("table", { name: "Members" }).waitFor();
  await choose("Daybook");
  await page.waitForURL(/\/members\?org=daybook/);
  await page.goto(`${server.url}${SETTINGS}/organizations?org=daybook`);
  await rows().first().waitFor();
  await choose("Acme");
  await page.waitForURL(/\/settings\/organization\?org=acme/);
  await page.goto(`${server.url}${SETTINGS}/audit-logs?org=acme`);
  await page.locator("[data-slot=expand]").first().waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find a command" }).fill("daybook");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/audit-logs\?org=daybook/);
});

it("changes name and time zone of an organization, also in the shell", async () => {
  await page.goto(`${server.url}${SETTINGS}/general?org=acme`);
  await page.getByText("Events are kept for ever; Daybook deletes nothing").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Acme International");
  await page.getByLabel("Time zone", { exact: true }).click();
  await page.getByRole("combobox", { name: "Find a time zone" }).fill("kolkata");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  expect(await page.getByLabel("Time zone", { exact: true }).innerText()).toBe("Asia/Kolkata (UTC+05:30)");
  await page.getByLabel("Sensitive actions").fill("db.delete\n-api_key.*");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("-api_key.* must be an action, or a family such as api_key.*").first().waitFor();
  await page.getByLabel("Sensitive actions").fill("db.delete\nbilling.*");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("status").filter({ hasText: "Saved." }).waitFor();
  expect(await page.getByRole("complementary").innerText()).toContain("Acme International");
  const stored = await (await call(server, owner, "GET", "/v1/organizations/acme")).json();
  expect(stored).toMatchObject({
    name: "Acme International",
    time_zone: "Asia/Kolkata",
    sensitive_actions: ["db.delete", "billing.*"],
  });
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults).toEqual([]);
});
