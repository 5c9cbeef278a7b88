import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { TestServer } from "../support/server.ts";

/** A real Chromium, without the calls home that a closed network would refuse. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", ...quiet] });
}

export const OWNER = { name: "Ada Byron", email: "ada@acme.example", password: "correct horse battery" };

/** Opens the printed link and sets Daybook up as a person does: organization `acme`, owned by Ada. */
export async function setUpInBrowser(page: Page, server: TestServer): Promise<void> {
  await page.goto(`${server.url}/setup#token=${await server.setupToken()}`);
  await page.getByLabel("Organization name").fill("Acme");
  await page.getByLabel("Your name").fill(OWNER.name);
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: "Set up and open Audit Logs" }).click();
  await page.waitForURL(/\/settings\/organization\/audit-logs/);
}

/** A page that fails the test for what a person would not see: script errors and broken rules of the page's own policy. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) faults.push(message.text());
  });
  return { page, faults };
}
