import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { SIZES, smallTargets, violations } from "./axe.ts";
import { closeContexts, launchBrowser, openPage } from "./browser.ts";
import { HOSTILE, hostileEvents } from "./hostile.ts";
import { layoutAt } from "./layout.ts";
import { openAcme } from "./people.ts";
import { ago, DAY_MS, RESOURCE_ID, sampleText, USER_ID } from "./sample.ts";

/** The rows, their menus and their details. */

const ZONE = "Asia/Tokyo";

let server: TestServer;
let browser: Browser;
let page: Page;
let faults: string[];
let key: string;
let state: Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>;

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  ({ page, faults } = await openPage(browser, {
    permissions: ["clipboard-read", "clipboard-write"],
    timezoneId: ZONE,
  }));
  await openAcme(page, server);
  state = await page.context().storageState();
  key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
  expect((await server.post(key, sampleText())).status).toBe(201);
  const actor = { type: "user", id: "u_kin" };
  const kin = ["First step", "Second step", "Third step"].map((description, at) => ({
    id: `kin-${at}`,
    action: "db.create",
    actor,
    resource: { type: "db", id: `db_kin_${at}` },
    timestamp: ago(7_200_000 + at * 1000),
    description,
    context: { ip: "198.51.100.9", request_id: "req_kin" },
    metadata: { before: { tags: ["a", "c"] }, after: { tags: ["a", "b", "c"], a_rather_long_field_name: 1 } },
  }));
  const linked = {
    id: "long-ago",
    action: "db.delete",
    actor,
    resource: { type: "db" },
    timestamp: ago(50 * DAY_MS),
    description: "Linked from afar",
  };
  expect((await server.post(key, [...kin, linked])).status).toBe(201);
  await server.caughtUp(key);
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

async function open(search = "", on = page): Promise<void> {
  await on.goto(`${server.url}/settings/organization/audit-logs${search}`);
  await on.locator("[data-slot=expand]").first().waitFor();
}

const cell = (column: string, place = 0) => page.locator(`td[data-column=${column}]`).nth(place);
const item = (name: string | RegExp) => page.getByRole("menuitem", { name });
const query = () => Object.fromEntries(new URL(page.url()).searchParams);
const clipboard = () => page.evaluate<string>("navigator.clipboard.readText()");

/** The menu of a cell by right-click, and one of its items. */
async function choose(column: string, name: string | RegExp): Promise<void> {
  await cell(column).click({ button: "right" });
  await item(name).click();
  await expect.poll(() => page.getByRole("menu").count()).toBe(0);
}

