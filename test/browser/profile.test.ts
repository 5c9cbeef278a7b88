import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { totpCode, totpStep } from "../../src/identity/totp.ts";
import { TestServer } from "../support/server.ts";
import { launchBrowser } from "./browser.ts";
import { call, foundAcme, join, openAs, PASSWORD, type Person } from "./people.ts";

let server: TestServer;
let browser: Browser;
let owner: Person;
let opened: { page: Page; faults: string[] };

beforeAll(async () => {
  server = await TestServer.start();
  browser = await launchBrowser();
  owner = await foundAcme(server);
});

afterAll(async () => {
  await browser?.close();
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

/** RFC 4648, 6. */
function base32Bytes(text: string): Uint8Array {
  const bits = [...text].map((character) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(character).toString(2).padStart(5, "0"),
  );
  return Uint8Array.from(bits.join("").match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

it("changes the name where it stands, also in the sidebar", async () => {
  const page = await openProfile("Alan Turing");
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

it("changes the password, which ends every other session", async () => {
  const page = await openProfile("Grace Hopper");
  const email = "grace.hopper@acme.example";
  const other = await openAs(browser, server, undefined);
  await other.page.goto(`${server.url}/sign-in?redirect=/settings/profile`);
  await signIn(other.page, email, PASSWORD);
  await other.page.getByRole("table", { name: "Sessions" }).waitFor();
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByLabel("Current password").fill("not my password");
  await page.getByLabel("New password").fill("a new battery staple");
  await page.keyboard.press("Enter");
  await page.locator("[name=current][aria-invalid=true]").waitFor();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByText("Changed. Every other session was ended.").waitFor();
  await other.page.reload();
  await other.page.getByRole("heading", { name: "Sign in to Daybook" }).waitFor();
  await signIn(other.page, email, "a new battery staple");
  await other.page.getByRole("table", { name: "Sessions" }).waitFor();
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

describe("two-factor", () => {
  it("is set up with an app, asked for at sign-in, passed by code or recovery code, and turned off", async () => {
    const page = await openProfile("Ada Lovelace");
    const email = "ada.lovelace@acme.example";
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByLabel("Your password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("img", { name: "QR code for your authenticator app" }).waitFor();
    const secret = (
      await page
        .getByRole("dialog")
        .getByText(/^([A-Z2-7]{4} ){3,}/)
        .innerText()
    ).replaceAll(" ", "");
    await page.getByLabel("Six-digit code").fill("000000");
    await page.keyboard.press("Enter");
    await page.locator("[name=code][aria-invalid=true]").waitFor();
    await page.getByLabel("Six-digit code").fill(totpCode(base32Bytes(secret), totpStep(Date.now())));
    await page.keyboard.press("Enter");
    const codes = await page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").allInnerTexts();
    expect(codes).toHaveLength(10);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    expect((await download).suggestedFilename()).toBe("daybook-recovery-codes.txt");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByRole("button", { name: "Turn off" }).waitFor();

    await page.getByRole("region", { name: "Signing in" }).getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(/\/sign-in/);
    await signIn(page, email, PASSWORD);
    const field = page.getByLabel("Six-digit code");
    expect(await field.getAttribute("autocomplete")).toBe("one-time-code");
    await expect.poll(() => field.evaluate((element) => element.matches(":focus"))).toBe(true);
    await field.fill("000000");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await page.getByRole("button", { name: "Use a recovery code" }).click();
    await page.getByLabel("Recovery code").fill(codes[3] ?? "");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/settings\/organization\/audit-logs/);

    await page.goto(`${server.url}/settings/profile`);
    await page.getByRole("button", { name: "Turn off" }).click();
    await page.getByLabel("Your password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Set up" }).waitFor();
    expect(opened.faults).toEqual([]);
    await page.context().close();
  });
});
