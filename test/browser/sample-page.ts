import type { Browser, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { closeContexts, launchBrowser, openPage } from "./browser.ts";
import { openAcme } from "./people.ts";
import { sampleText } from "./sample.ts";

export const LOGS = "/settings/organization/audit-logs";
/** Five hours behind UTC in winter: its days are not UTC's. */
export const TIME_ZONE = "America/New_York";

/** Asks again until it holds. A busy machine takes its time. */
export const poll = <T>(ask: () => T) => expect.poll(ask, { timeout: 20_000 });

type State = Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>;

/** The audit logs of the sample events in a browser of that time zone, and what is read from the page again and again. */
export class SamplePage {
  readonly server: TestServer;
  readonly browser: Browser;
  readonly page: Page;
  readonly faults: string[];
  readonly key: string;
  /** Signs another page in. */
  readonly state: State;

  private constructor(parts: Pick<SamplePage, "server" | "browser" | "page" | "faults" | "key" | "state">) {
    this.server = parts.server;
    this.browser = parts.browser;
    this.page = parts.page;
    this.faults = parts.faults;
    this.key = parts.key;
    this.state = parts.state;
  }

  static async start(): Promise<SamplePage> {
    const server = await AppServer.start();
    const browser = await launchBrowser();
    const { page, faults } = await openPage(browser, { timezoneId: TIME_ZONE });
    await openAcme(page, server);
    const state = await page.context().storageState();
    const key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
    expect((await server.post(key, sampleText())).status).toBe(201);
    await server.caughtUp(key);
    return new SamplePage({ server, browser, page, faults, key, state });
  }

  async remove(): Promise<void> {
    await closeContexts(this.browser);
    await this.server.remove();
  }

  async open(search = ""): Promise<void> {
    await this.page.goto(`${this.server.url}${LOGS}${search}`);
    await this.status().getByText(/event/).waitFor();
  }

  status(): Locator {
    return this.page.getByRole("status", { name: "Number of events" });
  }

  chips(): Locator {
    return this.page.getByRole("list", { name: "Active filters" });
  }

  parameters(): URLSearchParams {
    return new URL(this.page.url()).searchParams;
  }

  /** NaN while they are on their way. */
  async events(): Promise<number> {
    return Number(/^([\d,]+) event/.exec((await this.status().textContent()) ?? "")?.[1]?.replace(",", ""));
  }

  async chipTexts(): Promise<string[]> {
    const texts = await this.chips()
      .getByRole("button", { name: /^Change/ })
      .allInnerTexts();
    return texts.map((text) => text.replace(/\s+/g, " ").replace("Change ", ""));
  }
}
