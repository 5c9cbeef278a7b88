import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { closeContexts, launchBrowser, OWNER, openPage, setUpInBrowser } from "./browser.ts";
import { PASSWORD } from "./people.ts";

/** A company's first day, from the set-up link on, each person in a browser of their own; every step is in the log. */

let server: TestServer;
let browser: Browser;
let owner: Page;
let auditor: Page;
const faults: string[][] = [];

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  const moving = { reducedMotion: "no-preference" } as const;
  const opened = [await openPage(browser, moving), await openPage(browser, moving)] as const;
  for (const one of opened) faults.push(one.faults);
  [owner, auditor] = [opened[0].page, opened[1].page];
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

const event = { action: "db.update", actor: { type: "user", id: "u_1" }, resource: { type: "db", id: "invoices" } };
const card = (page: Page, name: string) => page.getByRole("link", { name: new RegExp(`^${name}`) });
let key = "";

it("the owner invites an auditor by link", async () => {
  await setUpInBrowser(owner, server);
  // What the set-up recorded is there at the first look, and counted alike everywhere; the first steps are offered beside it.
  await owner.getByRole("heading", { name: "First steps" }).waitFor();
  const rows = owner.locator("[data-slot=expand]");
  await expect.poll(() => rows.count()).toBeGreaterThanOrEqual(3);
  const number = Number.parseInt(
    (await owner.getByRole("status", { name: "Number of events" }).textContent()) ?? "",
    10,
  );
  expect(await rows.count()).toBe(number);
  await owner.getByRole("button", { name: "View as table" }).click();
  const counted = owner.getByRole("table", { name: /^Events over time/ }).locator("tbody tr td:nth-of-type(1)");
  await counted.first().waitFor();
  expect((await counted.allTextContents()).reduce((sum, text) => sum + Number(text), 0)).toBe(number);
  await owner.keyboard.press("Escape");
  await owner.getByRole("link", { name: "Settings", exact: true }).first().click();
  await owner.getByRole("tab", { name: "Organization" }).click();
  await card(owner, "Members").click();
  await owner.getByRole("button", { name: "Invite member" }).click();
  await owner.getByLabel("E-mail").fill("alan@acme.example");
  await owner.getByLabel(/^Auditor/).check();
  await owner.keyboard.press("Enter");
  const link = await owner.getByLabel("Invitation link").innerText();
  await auditor.goto(link);
});

it("the auditor joins, reads, and can change nothing", async () => {
  await auditor.getByLabel("Your name").fill("Alan Turing");
  await auditor.getByLabel("Password").fill(PASSWORD);
  await auditor.getByRole("button", { name: "Accept and sign in" }).click();
  await auditor.getByRole("heading", { name: "Audit Logs", level: 1 }).waitFor();
  await auditor.locator("[data-slot=badge]").filter({ hasText: "member.invite" }).first().waitFor();
  for (const [page, action] of [
    ["members", "Invite member"],
    ["api-keys", "Create API key"],
  ] as const) {
    await auditor.goto(`${server.url}/settings/organization/${page}`);
    await auditor.getByRole("heading", { level: 1 }).waitFor();
    expect(await auditor.getByRole("button", { name: action }).count()).toBe(0);
  }
  const refused = await auditor.evaluate(async () => {
    const body = JSON.stringify({ organization: "acme", name: "mine", scopes: ["events:read"] });
    const headers = { "content-type": "application/json" };
    return (await fetch("/v1/keys", { method: "POST", headers, body })).status;
  });
  expect(refused).toBe(403);
});

it("the owner creates a key, and the application sends with it", async () => {
  await owner.goto(`${server.url}/settings/organization/api-keys`);
  await owner.getByRole("button", { name: "Create API key" }).click();
  await owner.getByLabel("Name").fill("Billing service");
  await owner.getByRole("button", { name: "Create key" }).click();
  key = await owner.getByLabel("API key", { exact: true }).innerText();
  await owner.getByRole("button", { name: "I have copied it" }).click();
  expect((await server.post(key, event)).status).toBe(201);
});

it("the key is revoked, and the next send fails", async () => {
  await owner.getByRole("button", { name: "Revoke Billing service" }).click();
  await owner.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await owner.getByText("No API keys yet").waitFor();
  expect((await server.post(key, event)).status).toBe(401);
});

it("all of it is in Audit Logs, with badges, actors and changes", async () => {
  await owner.goto(`${server.url}/settings/organization/members`);
  await owner.getByRole("combobox", { name: "Role of Alan Turing" }).click();
  await owner.getByRole("option", { name: "Admin" }).click();
  await owner.getByRole("status").filter({ hasText: "Alan Turing is now admin." }).waitFor();

  await owner.goto(`${server.url}/settings/organization/audit-logs`);
  const rowOf = (action: string) =>
    owner
      .getByRole("row")
      .filter({ has: owner.locator("[data-slot=badge]").filter({ hasText: new RegExp(`^${action}$`) }) })
      .first();
  // At once: nobody has to ask again for what they just did.
  await rowOf("auth.login").waitFor();
  expect(await rowOf("member.role_update").count()).toBe(1);
  expect(await owner.getByRole("heading", { name: "First steps" }).count()).toBe(0);
  for (const [action, variant, actor] of [
    ["member.invite", "outline", OWNER.name],
    ["member.add", "outline", "Alan Turing"],
    ["auth.login", "default", "Alan Turing"],
    ["audit_log.view", "outline", ""],
    ["api_key.create", "destructive", OWNER.name],
    ["api_key.delete", "destructive", OWNER.name],
    ["db.update", "outline", "u_1"],
    ["member.role_update", "outline", OWNER.name],
  ] as const) {
    const row = rowOf(action);
    await row.waitFor();
    expect(await row.locator("[data-slot=badge]").first().getAttribute("data-variant"), action).toBe(variant);
    expect(await row.innerText(), action).toContain(actor);
  }
  await rowOf("member.role_update")
    .getByRole("button", { name: /^Expand/ })
    .click();
  await owner.getByRole("region", { name: "Changes" }).waitFor();
  expect(await owner.getByRole("region", { name: "Changes" }).innerText()).toMatch(/role[\s\S]*auditor[\s\S]*admin/);
  // On a busy machine search may need longer than a reading waits: it is answered with 503, and the page asks again.
  expect(faults.flat().filter((fault) => !/status of 503/.test(fault))).toEqual([]);
});
