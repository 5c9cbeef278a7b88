import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { closeContexts, launchBrowser } from "./browser.ts";
import { call, foundAcme, openAs, type Person } from "./people.ts";

const KEYS = "/settings/organization/api-keys";

let server: TestServer;
let browser: Browser;
let owner: Person;
let page: Page;
let faults: string[];

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  owner = await foundAcme(server);
  ({ page, faults } = await openAs(browser, server, owner));
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

const row = (name: RegExp) => page.getByRole("table", { name: "API keys" }).getByRole("row", { name });
const send = (key: string) =>
  server.post(key, { action: "auth.login", actor: { type: "user", id: "u" }, resource: { type: "user" } });

/** Fills the dialog in and makes the key. @returns the key, as it is shown once. */
async function make(name: string): Promise<string> {
  await page.getByRole("button", { name: "Create API key" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel(/events:read/).check();
  await page.getByRole("button", { name: "Create key" }).click();
  const key = await page.getByLabel("API key", { exact: true }).innerText();
  expect(await page.getByRole("dialog").innerText()).toContain(`Authorization: Bearer ${key}`);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "I have copied it" }).click();
  await expect.poll(() => page.locator(":focus").innerText()).toBe("Create API key");
  return key;
}

it("creates a key that works, shows it once, and revokes it", async () => {
  await page.goto(server.url + KEYS);
  await page.getByText("No API keys yet").waitFor();
  const key = await make("Billing service");
  expect(key).toMatch(/^dbk_/);
  expect(await row(/Billing service/).innerText()).toMatch(
    /events:write[\s\S]*events:read[\s\S]*Ada Owner[\s\S]*Never[\s\S]*in 90 days/,
  );
  expect(await page.content()).not.toContain(key);
  expect((await send(key)).status).toBe(201);
  await page.getByRole("button", { name: "Revoke Billing service" }).click();
  await page
    .getByRole("alertdialog", { name: "Revoke Billing service?" })
    .getByRole("button", { name: "Revoke" })
    .click();
  await page.getByText("No API keys yet").waitFor();
  await expect.poll(() => page.locator(":focus").innerText()).toContain("The key Billing service was revoked.");
  expect((await send(key)).status).toBe(401);
});

it("takes a key that was revoked in another tab for revoked", async () => {
  await page.goto(server.url + KEYS);
  await make("Two tabs");
  await page.getByRole("button", { name: "Revoke Two tabs" }).click();
  const { data } = (await (await call(server, owner, "GET", "/v1/keys?organization=acme")).json()) as {
    data: { id: string }[];
  };
  await call(server, owner, "DELETE", `/v1/keys/${data[0]?.id}`);
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("No API keys yet").waitFor();
});

it("wants a scope, and a day that is ahead", async () => {
  await page.goto(server.url + KEYS);
  await page.getByRole("button", { name: "Create API key" }).click();
  await page.getByLabel("Name").fill("Nothing");
  await page.getByLabel(/events:write/).uncheck();
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByText("Choose at least one.").waitFor();
  await page.getByLabel(/events:write/).check();
  await page.getByRole("combobox", { name: "Expires" }).click();
  await page.getByRole("option", { name: "On a day you choose" }).click();
  const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel("Last day (UTC)").fill(day);
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByRole("button", { name: "I have copied it" }).click();
  const title = await row(/Nothing/)
    .locator("time")
    .last()
    .getAttribute("title");
  expect(title).toBe(`${day} 23:59:59.999 UTC`);
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults).toEqual([]);
});