describe("a cell's menu", () => {
  it("filters for what is there, and leaves it out", async () => {
    await open("?q=refund+period");
    await choose("action", "Filter for knowledge.*");
    expect(query()).toEqual({ q: "refund period", action: "knowledge.*" });
    await open();
    await choose("action", /^Exclude (?!outcome |.*\*)/);
    expect(query().action).toMatch(/^-/);
    await open("?q=refund+period");
    await choose("ip", "Filter for this address");
    expect(query().ip).toBe("2001:db8:1111:2222:3333:4444:5555:6666");
  });

  it("leads to what happened around, to all by this user and to this resource's history", async () => {
    await open("?q=refund+period");
    await choose("timestamp", "±15 min around");
    const { start = "", end = "" } = query();
    expect(Date.parse(end) - Date.parse(start)).toBe(30 * 60_000);
    await page.goBack();
    await expect.poll(query).toEqual({ q: "refund period" });
    await choose("user", "All by this user");
    expect(query()).toEqual({ actor_id: USER_ID });
    await open("?q=refund+period");
    await choose("resource", /history/);
    expect(query()).toEqual({ resource_id: RESOURCE_ID, resource_type: "knowledge" });
    await expect.poll(() => page.getByRole("status", { name: "Number of events" }).textContent()).toBe("1 event");
  });

  it("opens a panel about the user or the resource, which leads on and gives the focus back", async () => {
    await open("?q=refund+period");
    await choose("user", "About this user");
    const about = page.getByRole("dialog", { name: "Grace Hopper" });
    const section = (name: RegExp) => about.getByRole("region", { name });
    await expect
      .poll(() => about.innerText())
      .toMatch(/First seen\s+\d{4}-[\s\S]+Last seen\s+\d{4}-[\s\S]+128 of all time/);
    await expect.poll(() => section(/^Failures/).innerText()).toContain("1 failed");
    await expect
      .poll(() =>
        section(/^Addresses/)
          .getByRole("listitem")
          .count(),
      )
      .toBe(2);
    await expect.poll(() => section(/^Devices/).innerText()).toMatch(/Firefox 144.0 on Linux, desktop\s+1/);
    await expect.poll(() => section(/^Roles/).innerText()).toMatch(/admin\s+128/);
    expect(
      await section(/^Last events/)
        .getByRole("listitem")
        .count(),
    ).toBe(8);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize(SIZES.narrow);
    expect(await violations(page)).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    await page.setViewportSize(SIZES.wide);
    await section(/^Failures/)
      .getByRole("button", { name: "1 failed" })
      .click();
    await expect.poll(query).toEqual({ actor_id: USER_ID, outcome: "failure" });
    await expect.poll(() => about.count()).toBe(0);

    await open("?q=refund+period");
    await page.locator("[data-slot=expand]").first().click();
    await page.getByRole("button", { name: "About this resource" }).click();
    const resource = page.getByRole("dialog", { name: "Refund policy" });
    await expect.poll(() => resource.getByRole("region", { name: /^Users/ }).innerText()).toMatch(/Grace Hopper\s+1/);
    await expect
      .poll(() => resource.getByRole("region", { name: "Changes of refund_days" }).innerText())
      .toMatch(/14\s+30/);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(":focus").textContent()).toBe("About this resource");
  });

  it("groups all matches by user, address or resource, each a way to its rows", async () => {
    await open("?q=channel+number");
    await page.getByRole("button", { name: "Group by" }).click();
    await page.getByRole("menuitemradio", { name: "User" }).click();
    await page.keyboard.press("Escape");
    const groups = page.getByRole("list", { name: "Events by User" });
    await expect.poll(() => groups.innerText()).toMatch(/^Grace Hopper [\s\S]+120 events/);
    await groups.getByRole("button", { name: "Newest events of Grace Hopper" }).click();
    await expect.poll(() => groups.getByText("Created channel number 0").count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize(SIZES.narrow);
    expect(await violations(page)).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    await page.setViewportSize(SIZES.wide);
    await groups.getByRole("button", { name: /^Grace Hopper/ }).click();
    await expect.poll(query).toEqual({ q: "channel number", actor_id: USER_ID });
    await page.locator("[data-slot=expand]").first().waitFor();
  });

  it("copies the whole of what is cut short", async () => {
    await open("?q=refund+period");
    await choose("user", "Copy user ID");
    await page.getByText("user ID copied").waitFor();
    expect(await clipboard()).toBe(USER_ID);
  });

  it("opens from the button that comes under the pointer, and by Shift+F10, and gives the focus back", async () => {
    await open("?q=refund+period");
    await cell("resource").hover();
    await page.getByRole("button", { name: "Menu of this cell: resource" }).click();
    await item(/history/).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("[data-slot=expand]").first().focus();
    await page.keyboard.press("Shift+F10");
    await expect
      .poll(() => page.getByRole("menu").textContent())
      .toMatch(/Timestamp.*Action.*Resource.*User.*Description.*IP Address/);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate("document.activeElement?.dataset.slot")).toBe("expand");
  });
});

