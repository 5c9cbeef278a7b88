import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Browser, Download, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { inEverySize, SIZES, sidewaysPx, smallTargets, violations } from "./axe.ts";
import { closeContexts, launchBrowser } from "./browser.ts";
import { foundAcme, keyOf, openAs, type Person } from "./people.ts";
import { sampleText } from "./sample.ts";
import { LOGS, poll } from "./sample-page.ts";

/** The export dialog: what it states before, while and after a file is written. */

let server: TestServer;
let browser: Browser;
let owner: Person;
let page: Page;
let faults: string[];

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  owner = await foundAcme(server);
  const key = await keyOf(server, owner, "acme", "events:write", "events:read");
  expect((await server.post(key, sampleText())).status).toBe(201);
  await server.caughtUp(key);
  ({ page, faults } = await openAs(browser, server, owner));
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

beforeEach(() => page.unrouteAll());

const options = () => page.getByRole("button", { name: "Formats and details" });
const dialog = () => page.getByRole("dialog", { name: "Export audit logs" });
const download = () => dialog().getByRole("button", { name: "Download" });

/** The dialog over the page with these filters. */
async function openDialog(search: string): Promise<void> {
  await page.goto(`${server.url}${LOGS}${search}`);
  await options().click();
  await dialog().getByText("CSV (spreadsheet)").waitFor();
}

async function downloaded(format: string): Promise<{ text: string; name: string }> {
  await dialog().getByRole("radio", { name: format }).check();
  const waiting = page.waitForEvent("download");
  await download().click();
  const file: Download = await waiting;
  await dialog()
    .getByText(/saved as/)
    .waitFor();
  return { text: readFileSync(await file.path(), "utf8"), name: file.suggestedFilename() };
}

const written = () => dialog().getByRole("status").first().textContent();

it("states the scope before, and every format holds every match", async () => {
  await openDialog("?resource_type=channel&action=-channel.connect");
  const scope = (await dialog().locator("dl").innerText()).replace(/\s+/g, " ");
  expect(scope).toMatch(/Events 120 events, not only those on the page/);
  expect(scope).toMatch(/Range \d{4}-\d\d-\d\d – \d{4}-\d\d-\d\d, UTC/);
  expect(scope).toContain("Filters Action not channel.connect; Resource Type channel");
  expect(scope).toContain("As of now");

  // Its buttons are to be seen in a window that is lower than the dialog.
  await page.setViewportSize({ width: 720, height: 450 });
  await poll(async () => {
    const box = await download().boundingBox();
    return box === null ? Number.POSITIVE_INFINITY : box.y + box.height;
  }).toBeLessThanOrEqual(450);
  await page.setViewportSize({ width: 1440, height: 900 });

  const people = await downloaded("CSV (spreadsheet)");
  expect(people.text.startsWith("\uFEFFtimestamp,")).toBe(true);
  expect(people.text.trimEnd().split("\r\n")).toHaveLength(121);
  expect(people.name).toMatch(/^audit-logs_acme_.*\.csv$/);
  expect(await written()).toMatch(/^120 rows, \d+ kB, saved as audit-logs_acme_/);

  const machines = await downloaded("CSV (raw)");
  expect(machines.text.startsWith("timestamp,")).toBe(true);

  const lines = await downloaded("NDJSON One event");
  const events = lines.text.trimEnd().split("\n");
  expect(events).toHaveLength(120);
  expect(JSON.parse(events[0] ?? "")).toMatchObject({ action: "channel.create" });
  expect(lines.name).toMatch(/\.ndjson$/);

  await dialog().getByRole("radio", { name: "NDJSON with proof" }).check();
  await dialog().getByText("every event is authentic and unaltered. To prove that none is missing").waitFor();
  const bundle = await downloaded("NDJSON with proof");
  expect(JSON.parse(bundle.text.split("\n")[0] ?? "")).toMatchObject({ contents: "selection", entries: 120 });
  expect(await written()).toMatch(/^120 rows/);
});

it("says that a bundle is complete where the range alone decides, and gives what an auditor needs beside it", async () => {
  await openDialog("?range=90d");
  await dialog().getByRole("radio", { name: "NDJSON with proof" }).check();
  await dialog()
    .getByText(/nothing is missing or altered/)
    .waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  const { text, name } = await downloaded("NDJSON with proof");
  const head = JSON.parse(text.split("\n")[0] ?? "");
  // What came of it is to be seen without scrolling, above the buttons.
  await poll(async () => {
    const last = await dialog().getByRole("button", { name: "Create cover sheet" }).boundingBox();
    const buttons = await download().boundingBox();
    return last !== null && buttons !== null && last.y > 0 && last.y + last.height <= buttons.y;
  }).toBe(true);
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(head).toMatchObject({ contents: "range" });

  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
  await dialog().getByRole("button", { name: "Copy key" }).click();
  await dialog().getByText("public key copied").waitFor({ state: "attached" });
  const vkey: string = await page.evaluate("navigator.clipboard.readText()");
  expect(vkey.startsWith(`${head.origin}+`)).toBe(true);
  const verifier = page.waitForEvent("download");
  await dialog().getByRole("link", { name: "Download verifier" }).click();
  expect((await verifier).suggestedFilename()).toBe("daybook-verify.html");

  await dialog().getByRole("button", { name: "Create cover sheet" }).click();
  const sheet = page.getByRole("dialog", { name: "Audit log export: cover sheet" });
  await sheet.getByText(vkey).waitFor();
  await sheet.getByText(/^([0-9a-f]{4} ){7}[0-9a-f]{4}$/).waitFor();
  const printed = await sheet.innerText();
  expect(printed).toContain(name);
  expect(printed).toContain(createHash("sha256").update(text).digest("hex"));
  expect(printed).toContain(`Authentic and complete: ${head.entries} entries of acme.`);
  expect(printed).toContain(`by ${owner.name}`);
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ media: "print" });
  expect(await sheet.isVisible()).toBe(true);
  expect(await sheet.getByRole("button", { name: "Back" }).isVisible()).toBe(false);
  expect(await page.locator("#root").isVisible()).toBe(false);
  await page.emulateMedia({ media: null });
  await sheet.getByRole("button", { name: "Back" }).click();
  await dialog().getByRole("button", { name: "Create cover sheet" }).waitFor();
});

