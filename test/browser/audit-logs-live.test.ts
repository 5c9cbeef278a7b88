import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { positionAt } from "../support/positions.ts";
import type { TestServer } from "../support/server.ts";
import { violations } from "./axe.ts";
import { closeContexts, launchBrowser, openPage } from "./browser.ts";
import { openAcme } from "./people.ts";
import { ago, DAY_MS } from "./sample.ts";

/** New events as they come, and a reader who never loses their place. */

let server: TestServer;
let browser: Browser;
let page: Page;
let faults: string[];
let key: string;
let sent = 0;

async function send(count: number): Promise<void> {
  const events = Array.from({ length: count }, () => ({
    action: "message.send",
    actor: { type: "user", id: "u1", name: "Grace Hopper" },
    resource: { type: "message", id: `m${++sent}` },
    description: `Live message ${sent}`,
  }));
  expect((await server.post(key, events)).status).toBe(201);
}

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  ({ page, faults } = await openPage(browser));
  await openAcme(page, server);
  key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
  const old = Array.from({ length: 60 }, (_, at) => ({
    action: "db.update",
    actor: { type: "user", id: "u1" },
    resource: { type: "db", id: `db_${at}` },
    timestamp: ago(DAY_MS + at * 1000),
    description: `Old row ${at}`,
  }));
  expect((await server.post(key, old)).status).toBe(201);
  await server.caughtUp(key);
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

const toggle = () => page.getByRole("button", { name: "Live", exact: true });
const status = () => page.getByRole("status", { name: "Live" });
const pill = () => page.locator("[data-slot=new-events]");
const row = (text: string) =>
  page
    .getByRole("table")
    .getByRole("row")
    .filter({ hasText: new RegExp(`${text}\\b`) });
const saysLive = () => expect.poll(() => status().textContent(), { timeout: 10_000 }).toMatch(/as they come|paused/);

async function follow(search = ""): Promise<void> {
  await page.goto(`${server.url}/settings/organization/audit-logs${search}`);
  await page.locator("[data-slot=expand]").first().waitFor();
  await toggle().click();
  await saysLive();
}

describe("at the top, with nothing open", () => {
  it("new rows slide in as they come, each once, and are counted", async () => {
    await follow("?action=message.send&action=db.update");
    const before = Number(/\d+/.exec((await count()) ?? "")?.[0]);
    const messages = await legend("Knowledge, message");
    await send(3);
    await row(`Live message ${sent}`).waitFor();
    expect(await page.getByRole("table").getByRole("row").nth(1).textContent()).toContain(`Live message ${sent}`);
    expect(await row(`Live message ${sent - 1}`).count()).toBe(1);
    expect(await pill().count()).toBe(0);
    await expect.poll(count).toBe(`${before + 3} events`);
    await expect.poll(() => legend("Knowledge, message")).toBe(messages + 3);
  });

  it("say since when their user is at a new address, as rows of the page do", async () => {
    const from = (ip: string, description: string) => ({
      action: "auth.login",
      actor: { type: "user", id: "u2" },
      resource: { type: "session" },
      context: { ip },
      description,
    });
    const post = async (...events: object[]) => expect((await server.post(key, events)).status).toBe(201);
    await follow();
    await post(from("192.0.2.1", "First from there"), from("192.0.2.1", "Second from there"));
    await page.getByText("Second from there").waitFor();
    await post(
      from("192.0.2.1", "Third from there"),
      { ...from("192.0.2.1", "Somebody"), actor: { type: "anonymous" } },
      from("192.0.2.9", "From elsewhere"),
    );
    await page.getByText("From elsewhere").waitFor();
    const marksOf = (text: string) =>
      page
        .getByRole("row")
        .filter({ hasText: text })
        .getByText(/^First seen \d\d:\d\d$/);
    const steps = ["First from there", "Second from there", "Third from there", "Somebody", "From elsewhere"];
    await expect.poll(() => Promise.all(steps.map((step) => marksOf(step).count()))).toEqual([1, 1, 1, 0, 1]);
  });

  it("what came can be exported, also where nothing matched before", async () => {
    await page.goto(`${server.url}/settings/organization/audit-logs?q=first+of+its+kind`);
    const exporting = page.getByRole("button", { name: "Export CSV" });
    await page.getByText("0 events", { exact: true }).first().waitFor();
    expect(await exporting.isDisabled()).toBe(true);
    await toggle().click();
    await saysLive();
    const first = { action: "db.update", actor: { type: "system" }, resource: { type: "db" } };
    expect((await server.post(key, [{ ...first, description: "First of its kind" }])).status).toBe(201);
    await row("First of its kind").waitFor();
    await page.getByRole("button", { name: "Formats and details" }).click();
    await page.getByRole("dialog").getByText("1 event, not only those on the page").waitFor();
    await page.keyboard.press("Escape");
  });

  it("what the filters leave out does not come", async () => {
    await follow("?action=db.update");
    await send(1);
    const own = {
      action: "db.update",
      actor: { type: "system" },
      resource: { type: "db" },
      description: "The one asked for",
    };
    expect((await server.post(key, [own])).status).toBe(201);
    await row("The one asked for").waitFor();
    expect(await row(`Live message ${sent}`).count()).toBe(0);
  });
});

