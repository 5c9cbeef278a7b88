import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { positionAt } from "../support/positions.ts";
import type { TestServer } from "../support/server.ts";
import { SIZES, sidewaysPx, smallTargets, violations } from "./axe.ts";
import { closeContexts, launchBrowser } from "./browser.ts";
import { call, foundAcme, keyOf, openAs, type Person } from "./people.ts";
import { sampleText } from "./sample.ts";

/** The ways to begin, and the review of a period: looked through, signed off, exported; then what is new since. */

const LOGS = "/settings/organization/audit-logs";

let server: TestServer;
let browser: Browser;
let owner: Person;
let key: string;
let page: Page;
let faults: string[];

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  owner = await foundAcme(server);
  key = await keyOf(server, owner, "acme", "events:write", "events:read");
  expect((await server.post(key, sampleText())).status).toBe(201);
  await send("203.0.113.66", "203.0.113.67", "198.51.100.7");
  // The third attempt is in the sample, by another user.
  await post([acted("auth.login", "203.0.113.70"), acted("api_key.create", "203.0.113.70")]);
  ({ page, faults } = await openAs(browser, server, owner));
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

const EVE = { type: "user", id: "u_1", name: "Eve" };
const acted = (action: string, ip: string, rest: object = {}) => ({
  action,
  actor: EVE,
  resource: { type: "session" },
  context: { ip },
  ...rest,
});

/** Failed sign-ins from these addresses. */
async function send(...addresses: string[]): Promise<void> {
  const events = addresses.map((ip) => acted("auth.login", ip, { outcome: "denied" }));
  await post(events);
}

async function post(events: readonly object[]): Promise<void> {
  expect((await server.post(key, events)).status).toBe(201);
  await server.caughtUp(key);
}

const poll = <T>(ask: () => T) => expect.poll(ask, { timeout: 20_000 });
const status = (on = page) => on.getByRole("status", { name: "Number of events" });
const story = (name: string) => page.getByRole("region", { name: "Start here" }).getByRole("button", { name });
const networks = (on = page) => on.getByRole("table", { name: "Networks" });
const reviewButton = (on = page) => on.getByRole("button", { name: "Review", exact: true });
const item = (name: string | RegExp, on = page) => on.getByRole("menuitem", { name });
const parameters = () => new URL(page.url()).searchParams;
const signOffDialog = (on = page) => on.getByRole("dialog", { name: "Mark as reviewed" });

async function open(search = "", on = page): Promise<void> {
  await on.goto(`${server.url}${LOGS}${search}`);
  await status(on).getByText(/event/).waitFor();
  await reviewButton(on).waitFor();
}

it("begins with failed sign-ins by network, one of them or one address a click away", async () => {
  await open("?q=left+over");
  await story("Failed sign-ins by network").click();
  await poll(() => [...parameters()].map((pair) => pair.join("="))).toEqual([
    "action=auth.login",
    "outcome=failure",
    "outcome=denied",
  ]);
  const rows = networks().getByRole("row");
  await poll(() => rows.allInnerTexts()).toEqual([
    expect.stringMatching(/^Network\s+Attempts\s+Accounts\s+First\s+Last\s+Succeeded after\?/),
    expect.stringMatching(/^203\.0\.113\.0\/24\s+3\s+2\s[\s\S]+Yes, \d{4}/),
    expect.stringMatching(/^198\.51\.100\.0\/24\s+1\s+1\s[\s\S]+No/),
  ]);
  const last = networks().getByRole("button", { name: "198.51.100.0/24", exact: true });
  await last.click();
  await poll(() => status().textContent()).toBe("1 event");
  expect(await last.getAttribute("aria-pressed")).toBe("true");
  expect(await rows.count()).toBe(3);
  await last.click();
  await poll(() => status().textContent()).toBe("4 events");
  await networks().getByRole("button", { name: "Addresses of 203.0.113.0/24" }).click();
  const address = networks().getByRole("button", { name: "203.0.113.66", exact: true });
  await address.waitFor();
  expect(await violations(page)).toEqual([]);
  await address.click();
  await poll(() => status().textContent()).toBe("2 events");
});

it("reads on from there what happened next, oldest first", async () => {
  await open("?action=auth.login&outcome=failure&outcome=denied");
  await networks().getByRole("button", { name: "What happened next" }).first().click();
  await poll(() => parameters().get("order")).toBe("asc");
  expect(parameters().get("ip")).toBe("203.0.113.0/24");
  const shown = page.locator("[data-slot=log-rows]").getByRole("row");
  const actions = async () =>
    (await shown.allInnerTexts()).slice(1).map((row) => /api_key\.create|auth\.login/.exec(row)?.[0]);
  await poll(async () => (await actions()).slice(-2)).toEqual(["auth.login", "api_key.create"]);
  expect(new Set(await actions())).toEqual(new Set(["auth.login", "api_key.create"]));
});