describe("the time", () => {
  it("is reported in other words under the pointer and at the focus, until Escape", async () => {
    await open("?q=refund+period");
    const tip = page.getByRole("tooltip");
    await cell("timestamp").hover();
    expect(await tip.innerText()).toMatch(/ago|just now/);
    expect(await tip.innerText()).toMatch(/Epoch\s+\d{13} ms/);
    await page.mouse.move(0, 0);
    await expect.poll(() => tip.count()).toBe(0);
    await cell("timestamp").focus();
    await tip.waitFor();
    expect(await cell("timestamp").getAttribute("aria-describedby")).toBe(await tip.getAttribute("id"));
    await page.keyboard.press("Escape");
    await expect.poll(() => tip.count()).toBe(0);
  });

  it("is shown in the zone that is chosen in its heading, everywhere", async () => {
    await open("?q=refund+period");
    const utc = (await cell("timestamp").textContent()) ?? "";
    await page.getByRole("button", { name: "Time zone: UTC" }).click();
    await page.getByRole("menuitemradio", { name: /This browser/ }).click();
    await page.keyboard.press("Escape");
    const away = Date.parse(`${utc.replace(" ", "T")}Z`) + 9 * 3_600_000;
    await expect
      .poll(() => cell("timestamp").textContent())
      .toBe(new Date(away).toISOString().slice(0, 19).replace("T", " "));
    expect(query().tz).toBe(ZONE);
  });
});

it("marks an address the user was not seen from, reported with the page itself", async () => {
  const asked: string[] = [];
  const note = (request: { url: () => string }) => asked.push(new URL(request.url()).pathname);
  page.on("request", note);
  await open("?actor_id=u_kin&range=90d");
  page.off("request", note);
  expect(asked.filter((path) => path === "/v1/events")).toHaveLength(1);
  const marks = page.getByText("New IP");
  // The oldest of the three was the first from there.
  await expect.poll(() => marks.count()).toBe(1);
  expect(await page.getByRole("row").filter({ has: marks }).textContent()).toContain("Third step");
});

const details = () => page.locator("[data-slot=log-detail]");

async function expand(search: string): Promise<void> {
  await open(search);
  await page.locator("[data-slot=expand]").first().click();
  await details().waitFor();
}

describe("the details", () => {
  it("compare lists by element, also where metadata holds both sides", async () => {
    await expand("?resource_id=db_kin_0");
    const changes = page.getByRole("region", { name: "Changes" });
    expect((await changes.getByRole("row").allInnerTexts()).slice(1).map((text) => text.split(/\s+/))).toEqual([
      ["tags[1]", "—", '"b"'],
      ["a_rather_long_field_name", "—", "1"],
    ]);
  });

  it("show metadata as a tree in its order, and the entry to the byte", async () => {
    await expand("?q=refund+period");
    await page.getByRole("tab", { name: "Tree" }).click();
    const metadata = page.getByRole("region", { name: "Metadata" });
    await metadata.getByText("nested").waitFor();
    expect(await metadata.getByRole("list").first().innerText()).toMatch(/2: "two"\s+1: "one"\s+nested/);
    await metadata.getByRole("button", { name: /^nested/ }).click();
    expect(await metadata.getByRole("list").count()).toBe(1);
    await metadata.getByRole("button", { name: "Filter for this 2" }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("metadata.2")).toBe("two");
    await expand("?q=refund+period");
    await page.getByRole("tab", { name: "Raw" }).click();
    const body = metadata.getByRole("group", { name: "The entry's body" });
    await body.waitFor();
    const { data } = (await (await server.fetch("/v1/events?q=refund+period", {}, key)).json()) as {
      data: { id: string }[];
    };
    const entry = await (await server.fetch(`/v1/events/${data[0]?.id}/entry`, {}, key)).text();
    expect(await body.locator("pre").innerText()).toBe(entry.split("\n")[1]);
    expect(await metadata.getByRole("group", { name: "The entry's header" }).locator("pre").innerText()).toBe(
      entry.split("\n")[0],
    );
    for (const label of ["User ID", "Resource ID", "IP Address", "Tenant ID", "User Agent"]) {
      expect(await details().getByText(label, { exact: true }).first().isVisible()).toBe(true);
    }
  });

  it("say what the user agent is, and where the event is in the log", async () => {
    await expand("?q=refund+period");
    await details().getByText("Firefox 144.0 on Linux, desktop").waitFor();
    expect(await details().getByRole("region", { name: "Integrity" }).innerText()).toMatch(
      /Entry \d+[\s\S]*Recorded \d{4}[\s\S]*Leaf hash/,
    );
  });

  it("lead to every event of the same request", async () => {
    await expand("?actor_id=u_kin");
    await details().getByRole("link", { name: "Events of this request" }).click();
    await expect.poll(() => page.url()).toContain("request_id=");
    expect(page.url()).not.toContain("actor_id");
    await expect.poll(() => page.getByText("3 events", { exact: true }).count()).toBeGreaterThan(0);
  });
});