const count = () => page.getByRole("status", { name: "Number of events" }).textContent();

/** What the histogram's legend counts. */
async function legend(name: string): Promise<number> {
  const text = await page.getByRole("button", { name: new RegExp(`^${name}\\s*[\\d,]+$`) }).innerText();
  return Number(text.replace(/\D/g, ""));
}

it("what one has just done is in the rows, their count and the legend, at once and alike", async () => {
  const shown = async () => {
    await page.goto(`${server.url}/settings/organization/audit-logs?action=api_key.create`);
    await page
      .getByRole("status", { name: "Number of events" })
      .getByText(/^\d+ events?$/)
      .waitFor();
    await page.locator("[data-slot=expand]").first().waitFor();
    return [await page.locator("[data-slot=expand]").count(), Number.parseInt((await count()) ?? "", 10)];
  };
  const [before = 0] = await shown();
  for (const done of [1, 2, 3]) {
    const body = JSON.stringify({ organization: "acme", name: `Key ${done}`, scopes: ["events:read"] });
    const init = `{ method: "POST", headers: { "content-type": "application/json" }, body: ${JSON.stringify(body)} }`;
    expect(await page.evaluate(`fetch("/v1/keys", ${init}).then(({ status }) => status)`)).toBe(201);
    expect(await shown()).toEqual([before + done, before + done]);
    expect(await legend("API key")).toBe(before + done);
  }
});

/** Where a row is on the screen, in pixels. */
const topOf = (text: string) =>
  row(text)
    .first()
    .evaluate((element) => element.getBoundingClientRect().top);

describe("while somebody reads", () => {
  beforeEach(() => follow());

  it("an open row stays where it is, to the pixel; what came is counted, and shown at a click", async () => {
    const opened = row("Old row 2").first();
    await opened.getByRole("button", { name: /^Expand/ }).click();
    await page.locator("[data-slot=log-detail]").waitFor();
    const top = await topOf("Old row 2");
    await send(1);
    await pill().waitFor();
    await send(11);
    await expect.poll(() => pill().textContent()).toContain("12 new events");
    expect(await topOf("Old row 2")).toBe(top);
    expect(await row(`Live message ${sent}`).count()).toBe(0);
    await pill().click();
    await row(`Live message ${sent}`).waitFor();
    expect(await pill().count()).toBe(0);
    expect(await page.locator("[data-slot=log-detail]").count()).toBe(1);
    expect(await opened.getByRole("button", { name: /^Expand/ }).getAttribute("aria-expanded")).toBe("true");
  });

  it("somebody further down stays where they are, to the pixel", async () => {
    await row("Old row 40").first().scrollIntoViewIfNeeded();
    await page.mouse.wheel(0, 30);
    await expect.poll(() => page.evaluate("scrollY")).toBeGreaterThan(100);
    const top = await topOf("Old row 40");
    await send(2);
    await expect.poll(() => pill().textContent()).toContain("2 new events");
    expect(await topOf("Old row 40")).toBe(top);
    await pill().click();
    await row(`Live message ${sent}`).waitFor();
    expect(
      await row(`Live message ${sent}`)
        .first()
        .evaluate((element) => element.getBoundingClientRect().top),
    ).toBeGreaterThanOrEqual(0);
  });

  it("the row under the keyboard stays where it is", async () => {
    await page.locator("[data-slot=expand]").first().focus();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    const focused = () => page.evaluate("document.activeElement.closest('[data-index]').textContent");
    const before = await focused();
    await send(1);
    await pill().waitFor();
    expect(await focused()).toBe(before);
  });
});

