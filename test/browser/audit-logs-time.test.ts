import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPage } from "./browser.ts";
import { ago, DAY_MS } from "./sample.ts";
import { LOGS, poll, SamplePage, TIME_ZONE } from "./sample-page.ts";

/** The time that the page shows: presets, the histogram, and the zone that days are of. */

let sample: SamplePage;
let page: Page;

beforeAll(async () => {
  sample = await SamplePage.start();
  ({ page } = sample);
});

afterAll(() => sample?.remove());

const slider = () => page.getByRole("slider", { name: "Events over time" });

describe("presets", () => {
  it("stay relative in the address, and can be made to stay as they are", async () => {
    await sample.open();
    const preset = (name: string) => page.getByRole("button", { name, exact: true });
    expect(await preset("30d").getAttribute("aria-pressed")).toBe("true");
    await preset("7d").click();
    await poll(() => page.url()).toMatch(/\?range=7d$/);
    const today = new Date().toISOString().slice(0, 10);
    expect(await page.getByLabel("End Date", { exact: true }).inputValue()).toBe(today);
    const start = await page.getByLabel("Start Date", { exact: true }).inputValue();
    expect(Math.round((Date.parse(today) - Date.parse(start)) / DAY_MS)).toBe(6);
    await preset("Pin these dates").click();
    await poll(() => Object.fromEntries(sample.parameters())).toEqual({ start, end: today });
    expect(await preset("7d").getAttribute("aria-pressed")).toBe("false");
    await page.goBack();
    await poll(() => sample.parameters().get("range")).toBe("7d");
  });

  it("reach back hours, to the minute", async () => {
    await sample.open();
    await page.getByRole("button", { name: "1h", exact: true }).click();
    await poll(() => sample.events()).toBeLessThan(20);
    expect(await page.getByLabel("Start Date", { exact: true }).inputValue()).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d$/);
  });
});

describe("the histogram", () => {
  it("is a slider for who has no pointer: arrows tell, with Shift they select, Enter makes the range", async () => {
    await sample.open();
    // It is there before the counts are: keys move it only once it has bars.
    await poll(() => slider().getAttribute("aria-valuetext")).not.toBe("No events");
    await slider().focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Home");
    await poll(() => slider().getAttribute("aria-valuetext")).toMatch(/: 0 events$/);
    await page.keyboard.press("End");
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Shift+ArrowLeft");
    expect(await slider().getAttribute("aria-valuetext")).toMatch(/^Selected .* events, /);
    await page.keyboard.press("Escape");
    expect(await slider().getAttribute("aria-valuetext")).not.toContain("Selected");
    await page.keyboard.press("End");
    for (let step = 0; step < 3; step++) await page.keyboard.press("Shift+ArrowLeft");
    const count = Number(/: ([\d,]+) event/.exec((await slider().getAttribute("aria-valuetext")) ?? "")?.[1]);
    await page.keyboard.press("Enter");
    await poll(() => sample.parameters().has("start")).toBe(true);
    await poll(() => sample.events()).toBe(count);
    expect(await sample.chipTexts()).toHaveLength(1);
    await page.goBack();
    await poll(() => sample.parameters().has("start")).toBe(false);
  });

  it("gives the range by dragging, which Back undoes", async () => {
    await sample.open();
    await poll(() => slider().locator("rect").count()).toBeGreaterThan(0);
    await poll(() => sample.events()).toBeGreaterThan(0);
    const before = await sample.events();
    const box = await slider().boundingBox();
    if (box === null) throw new Error("the histogram is not to be seen");
    await page.mouse.move(box.x + box.width * 0.2, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 30, { steps: 5 });
    await page.mouse.up();
    await poll(() => sample.status().textContent()).toBe("0 events");
    // The page shows 30 days, in bars of half a day.
    const endOfToday = Date.parse(new Date().toISOString().slice(0, 10)) + DAY_MS;
    const daysAgo = (name: string) => (endOfToday - Date.parse(sample.parameters().get(name) ?? "")) / DAY_MS;
    expect(Math.abs(daysAgo("start") - 0.8 * 30)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(daysAgo("end") - 0.5 * 30)).toBeLessThanOrEqual(0.5);
    await page.goBack();
    await poll(() => sample.events()).toBe(before);
    expect(sample.parameters().has("start")).toBe(false);
  });

  it("is there as a table, too", async () => {
    await sample.open();
    await page.getByRole("button", { name: "View as table" }).click();
    const table = page.getByRole("table", { name: /^Events over time/ });
    expect(await table.getByRole("columnheader").allTextContents()).toEqual([
      "Time",
      "Events",
      "Auth",
      "API key",
      "Knowledge, message",
      "Channel, database, other",
      "Failed",
    ]);
    const counts = await table.locator("tbody tr td:nth-of-type(1)").allTextContents();
    expect(counts.reduce((sum, text) => sum + Number(text), 0)).toBe(await sample.events());
  });

  it("comes without moving anything", async () => {
    const { page: fresh } = await openPage(sample.browser, { storageState: sample.state });
    await fresh.addInitScript(`
      window.shifted = 0;
      new PerformanceObserver((list) => {
        for (const { value } of list.getEntries()) window.shifted += value;
      }).observe({ type: "layout-shift" });
    `);
    await fresh.goto(`${sample.server.url}${LOGS}`);
    await fresh.getByRole("slider", { name: "Events over time" }).locator("rect").first().waitFor();
    // Shifts are reported after the frame they happened in.
    await fresh.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    expect(await fresh.evaluate("window.shifted")).toBeLessThan(0.02);
    await fresh.context().close();
  });
});

