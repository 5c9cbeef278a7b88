import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { OWNER } from "../support/console-session.ts";
import type { TestServer } from "../support/server.ts";

export { OWNER } from "../support/console-session.ts";

/** Calls home, which a closed network would refuse. */
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

/**
 * Features that are off. The last list on a command line counts, so these are Playwright's own that concern us, and the address
 * bar's menu: a whole Chromium, unlike its headless shell, loads that as two pages of its own for each context, which costs more
 * than the page under test.
 */
const FEATURES_OFF = [
  ...["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "PaintHolding"],
  ...["HttpsFirstBalancedModeAutoEnable", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect"],
  ...[
    "LensOverlay",
    "MediaRouter",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
  ],
  ...["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"],
];

/** A page of a test lives for seconds: what V8 would optimize in threads of its own is hardly run any more. */
const UNOPTIMIZED = "--js-flags=--no-maglev --no-turbofan";

let shared: Promise<Browser> | undefined;

/** A real Chromium: one for all the files that a worker runs. It ends with the worker. Each test opens contexts of its own. */
export async function launchBrowser(): Promise<Browser> {
  if (shared === undefined || !(await shared).isConnected()) shared = launch();
  return shared;
}

/** Ends everything that was opened in a browser, so that nothing of one file reaches the next. */
export async function closeContexts(browser: Browser | undefined): Promise<void> {
  await Promise.all(browser?.contexts().map((context) => context.close()) ?? []);
}

function launch(): Promise<Browser> {
  const { CHROMIUM_PATH } = process.env;
  if (CHROMIUM_PATH === undefined) throw new Error("CHROMIUM_PATH is not set: run this file by vitest.");
  const features = `--disable-features=${FEATURES_OFF}`;
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", UNOPTIMIZED, ...QUIET, features];
  return chromium.launch({ executablePath: CHROMIUM_PATH, args });
}

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

/**
 * A page that fails the test for what a person would not see: script errors and broken rules of the page's own policy. A refusal is no fault, nor is
 * 503, which says when to ask again: the console does, so search that is behind on a busy machine is part of every page's life. It asks for little
 * motion: to draw what fades and slides takes a good part of a file's processor time. `company.test.ts` sees all of it.
 */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    const expected = /status of (4\d\d|503)/.test(message.text());
    if (message.type() === "error" && !expected) faults.push(`${message.text()} ${message.location().url}`);
  });
  return { page, faults };
}

type Opened = Awaited<ReturnType<typeof openPage>>;

/**
 * Pages that tests use one after the other, one for each kind of reader: the console loads faster where it was loaded before.
 * For tests that only look. Each gets the page blank, wide and light.
 */
export class SharedPages<Reader> {
  private readonly open: (reader: Reader) => Promise<Opened>;
  private readonly opened = new Map<Reader, Promise<Opened>>();

  constructor(open: (reader: Reader) => Promise<Opened>) {
    this.open = open;
  }

  async for(reader: Reader): Promise<Opened> {
    const opening = this.opened.get(reader) ?? this.open(reader);
    this.opened.set(reader, opening);
    const { page, faults } = await opening;
    // By way of another page: an address that differs after its # alone would not be loaded. Of the same server: for any other
    // Chromium would begin a new process.
    if (page.url() !== "about:blank") await page.goto(new URL("/healthz", page.url()).href);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    faults.length = 0;
    return { page, faults };
  }
}