it("is not offered for a range that has ended, nor for pinned rows", async () => {
  const pinned = `?as_of=${await positionAt(server, key, 3)}`;
  for (const search of [`?start=${ago(5 * DAY_MS).slice(0, 10)}&end=${ago(DAY_MS).slice(0, 10)}`, pinned]) {
    await page.goto(`${server.url}/settings/organization/audit-logs${search}`);
    await expect.poll(() => toggle().getAttribute("aria-disabled")).toBe("true");
    expect(await toggle().getAttribute("aria-description")).toMatch(/live needs/i);
    await toggle().press("Enter");
    expect(await toggle().getAttribute("aria-pressed")).toBe("false");
  }
});

it("says when the stream is lost, comes back by itself and misses nothing", { timeout: 60_000 }, async () => {
  await follow();
  const { port } = new URL(server.url);
  await server.stop();
  await expect.poll(() => status().textContent(), { timeout: 15_000 }).toContain("stream lost, reconnecting");
  expect(await page.locator("[data-slot=expand]").count()).toBeGreaterThan(30);
  server = await AppServer.start({ dataDir: server.dataDir, args: ["--port", port] });
  await send(2);
  await expect.poll(() => status().textContent(), { timeout: 40_000 }).toContain("resumed, nothing is missing");
  await row(`Live message ${sent}`).waitFor();
  expect(await row(`Live message ${sent - 1}`).count()).toBe(1);
  expect(await row(`Live message ${sent}`).count()).toBe(1);
  await expect.poll(() => status().textContent(), { timeout: 10_000 }).toMatch(/as they come/);
});

it("says that search is not ready, over rows or in their place, and has them by itself", async () => {
  await page.goto(`${server.url}/settings/organization/audit-logs?resource_type=db`);
  await row("Old row 0").waitFor();
  const restart = async (...args: string[]) => {
    const { port } = new URL(server.url);
    await server.stop();
    server = await AppServer.start({ dataDir: server.dataDir, args: ["--port", port, ...args] });
  };
  // A search server that nobody runs is waited for as long as somebody looks.
  await restart("--clickhouse-url", "http://127.0.0.1:1");
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("status").filter({ hasText: "Search is not available" }).waitFor({ timeout: 20_000 });
  expect(await row("Old row 0").count()).toBe(1);
  await page.reload();
  await page.getByRole("heading", { name: "Search is not ready" }).waitFor();
  expect(await page.getByText("No recorded event is lost. This page asks again by itself.").isVisible()).toBe(true);
  expect(await violations(page)).toEqual([]);

  // The page asks again by itself; while the server is exchanged it waits for its answer.
  let release = () => {};
  const exchanged = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/v1/**", async (route) => {
    await exchanged;
    await route.continue().catch(() => undefined);
  });
  await restart();
  release();
  await row("Old row 0").waitFor({ timeout: 30_000 });
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults.filter((fault) => !/Failed to load resource|ERR_/.test(fault))).toEqual([]);
});
