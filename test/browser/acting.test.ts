import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { violations } from "./axe.ts";
import { launchBrowser, openPage, setUpInBrowser } from "./browser.ts";

/** Who acted for whom, and where from, when that is not an address. */

const ADA = { type: "user", id: "usr_ada", name: "Ada Byron", email: "ada@acme.example", role: "admin" };
const LONG = "Quarterly reconciliation assistant of the finance department";

let server: AppServer;
let browser: Browser;
let page: Page;
let faults: string[];

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  ({ page, faults } = await openPage(browser));
  await setUpInBrowser(page, server);
  const key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
  const act = (description: string, actor: object, ip: string) => ({
    ...{ action: "message.send", resource: { type: "message", id: "msg_1" }, description, actor },
    targets: [{ type: "channel", id: "chan_1", name: "Support inbox" }],
    context: { ip },
    metadata: { b: 1, "1": "one" },
  });
  const events = [
    act("An agent acted", { type: "agent", id: "agt_1", name: "Helper", role: "sender", on_behalf_of: ADA }, "unknown"),
    act("Support acted", { type: "user", id: "usr_sam", name: "Sam", role: "support", on_behalf_of: ADA }, "::1"),
    act("A long name acted", { type: "agent", id: "agt_2", name: LONG, on_behalf_of: ADA }, "10.0.0.1, 10.0.0.2"),
    act("Ada acted", ADA, "203.0.113.7:5123"),
  ];
  expect((await server.post(key, events)).status).toBe(201);
  await server.caughtUp(key);
});

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const row = (text: string) => page.locator("[data-index]").filter({ hasText: text });
const userOf = async (text: string) =>
  (await row(text).locator("[data-column=user]").innerText()).replaceAll(/\s+/g, " ");

async function open(): Promise<void> {
  await page.goto(`${server.url}/settings/organization/audit-logs?action=message.send`);
  await row("Ada acted").waitFor();
}

/** For whoever wants to look: into the directory that the environment names. */
async function screenshot(name: string): Promise<void> {
  const { DAYBOOK_SCREENSHOTS: into } = process.env;
  if (into !== undefined) await page.screenshot({ path: join(into, `${name}.png`), fullPage: true });
}

describe("an event of somebody who acted for another", () => {
  it("says so in its row: an agent is told apart from a support person, and both from the person", async () => {
    await open();
    expect(await userOf("An agent acted")).toBe("Agent Helper for Ada Byron Agent agt_1 sender");
    expect(await userOf("Support acted")).toBe("Sam for Ada Byron usr_sam support");
    expect(await userOf("Ada acted")).toBe("Ada Byron usr_ada admin");
    await screenshot("acting-rows");
    expect(await violations(page)).toEqual([]);
  });

  it("names the person it was done for in full, however long the actor's name is", async () => {
    await open();
    const principal = row("A long name acted").getByText("for Ada Byron", { exact: true });
    const { clipped, right } = await principal.evaluate((element) => ({
      clipped: element.scrollWidth > element.clientWidth,
      right: element.getBoundingClientRect().right,
    }));
    const cell = await row("A long name acted").locator("[data-column=user]").boundingBox();
    expect(clipped).toBe(false);
    expect(right).toBeLessThanOrEqual((cell?.x ?? 0) + (cell?.width ?? 0));
  });

  it("shows what was sent as an address and is not one", async () => {
    await open();
    expect(await row("An agent acted").locator("[data-column=ip]").innerText()).toBe("unknown");
    expect(await row("Ada acted").locator("[data-column=ip]").innerText()).toContain("203.0.113.7");
    expect(await row("Ada acted").locator("[data-column=ip]").innerText()).not.toContain("5123");
  });

  it("says for whom, in the details", async () => {
    await open();
    await row("An agent acted")
      .getByRole("button", { name: /^Expand/ })
      .click();
    const details = page.locator("[data-slot=log-detail]");
    const facts = await details.locator("dl").innerText();
    for (const fact of [
      ["On behalf of", "Ada Byron, admin"],
      ["On behalf of ID", "usr_ada"],
      ["On behalf of e-mail", "ada@acme.example"],
      ["IP Address", "unknown"],
      ["Further resource 1", "channel chan_1 (Support inbox)"],
    ]) {
      expect(facts).toContain(fact.join("\n"));
    }
    await screenshot("acting-details");
    expect(await violations(page)).toEqual([]);
  });

  it("fits a phone", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open();
    await page.getByText("for Ada Byron").first().waitFor();
    expect(await page.locator("html").evaluate((html) => html.scrollWidth)).toBeLessThanOrEqual(390);
    await screenshot("acting-phone");
    expect(await violations(page)).toEqual([]);
  });
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults).toEqual([]);
});