it("tells how far it is, can be cancelled, and goes on from a failure with its request id", async () => {
  await openDialog("?resource_type=channel");
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\/v1\/events\/export/, async (route) => {
    await held;
    await route.continue().catch(() => undefined);
  });
  await download().click();
  await dialog().getByRole("progressbar", { name: "Export" }).waitFor();
  expect(await dialog().getByRole("progressbar").getAttribute("aria-valuetext")).toBe("0 rows, 0 kB");
  const broken = page.waitForEvent("requestfailed", (request) => request.url().includes("/v1/events/export"));
  await dialog().getByRole("button", { name: "Cancel export" }).click();
  await broken;
  await download().waitFor();
  expect(await written()).toBe("");
  release();
  await page.unrouteAll({ behavior: "wait" });

  await page.route(/\/v1\/events\/export/, (route) =>
    route.fulfill({
      status: 429,
      contentType: "application/problem+json",
      body: JSON.stringify({ code: "rate_limited", detail: "Too many exports.", request_id: "req_42" }),
    }),
  );
  await download().click();
  const failure = dialog().getByRole("alert");
  await failure.getByText("The export failed. Too many exports. No file was saved.").waitFor();
  await failure.getByText("req_42").waitFor();
  await page.unrouteAll();
  const waiting = page.waitForEvent("download");
  await failure.getByRole("button", { name: "Retry" }).click();
  await waiting;
  await dialog()
    .getByText(/121 rows, .*saved as/)
    .waitFor();
});

it("writes to a chosen file as the bytes come", async () => {
  // The dialog of the operating system cannot be driven; a file of the browser's own storage is chosen instead.
  await page.addInitScript(`window.showSaveFilePicker = async ({ suggestedName }) =>
    (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true })`);
  await openDialog("?resource_type=channel");
  await dialog().getByRole("button", { name: "Save as…" }).click();
  await dialog().getByText("saved as audit-logs_acme.csv").waitFor();
  const text: string = await page.evaluate(`navigator.storage.getDirectory()
    .then((folder) => folder.getFileHandle("audit-logs_acme.csv"))
    .then((handle) => handle.getFile()).then((file) => file.text())`);
  expect(text.trimEnd().split("\r\n")).toHaveLength(122);
});

it("opens and closes by keyboard, the focus goes back, and the button beside it downloads at once", async () => {
  await page.goto(`${server.url}${LOGS}?resource_type=channel`);
  await expect.poll(() => options().isEnabled()).toBe(true);
  await options().focus();
  await page.keyboard.press("Enter");
  await dialog().waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.locator(":focus").getAttribute("aria-label")).toBe("Formats and details");
  const waiting = page.waitForEvent("download");
  const focused = () => page.evaluate("document.activeElement.textContent.trim()");
  await page.getByRole("button", { name: "Export CSV" }).press("Enter");
  await waiting;
  await page
    .getByRole("status", { name: "Done" })
    .getByText(/^Exported 121 rows, /)
    .waitFor();
  expect(await focused()).toBe("Export CSV");
  const refresh = page.getByRole("button", { name: "Refresh" });
  const read = page.waitForResponse((response) => /\/v1\/events\?/.test(response.url()));
  await refresh.press("Enter");
  await read;
  expect(await focused()).toBe("Refresh");
});

it("a dialog, and a page, whose file cannot be had say so, and come once it can", async () => {
  await page.goto(`${server.url}${LOGS}?resource_type=channel`);
  await page.route("**/assets/*.js", (route) => route.abort());
  await options().click();
  const fault = page.getByRole("dialog", { name: "This could not be loaded" });
  await fault.getByText("If the server was updated").waitFor();
  await fault.getByRole("button", { name: "Close" }).click();
  await expect.poll(() => page.locator(":focus").getAttribute("aria-label")).toBe("Formats and details");
  await options().click();
  await fault.waitFor();
  await page.unrouteAll();
  await fault.getByRole("button", { name: "Try again" }).click();
  await dialog().getByText("CSV (spreadsheet)").waitFor();
  await page.keyboard.press("Escape");
  expect(page.url()).toContain("resource_type=channel");

  await page.route("**/assets/*.js", (route) => route.abort());
  const navigation = page.getByRole("navigation", { name: "Main" });
  await navigation.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("heading", { name: "This page could not be loaded" }).waitFor();
  expect(await navigation.count()).toBe(1);
  await page.unrouteAll();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("tab", { name: "Profile", selected: true }).waitFor();
  expect(faults.filter((fault) => !/ERR_FAILED|could not be loaded/.test(fault))).toEqual([]);
  faults.length = 0;
});

it("has no accessibility violation, light and dark, wide and narrow", async () => {
  await openDialog("");
  await dialog().getByRole("radio", { name: "NDJSON with proof" }).check();
  await inEverySize(page, async () => {
    expect(await violations(page)).toEqual([]);
    expect(await sidewaysPx(page)).toBe(0);
    if (page.viewportSize()?.width === SIZES.narrow.width) expect(await smallTargets(page)).toEqual([]);
  });
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults).toEqual([]);
});
