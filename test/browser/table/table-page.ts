import type { Page } from "playwright-core";
import type { TestServer } from "../../support/server.ts";

export const ZONE_OF_BROWSER = "Asia/Tokyo";

/** The page that the suites of the table share, and what they all do with it. */
export class TablePage {
  readonly server: TestServer;
  readonly page: Page;
  /** Reads and writes events of Acme. */
  readonly key: string;

  constructor(server: TestServer, page: Page, key: string) {
    this.server = server;
    this.page = page;
    this.key = key;
  }

  async open(search = "", on = this.page): Promise<void> {
    await on.goto(`${this.server.url}/settings/organization/audit-logs${search}`);
    await on.locator("[data-slot=expand]").first().waitFor();
  }

  async expand(search: string): Promise<void> {
    await this.open(search);
    await this.page.locator("[data-slot=expand]").first().click();
    await this.details().waitFor();
  }

  cell(column: string, place = 0) {
    return this.page.locator(`td[data-column=${column}]`).nth(place);
  }

  details() {
    return this.page.locator("[data-slot=log-detail]");
  }

  item(name: string | RegExp) {
    return this.page.getByRole("menuitem", { name });
  }

  query(): Record<string, string> {
    return Object.fromEntries(new URL(this.page.url()).searchParams);
  }

  clipboard(): Promise<string> {
    return this.page.evaluate<string>("navigator.clipboard.readText()");
  }

  /** The menu of a cell by right-click, and one of its items. */
  async choose(column: string, name: string | RegExp): Promise<void> {
    await this.cell(column).click({ button: "right" });
    await this.item(name).click();
    await this.page.getByRole("menu").waitFor({ state: "detached" });
  }
}

/** When a suite runs, its page is open. */
export type OpenTable = () => TablePage;
