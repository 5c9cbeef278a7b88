// Measures the Audit Logs page in a real browser, after a build, and prints JSON: `node bench/console.mjs` everything, `node bench/console.mjs first-row`
// one of its parts: first-row, and at the most rows the page holds scroll, expand, live.
// Frames and times depend on the machine and on what else it does; the load is printed beside them.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { findOrInstallChromium } from "../scripts/chromium.mjs";

/** The most that the page holds; fewer for a quick look. */
const ROWS = Number(process.env.DAYBOOK_CONSOLE_ROWS ?? 10_000);
const FRAMES = 600;
const PIXELS_A_FRAME = 120;
const EXPANSIONS = 100;
const RELOADS = 15;
const PARTS = ["first-row", "scroll", "expand", "live"];
/** Live events come in this many requests, so far apart, while somebody reads in the middle. */
const LIVE_REQUESTS = 20;
const LIVE_EVENTS_EACH = 25;
const LIVE_PAUSE_MS = 300;
const LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

const chosen = process.argv.slice(2);
const unknown = chosen.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(", ")}: choose of ${PARTS.join(", ")}`);
const wanted = (part) => chosen.length === 0 || chosen.includes(part);

const root = fileURLToPath(new URL("..", import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), "daybook-bench-console-"));
const server = spawn(process.execPath, [join(root, "bin/daybook.js"), "demo", "--port", "0", "--data-dir", dataDir]);
let browser;
try {
  const link = await printedLink();
  browser = await chromium.launch({
    executablePath: findOrInstallChromium(),
    args: [...LAUNCH, ...QUIET],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(firstRowNoted);
  await page.goto(link);
  await page.getByRole("button").first().click();
  await page.waitForURL(/audit-logs|settings/);
  const logs = `${new URL(link).origin}/settings/organization/audit-logs`;
  await page.goto(`${logs}?range=90d`);
  const coldMs = await firstRowMs(page);
  // The sample organization may still be on its way into search.
  while ((await countedEvents(page)) < ROWS) {
    await page.waitForTimeout(500);
    await page.reload();
    await firstRowMs(page);
  }
  const measured = {};
  if (wanted("first-row")) {
    measured.firstRow = {
      coldMs,
      default: await reloaded(page, logs),
      sevenDays: await reloaded(page, `${logs}?range=7d`),
    };
  }
  if (["scroll", "expand", "live"].some(wanted)) {
    await page.goto(`${logs}?range=90d`);
    await firstRowMs(page);
    measured.rows = await loadAll(page);
  }
  if (wanted("scroll")) measured.scroll = await page.evaluate(scrolled, { frames: FRAMES, pixels: PIXELS_A_FRAME });
  if (wanted("expand")) measured.expand = await page.evaluate(expanded, EXPANSIONS);
  if (wanted("live")) measured.live = await followed(page);
  const load = loadavg().map((one) => Number(one.toFixed(1)));
  process.stdout.write(`${JSON.stringify({ ...measured, load }, null, 2)}\n`);
} finally {
  await browser?.close();
  server.kill("SIGKILL");
  rmSync(dataDir, { recursive: true, force: true });
}

/** Runs in each page: notes when the first row has been on the screen for a frame. */
function firstRowNoted() {
  const look = () => {
    if (document.querySelector("[data-slot=log-rows] tbody[data-index]") === null) return requestAnimationFrame(look);
    requestAnimationFrame(() => {
      window.firstRowMs = performance.now();
    });
  };
  look();
}

async function firstRowMs(page) {
  await page.waitForFunction(() => window.firstRowMs !== undefined);
  return page.evaluate(() => Math.round(window.firstRowMs));
}

/** From the request for the page to its first row, in a browser that has been there before. */
async function reloaded(page, url) {
  await page.goto(url);
  const times = [];
  for (let round = 0; round < RELOADS; round++) {
    await firstRowMs(page);
    await page.waitForLoadState("networkidle");
    await page.reload();
    times.push(await firstRowMs(page));
  }
  times.sort((a, b) => a - b);
  return { reloads: RELOADS, p50Ms: times[RELOADS >> 1], minMs: times[0], maxMs: times.at(-1) };
}

function printedLink() {
  return new Promise((resolve, reject) => {
    let printed = "";
    const read = (chunk) => {
      printed += chunk;
      const found = /http:\/\/\S+#token=\S+/.exec(printed);
      if (found) resolve(found[0]);
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    server.once("close", (code) => reject(new Error(`the server ended with ${code}:\n${printed}`)));
  });
}

/** What the page says it found: exact up to 10,000. */
async function countedEvents(page) {
  const text = await page.getByRole("status", { name: "Number of events" }).textContent();
  return Number(/[\d,]+/.exec(text ?? "")?.[0].replaceAll(",", "") ?? 0);
}

/** Scrolls to the end until the page holds all it takes. @returns the number of rows. */
async function loadAll(page) {
  for (;;) {
    const rows = await page.evaluate(() => {
      window.scrollTo(0, document.documentElement.scrollHeight);
      return Number(document.querySelector("[data-slot=log-rows]").getAttribute("aria-rowcount") ?? 1) - 1;
    });
    if (rows >= ROWS) return rows;
    await page.waitForTimeout(100);
  }
}

/** Events come while the reader is among the rows: does the row in the middle move, do frames take longer, are all reported? */
async function followed(page) {
  await page.getByRole("button", { name: "Live", exact: true }).click();
  await page.waitForFunction(() =>
    /held|as they come/.test(document.querySelector("[aria-label=Live][role=status]")?.textContent ?? ""),
  );
  const args = ["keys", "create", "--data-dir", dataDir, "--org", "northwind", "--scopes", "events:write"];
  const key = execFileSync(process.execPath, [join(root, "bin/daybook.js"), ...args], { encoding: "utf8" }).trim();
  const frames = page.evaluate(watched, LIVE_REQUESTS * LIVE_EVENTS_EACH);
  const event = { action: "db.update", actor: { type: "system" }, resource: { type: "db" }, description: "Came live" };
  for (let sent = 0; sent < LIVE_REQUESTS; sent++) {
    const response = await fetch(new URL("/v1/events", page.url()), {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(Array(LIVE_EVENTS_EACH).fill(event)),
    });
    if (response.status !== 201) throw new Error(`POST /v1/events: ${response.status}`);
    await page.waitForTimeout(LIVE_PAUSE_MS);
  }
  return { events: LIVE_REQUESTS * LIVE_EVENTS_EACH, ...(await frames) };
}

/** Runs in the page: watches the row in the middle, frame by frame, until so many events are reported. */
async function watched(events) {
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const told = () =>
    Number(
      document
        .querySelector("[data-slot=new-events]")
        ?.textContent.match(/[\d,]+/)?.[0]
        .replace(",", "") ?? 0,
    );
  // The switch is above the rows.
  window.scrollTo(0, document.documentElement.scrollHeight / 3);
  const inTheMiddle = () =>
    document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest("tbody[data-index]") ?? null;
  for (let settle = 0; settle < 30 || inTheMiddle() === null; settle++) await nextFrame();
  const row = inTheMiddle();
  const top = row.getBoundingClientRect().top;
  const times = [];
  let movedPx = 0;
  let before = await nextFrame();
  while (told() < events) {
    const now = await nextFrame();
    times.push(now - before);
    before = now;
    movedPx = Math.max(movedPx, Math.abs(row.getBoundingClientRect().top - top));
  }
  times.sort((a, b) => a - b);
  const at = (share) => Number(times[Math.floor(share * (times.length - 1))].toFixed(1));
  return { movedPx, rowStays: row.isConnected, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
}

/** Runs in the page: scrolls a little every frame and takes the time between frames. */
async function scrolled({ frames, pixels }) {
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  window.scrollTo(0, document.documentElement.scrollHeight / 3);
  for (let settle = 0; settle < 30; settle++) await nextFrame();
  const times = [];
  let before = await nextFrame();
  for (let frame = 0; frame < frames; frame++) {
    window.scrollBy(0, pixels);
    const now = await nextFrame();
    times.push(now - before);
    before = now;
  }
  times.sort((a, b) => a - b);
  const at = (share) => Number(times[Math.floor(share * (times.length - 1))].toFixed(1));
  return { frames, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) };
}

/** Runs in the page: opens rows and takes the time until the frame that shows the details. */
async function expanded(count) {
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const times = [];
  for (let at = 0; at < count; at++) {
    let button = null;
    // One that a person sees: what lies outside may be gone with the next frame.
    while (button === null) {
      await nextFrame();
      const at = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
      button = at?.closest("tbody")?.querySelector("[data-slot=expand][aria-expanded=false]") ?? null;
    }
    const begun = performance.now();
    button.click();
    await nextFrame();
    while (document.getElementById(button.getAttribute("aria-controls") ?? "") === null) await nextFrame();
    await new Promise((resolve) => setTimeout(resolve));
    times.push(performance.now() - begun);
    button.click();
    await nextFrame();
  }
  times.sort((a, b) => a - b);
  const at = (share) => Math.round(times[Math.floor(share * (times.length - 1))]);
  return { count, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
}
