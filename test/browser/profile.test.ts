import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { closeContexts, launchBrowser } from "./browser.ts";
import { call, foundAcme, join, openAs, PASSWORD, type Person } from "./people.ts";

let server: TestServer;
let browser: Browser;
let owner: Person;
let opened: { page: Page; faults: string[] };

beforeAll(async () => {
  server = await AppServer.start({ args: ["--trusted-proxies", "127.0.0.1,::1"] });
  browser = await launchBrowser();
  owner = await foundAcme(server);
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

/** Somebody new, on their profile. */
async function openProfile(name: string): Promise<Page> {
  const person = await join(server, owner, name, "auditor");
  opened = await openAs(browser, server, person);
  await opened.page.goto(`${server.url}/settings/profile`);
  await opened.page.getByRole("table", { name: "Sessions" }).waitFor();
  return opened.page;
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** A wrong password from each of five networks. */
async function guessPassword(email: string): Promise<void> {
  for (let network = 1; network <= 5; network++) {
    const headers = { ...owner.headers, cookie: "", "x-forwarded-for": `198.18.${network}.1` };
    const guessed = call(server, { headers }, "POST", "/v1/session", { email, password: "not the password" });
    await expect(guessed).rejects.toThrow("answered 401");
  }
}

it("tells that somebody guesses the password, until that is dismissed, and changes the name where it is", async () => {
  const page = await openProfile("Alan Turing");
  await guessPassword("alan.turing@acme.example");
  await page.reload();
  const banner = page.getByRole("status").filter({ hasText: "5 wrong passwords from 5 networks in 7 days" });
  await banner.getByRole("link", { name: "Set up two-factor" }).waitFor();
  await banner.getByRole("button", { name: "Dismiss" }).click();
  await banner.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Edit name" }).click();
  await page.keyboard.type("Alan M. Turing");
  await page.keyboard.press("Enter");
  await page.getByRole("complementary").getByText("Alan M. Turing").waitFor();
  await expect.poll(() => page.locator(":focus").innerText()).toMatch(/^Edit/);
  await page.keyboard.press("Enter");
  await page.getByLabel("Name", { exact: true }).fill("Nobody");
  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: "Profile" }).getByText("Alan M. Turing").waitFor();
  expect(opened.faults).toEqual([]);
  await page.context().close();
});

it("turns single keys off, in agreement with the keyboard help in another tab", async () => {
  const page = await openProfile("Dorothy Vaughan");
  const other = await page.context().newPage();
  await other.goto(`${server.url}/settings/organization/audit-logs`);
  await other.getByRole("button", { name: "Keyboard help" }).click();
  const here = page.getByRole("switch", { name: /^Single keys/ });
  const there = other.getByRole("switch", { name: /^Single keys/ });
  expect([await here.isChecked(), await there.isChecked()]).toEqual([true, true]);
  await here.focus();
  await page.keyboard.press("Space");
  await expect.poll(() => there.isChecked()).toBe(false);
  await there.click();
  await expect.poll(() => here.isChecked()).toBe(true);
  expect(opened.faults).toEqual([]);
  await page.context().close();
});

it("changes the password, which ends every other session", async () => {
  const page = await openProfile("Grace Hopper");
  const email = "grace.hopper@acme.example";
  const other = await openAs(browser, server, undefined);
  // A page of the server itself sends them to sign in, and has them back.
  await other.page.goto(`${server.url}/docs`);
  await signIn(other.page, email, PASSWORD);
  await other.page.getByRole("heading", { name: "API reference", level: 1 }).waitFor();
  await other.page.goto(`${server.url}/settings/profile`);
  await other.page.getByRole("table", { name: "Sessions" }).waitFor();
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByLabel("Current password").fill("not my password");
  await page.getByLabel("New password").fill("a new battery staple");
  await page.keyboard.press("Enter");
  await page.locator("[name=current][aria-invalid=true]").waitFor();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByText("Changed. Every other session was ended.").waitFor();
  // What it asks next is refused: the page says why it goes to the sign-in.
  await other.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Audit Logs" }).click();
  await other.page.getByText("Your session has ended.").waitFor();
  await signIn(other.page, email, "a new battery staple");
  await other.page.getByRole("heading", { name: "Audit Logs", level: 1 }).waitFor();
  await Promise.all([page.context().close(), other.page.context().close()]);
});

it("lists where one is signed in, signs out there, and everywhere", async () => {
  const page = await openProfile("Barbara Liskov");
  const elsewhere = { email: "barbara.liskov@acme.example", password: PASSWORD };
  await call(server, undefined, "POST", "/v1/session", elsewhere);
  await page.reload();
  const rows = page.getByRole("table", { name: "Sessions" }).getByRole("row");
  await expect.poll(() => rows.count()).toBe(3);
  expect(await rows.nth(1).innerText()).toMatch(/This browser/);
  await rows
    .nth(2)
    .getByRole("button", { name: /^Sign out/ })
    .click();
  await page.getByText(/is signed out\.$/).waitFor();
  await expect.poll(() => rows.count()).toBe(2);
  expect(await page.locator(":focus").innerText()).toContain("is signed out.");
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await page.waitForURL(/\/sign-in/);
  await page.goto(`${server.url}/settings/profile`);
  await page.getByRole("heading", { name: "Sign in to Daybook" }).waitFor();
  await page.context().close();
});