describe("the time zone", () => {
  const zone = () => page.getByRole("button", { name: /^Time zone/ });
  const toggle = async (name: RegExp) => {
    await zone().click();
    await page.getByRole("menuitemradio", { name }).click();
    await page.keyboard.press("Escape");
  };

  it("is one for rows, days and histogram, and in the address only when it is not the default", async () => {
    const noon = Date.parse(`${new Date().toISOString().slice(0, 10)}T12:00:00Z`) - 2 * DAY_MS;
    await sample.open(`?start=${new Date(noon).toISOString()}`);
    const start = page.getByLabel("Start Date", { exact: true });
    expect(await start.inputValue()).toMatch(/ 12:00$/);
    await toggle(/This browser/);
    await poll(() => sample.parameters().get("tz")).toBe(TIME_ZONE);
    expect(await start.inputValue()).toMatch(/ 0[78]:00$/);
    await toggle(/^UTC/);
    await poll(() => sample.parameters().has("tz")).toBe(false);
  });

  it("says what a day is: its requests carry it", async () => {
    const day = ago(DAY_MS).slice(0, 10);
    const asked = page.waitForRequest((request) => /\/v1\/events\?/.test(request.url()));
    await page.goto(`${sample.server.url}${LOGS}?start=${day}&end=${day}&tz=${TIME_ZONE}`);
    const query = new URL((await asked).url()).searchParams;
    expect([query.get("start"), query.get("end"), query.get("tz")]).toEqual([day, day, TIME_ZONE]);
  });
});

describe("the order of the rows", () => {
  it("is turned around in the heading of their times, stays in the address, and Live waits for the newest", async () => {
    await sample.open();
    const first = () => page.locator("td[data-column=timestamp]").first().innerText();
    const newest = await first();
    const heading = page.getByRole("columnheader", { name: "Timestamp" });
    await heading.getByRole("button", { name: "Timestamp" }).click();
    await poll(() => sample.parameters().get("order")).toBe("asc");
    await poll(async () => (await first()) < newest).toBe(true);
    expect(await heading.getAttribute("aria-sort")).toBe("ascending");
    expect(await page.getByRole("button", { name: "Live" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "7d", exact: true }).click();
    await poll(() => sample.parameters().get("range")).toBe("7d");
    expect(sample.parameters().get("order")).toBe("asc");
    await heading.getByRole("button", { name: "Timestamp" }).click();
    await poll(() => sample.parameters().has("order")).toBe(false);
  });
});

it("a legend's name filters for the events it counts", async () => {
  await sample.open();
  const only = page.getByRole("button", { name: /^Knowledge, message\s*\d/ });
  await only.click();
  await poll(() => sample.parameters().getAll("action")).toEqual(["knowledge.*", "message.*"]);
  await poll(() => sample.events()).toBe(Number(/\d+/.exec(await only.innerText())?.[0]));
  await only.click();
  await poll(() => sample.parameters().has("action")).toBe(false);
});

it("failures are red at the top of their bar, and their name in the legend filters for them", async () => {
  await sample.open();
  const bar = slider()
    .locator("g")
    .filter({ has: page.locator("rect.fill-failure") });
  await poll(() => bar.count()).toBe(1);
  const tops = await bar.locator("rect").evaluateAll((parts) => parts.map((part) => Number(part.getAttribute("y"))));
  expect(tops.at(-1)).toBe(Math.min(...tops));
  const failed = page.getByRole("button", { name: /^Failed\s*1$/ });
  await failed.click();
  await poll(() => sample.parameters().getAll("outcome")).toEqual(["failure", "denied"]);
  await poll(() => sample.events()).toBe(1);
  await failed.click();
  await poll(() => sample.parameters().has("outcome")).toBe(false);
});

it("ran without a script error or a breach of its own policy", () => {
  expect(sample.faults).toEqual([]);
});