it("follows the changes of a resource over all matches, field by field, also of actions that only the data holds", async () => {
  await open();
  await story("Changes of a resource over time").click();
  await poll(() => parameters().getAll("action")).toContain("knowledge.update");
  await poll(() => parameters().getAll("action")).toContain("billing.update");
  await page
    .getByRole("list", { name: "Resources" })
    .getByRole("button", { name: /Refund policy/ })
    .click();
  await poll(() => parameters().get("resource_type")).toBe("knowledge");
  const field = page.getByRole("region", { name: "Changes of refund_days" });
  await poll(() => field.innerText()).toMatch(/refund_days 1\s+\d{4}-[\s\S]+Grace Hopper\s+14\s+30/);
  await field.getByTitle("Show this event").click();
  await poll(() => page.getByRole("region", { name: "Changes", exact: true }).innerText()).toMatch(
    /refund_days[\s\S]*14[\s\S]*30/,
  );
  await page.getByRole("button", { name: "Another resource" }).click();
  await page.getByLabel("Resource ID to follow").fill("db_1");
  await page.getByRole("button", { name: "Follow" }).click();
  await poll(() => status().textContent()).toBe("1 event");
});

it("begins with the actions that the organization watches, which are marked", async () => {
  await open();
  await story("Sensitive actions").click();
  await poll(() => parameters().getAll("action")).toEqual(expect.arrayContaining(["api_key.*", "db.delete"]));
  const rows = page.locator("[data-slot=log-rows] tbody[data-index]");
  const marks = page.locator("[data-slot=log-rows] [data-slot=sensitive]");
  await poll(async () => (await rows.count()) > 0 && (await marks.count()) === (await rows.count())).toBe(true);
  await open("?action=message.send");
  await poll(() => rows.count()).toBe(1);
  expect(await marks.count()).toBe(0);
});

it("can put the ways to begin away, which is remembered, and finds them again", async () => {
  await open();
  await page.getByRole("button", { name: "Hide the starting points" }).click();
  await poll(() => page.getByRole("region", { name: "Start here" }).count()).toBe(0);
  await open();
  expect(await page.getByRole("region", { name: "Start here" }).count()).toBe(0);
  await page.getByRole("button", { name: "Start here" }).click();
  await item("Always show these").click();
  await story("Failed sign-ins by network").waitFor();
});

it("goes through a period: looks at it, signs it off with a note, exports it", async () => {
  await open();
  await story("Compliance review of a period").click();
  await page.getByRole("button", { name: "Last month" }).waitFor();
  expect(await page.getByRole("button", { name: "Last month" }).getAttribute("aria-pressed")).toBe("true");
  expect(parameters().get("end")).not.toBe(null);
  await page
    .getByRole("button", { name: "Last 30 days" })
    .or(page.getByRole("button", { name: /^30d/ }))
    .click();
  await poll(async () => Number.parseInt((await status().textContent()) ?? "", 10)).toBeGreaterThan(130);
  const shown = await status().textContent();

  await page.getByRole("button", { name: "Mark reviewed…" }).click();
  await signOffDialog().getByText(String(shown)).waitFor();
  const scope = (await signOffDialog().locator("dl").innerText()).replace(/\s+/g, " ");
  expect(scope).toContain(`Events ${shown}`);
  expect(scope).toMatch(/As of position [\d,]+ of the log/);
  await signOffDialog().getByRole("button", { name: "Next: summary" }).click();
  const summary = signOffDialog().getByRole("region", { name: "Summary" });
  await summary
    .getByRole("table", { name: "By action" })
    .getByRole("row", { name: /^auth\.login \d+$/ })
    .waitFor();
  await summary
    .getByRole("table", { name: "By person" })
    .getByRole("row", { name: /^Eve \d+$/ })
    .waitFor();
  await poll(() => page.locator(":focus").getAttribute("name")).toBe("note");
  await signOffDialog().getByLabel("Note").fill("Nothing unusual.");
  await signOffDialog().getByRole("button", { name: "Sign off" }).click();
  await signOffDialog().getByText(`Signed off: ${shown}`).waitFor();
  await signOffDialog().getByRole("button", { name: "Done" }).click();
  await poll(() => page.locator(":focus").textContent()).toBe("Mark reviewed…");

  await page.getByRole("button", { name: "Export…" }).click();
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  await waiting;
  await page.keyboard.press("Escape");
  await poll(() => page.getByRole("listitem").filter({ hasText: "Done: " }).count()).toBe(3);

  await server.caughtUp(key);
  const recorded = await call(server, owner, "GET", "/v1/events?tenant_id=acme&action=audit_log.review");
  const { data } = (await recorded.json()) as { data: { metadata: Record<string, unknown> }[] };
  expect(data[0]?.metadata).toMatchObject({ note: "Nothing unusual.", count: Number.parseInt(shown ?? "", 10) });
});