describe("a linked event", () => {
  it("is opened where it is among the rows", async () => {
    await open("?event=kin-1");
    await details().waitFor();
    expect(await page.locator("tbody", { has: details() }).textContent()).toContain("Second step");
    expect(await page.locator("[data-slot=linked-event]").count()).toBe(0);
  });

  it("leads to its row once: rows that are read again leave the reader where they are", async () => {
    await open("?event=kin-1");
    await details().waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => details().count()).toBe(0);
    const refresh = page.getByRole("button", { name: "Refresh" });
    const read = page.waitForResponse((response) => /\/v1\/events\?/.test(response.url()));
    await refresh.focus();
    await refresh.press("Enter");
    await read;
    await expect.poll(() => page.locator("[aria-busy=true]").count()).toBe(0);
    expect(await details().count()).toBe(0);
  });

  it("stays while the time zone changes", async () => {
    await open("?event=long-ago");
    const frame = page.getByRole("region", { name: "Linked event" });
    await frame.getByText("Linked from afar").waitFor();
    await page.getByRole("button", { name: /^Time zone/ }).click();
    await page.getByRole("menuitemradio", { name: /This browser/ }).click();
    await expect.poll(() => query()).toEqual({ event: "long-ago", tz: ZONE });
    await page.keyboard.press("Escape");
    expect(await frame.count()).toBe(1);
  });

  it("is shown by itself above them when they do not hold it, and can be closed", async () => {
    await open("?event=long-ago");
    const frame = page.getByRole("region", { name: "Linked event" });
    await frame.getByText("Linked from afar").waitFor();
    expect(await frame.getByRole("link", { name: "Permalink" }).getAttribute("href")).toContain("event=long-ago");
    await frame.getByRole("button", { name: "Close the linked event" }).click();
    await expect.poll(() => frame.count()).toBe(0);
    expect(page.url()).not.toContain("event=");
  });

  it("that is not there is said to be not there", async () => {
    await open("?event=never-was");
    await page.getByText("There is no event with the id this link names").waitFor();
  });
});

