import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { totpCode, totpStep } from "../../src/identity/totp.ts";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { closeContexts, launchBrowser } from "./browser.ts";
import { foundAcme, join, openAs, PASSWORD, type Person } from "./people.ts";

let server: TestServer;
let browser: Browser;
let owner: Person;

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  owner = await foundAcme(server);
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

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

it("two-factor is set up with an app, asked for at sign-in, passed by code or recovery code, and turned off", async () => {
  const { page, faults } = await openAs(browser, server, await join(server, owner, "Ada Lovelace", "auditor"));
  await page.goto(`${server.url}/settings/profile`);
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
  const list = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await list.last().waitFor();
  const codes = await list.allInnerTexts();
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
  expect(faults).toEqual([]);
  await page.context().close();
});