it("shows what is new since, says since whose review, and what the review was of", async () => {
  await send("192.0.2.1", "192.0.2.2");
  // Recorded since, of an earlier time: not of the range, but not passed over either.
  const late = {
    action: "auth.login",
    actor: { type: "user" },
    resource: { type: "session" },
    timestamp: "2024-02-03T00:00:00Z",
  };
  expect((await server.post(key, late)).status).toBe(201);
  await server.caughtUp(key);
  await open();
  await reviewButton().focus();
  await page.keyboard.press("Enter");
  await page.getByText(/^Last review: /).waitFor();
  await item("New since last review").click();
  const banner = page.getByRole("status", { name: "New since" });
  await banner.getByText(new RegExp(`recorded since .*${owner.name}.*’s review of `)).waitFor();
  const fresh = page.getByRole("row").filter({ hasText: "192.0.2." });
  await poll(() => fresh.count()).toBe(2);
  await poll(() => page.getByRole("row").filter({ hasText: "203.0.113.66" }).count()).toBe(0);
  await banner.getByText("1 more happened before this range.").waitFor();
  await banner.getByRole("button", { name: "Show them too" }).click();
  await page.getByRole("row").filter({ hasText: "2024-02-03" }).waitFor();

  await reviewButton().click();
  await item("Earlier reviews…").click();
  const list = page.getByRole("list", { name: "Earlier reviews" });
  await list.getByText("Nothing unusual.").waitFor();
  await list.getByRole("button", { name: "Show what was reviewed" }).click();
  await page.getByRole("status", { name: "Pinned" }).waitFor();
  await poll(() => fresh.count()).toBe(0);
  await page.getByRole("row").filter({ hasText: "203.0.113.66" }).first().waitFor();
});

it("says when the next review is due, and offers the time outside office hours", async () => {
  const settings = { review_due: "mon", office_hours: "mon-sun 00:00-24:00" };
  expect((await call(server, owner, "PATCH", "/v1/organizations/acme", settings)).status).toBe(200);
  await open();
  await poll(() => reviewButton().getAttribute("title")).toMatch(/^Weekly, due Monday \d{4}-\d\d-\d\d$/);
  await reviewButton().click();
  await page.getByText(/^Weekly, due Monday/).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "More ranges" }).click();
  await item(/^Last quarter/).waitFor();
  await item(/^Outside office hours/).click();
  await poll(() => parameters().get("not_time_of_day")).toBe("mon-sun 00:00-24:00");
  await poll(() => status().textContent()).toBe("0 events");
});

it("offers no review and no saved views where nobody is signed in, but the ways to begin", async () => {
  const platform = await keyOf(server, owner, "daybook", "events:read");
  const response = await server.fetch(
    "/v1/viewer-tokens",
    { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ organization: "acme" }) },
    platform,
  );
  const { url } = (await response.json()) as { url: string };
  const embedded = await openAs(browser, server, undefined);
  await embedded.page.goto(url);
  await embedded.page.getByRole("button", { name: /Failed sign-ins by network/ }).click();
  await networks(embedded.page).getByRole("button").first().waitFor();
  expect(await reviewButton(embedded.page).count()).toBe(0);
  expect(await embedded.page.getByRole("button", { name: "Saved views" }).count()).toBe(0);
  await embedded.page.getByRole("button", { name: "Formats and details" }).click();
  const waiting = embedded.page.waitForEvent("download");
  await embedded.page.getByRole("button", { name: "Download" }).click();
  await waiting;
  expect(embedded.faults).toEqual([]);
  await embedded.page.context().close();
});

it.each(["light", "dark"] as const)("has no accessibility violation, %s, wide and narrow", async (colorScheme) => {
  for (const viewport of Object.values(SIZES)) {
    const opened = await openAs(browser, server, owner, { viewport, colorScheme });
    const there = opened.page;
    const check = async () => {
      expect(await violations(there)).toEqual([]);
      expect(await sidewaysPx(there)).toBe(0);
      if (viewport === SIZES.narrow) expect(await smallTargets(there)).toEqual([]);
    };
    const since = await positionAt(server, key, 3);
    await open(`?action=auth.login&outcome=failure&outcome=denied&since=${since}`, there);
    await networks(there).getByRole("button", { name: "Addresses of 203.0.113.0/24" }).click();
    await networks(there).getByRole("button", { name: "203.0.113.66", exact: true }).waitFor();
    await there.getByText(/recorded since/).waitFor();
    await check();
    await reviewButton(there).click();
    await there.getByText(/^Last review: /).waitFor();
    await check();
    await item("Earlier reviews…", there).click();
    await there.getByRole("list", { name: "Earlier reviews" }).waitFor();
    await check();
    await there.getByRole("button", { name: "Close" }).first().click();
    await there.getByRole("button", { name: "Mark reviewed…" }).click();
    await signOffDialog(there).getByRole("button", { name: "Next: summary" }).click();
    await signOffDialog(there).getByRole("table", { name: "By person" }).waitFor();
    await check();
    await open("?action=db.update&action=channel.update", there);
    await there.getByRole("list", { name: "Resources" }).getByRole("button").first().waitFor();
    await check();
    await there.getByRole("list", { name: "Resources" }).getByRole("button").first().click();
    await there
      .getByRole("region", { name: /^Changes of/ })
      .first()
      .waitFor();
    await check();
    await there.context().close();
  }
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults).toEqual([]);
});