describe("at any width", () => {
  const SEVEN = ["Expand", "Timestamp", "Action", "Resource", "User", "Description", "IP Address"];

  it("shows 12 rows at 1280×800 and 15 at 1440×900", async () => {
    await open("?range=90d");
    expect((await layoutAt(page, { width: 1280, height: 800 })).rows).toBeGreaterThanOrEqual(12);
    expect((await layoutAt(page, { width: 1440, height: 900 })).rows).toBeGreaterThanOrEqual(15);
  });

  it.each(["folded", "open"])("clips and covers nothing beside a sidebar that is %s", async (sidebar) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await open("?range=90d");
    await page.getByRole("button", { name: sidebar === "open" ? "Open sidebar" : "Fold sidebar" }).click();
    for (const width of [820, 1100, 1152, 1280, 1366, 1440, 1920, 2560]) {
      const layout = await layoutAt(page, { width, height: 900 });
      const told = `${width} px: ${JSON.stringify(layout)}`;
      expect(layout.faults, told).toEqual([]);
      expect(layout.description ?? 288, told).toBeGreaterThanOrEqual(288);
      if (width === 820) expect(layout.cardsPerLine).toBe(2);
      if (width >= 1366) expect(layout.columns).toEqual(SEVEN);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it("keeps rows as high as they were asked for", async () => {
    const height = () => cell("action").evaluate((td) => (td as unknown as { offsetHeight: number }).offsetHeight);
    expect(await height()).toBe(36);
    const comfortable = page.getByRole("button", { name: "Comfortable rows" });
    await comfortable.click();
    await page.reload();
    await cell("action").waitFor();
    expect(await height()).toBe(49);
    await comfortable.click();
    expect(await height()).toBe(36);
  });
});

describe("hostile text", () => {
  const dimensions = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

  beforeAll(async () => {
    const answer = (await (await server.post(key, hostileEvents())).json()) as { results: { error?: unknown }[] };
    expect(answer.results.filter(({ error }) => error)).toEqual([]);
    await server.caughtUp(key);
  });

  it.each(Object.keys(dimensions) as (keyof typeof dimensions)[])(
    "is shown for what it is, on a %s screen",
    async (size) => {
      const { page: own, faults: wrong } = await openPage(browser, { viewport: dimensions[size], storageState: state });
      await open("?action=db.update&range=1h", own);
      const buttons = own.locator("[data-slot=expand]");
      expect(await buttons.count()).toBeGreaterThanOrEqual(Object.keys(HOSTILE).length);
      for (const button of await buttons.all()) {
        await button.click();
        await own.locator("[data-slot=log-detail]").waitFor();
        expect(await own.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
        await button.click();
        await expect.poll(() => own.locator("[data-slot=log-detail]").count()).toBe(0);
      }
      await open("?event=hostile-bidi", own);
      const shown = await own.locator("[data-slot=log-detail]").innerText();
      expect(shown).toContain("admin\\u202etxt.exe\\u202c");
      expect(shown).not.toMatch(/\p{Bidi_Control}/u);
      expect(await own.title()).toBe("Audit Logs · Daybook");
      expect(wrong).toEqual([]);
      await own.context().close();
    },
  );
});

describe("at 390 pixels", () => {
  it("cards have the same menus, at buttons large enough for a finger, and whole field names in Changes", async () => {
    const { page: own } = await openPage(browser, { viewport: { width: 390, height: 844 }, storageState: state });
    await open("?resource_id=db_kin_0", own);
    const button = own.getByRole("button", { name: /^Menu of db\.create/ });
    const box = await button.boundingBox();
    expect([box?.width, box?.height]).toEqual([44, 44]);
    await button.click();
    const menu = own.getByRole("menu");
    await menu.getByRole("menuitem", { name: /history/ }).waitFor();
    for (const entry of await menu.getByRole("menuitem").all()) {
      expect((await entry.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    }
    await menu.getByRole("menuitem", { name: "All by this user" }).click();
    await expect.poll(() => own.url()).toContain("actor_id=u_kin");
    await own.goBack();
    await own.locator("[data-slot=expand]").click();
    const field = own.getByRole("rowheader", { name: "a_rather_long_field_name" });
    expect((await field.boundingBox())?.height).toBeLessThan(30);
    await own.context().close();
  });
});

describe("when the server is away", () => {
  it("the rows stay, the fault is reported with a way to try again", async () => {
    await open("?resource_id=db_kin_0");
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Refresh" }).click();
    const alert = page.getByRole("alert");
    await alert.waitFor({ timeout: 20_000 });
    expect(await alert.innerText()).toMatch(/cannot be reached[\s\S]*rows below/);
    expect(await page.locator("[data-slot=expand]").count()).toBe(1);
    await page.context().setOffline(false);
    await alert.getByRole("button", { name: "Retry" }).click();
    await expect.poll(() => alert.count(), { timeout: 20_000 }).toBe(0);
  });
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault))).toEqual([]);
});
