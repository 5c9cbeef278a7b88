import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { inEverySize, inEveryTheme, SIZES, sidewaysPx, violations } from "./axe.ts";
import { closeContexts, launchBrowser, OWNER, openPage, SharedPages } from "./browser.ts";
import { openAcme } from "./people.ts";

const LOGS = "/settings/organization/audit-logs";

let server: TestServer;
let browser: Browser;
/** Signed in. */
let state: Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>;

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  const { page } = await openPage(browser);
  await openAcme(page, server);
  state = await page.context().storageState();
  const key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
  const actor = { type: "user", id: "9f1c7a52-6f0e-4b1d-8a77", name: "Grace Hopper", role: "admin" };
  const families = ["auth.login", "api_key.create", "knowledge.update", "message.send", "channel.create", "db.delete"];
  const events = families.map((action, at) => ({
    action,
    actor,
    outcome: at % 2 === 0 ? "failure" : "success",
    resource: { type: "thing", id: `thing_${at}` },
    description: "Did something to a thing",
    context: { ip: "203.0.113.7", user_agent: "curl/8" },
    changes: [{ path: "size", before: 1, after: { wide: true } }],
    metadata: { nested: { list: [1, 2] } },
  }));
  expect((await server.post(key, events)).status).toBe(201);
  await server.searchable(key, families.length);
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

it("reports a fault that is there", async () => {
  const { page } = await openPage(browser);
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel("Password").waitFor();
  await page.evaluate("document.querySelector('main, body').append(document.createElement('img'))");
  expect(await violations(page)).toEqual([expect.stringContaining("image-alt")]);
  await page.context().close();
});

/** On a phone they are in a sheet. */
async function openFilters(page: Page): Promise<void> {
  await page.getByText("Did something to a thing").first().or(page.getByText("No events match")).first().waitFor();
  const button = page.getByRole("button", { name: /^Filters/ });
  if (await button.isVisible()) await button.click();
}

interface State {
  readonly name: string;
  readonly path: string;
  /** Begins without a session. */
  readonly signedOut?: true;
  /** Is not the same in another size: each is gone to by itself. */
  readonly apart?: true;
  readonly ready: (page: Page) => Promise<unknown>;
}

/** What a person may come upon, and how to get there. */
const STATES: readonly State[] = [
  { name: "sign-in", path: "/sign-in", signedOut: true, ready: (page) => page.getByLabel("Password").waitFor() },
  {
    name: "a sign-in link",
    path: "/sign-in#token=x",
    signedOut: true,
    ready: (page) => page.getByRole("button").first().waitFor(),
  },
  {
    name: "a used set-up link",
    path: "/setup#token=x",
    signedOut: true,
    ready: (page) => page.getByRole("heading").first().waitFor(),
  },
  {
    name: "the profile",
    path: "/settings/profile",
    ready: (page) => page.getByRole("main").getByText(OWNER.email).waitFor(),
  },
  {
    name: "the organization",
    path: "/settings/organization",
    ready: (page) =>
      page
        .getByRole("main")
        .getByRole("link", { name: /Audit Logs/ })
        .waitFor(),
  },
  { name: "the logs", path: LOGS, ready: (page) => page.getByText("Did something to a thing").first().waitFor() },
  {
    name: "an expanded log",
    path: LOGS,
    ready: async (page) => {
      await page.getByRole("button", { name: /^Expand db\.delete/ }).click();
      await page.locator("[data-slot=log-detail]").waitFor();
    },
  },
  {
    name: "the open list of actions",
    apart: true,
    path: `${LOGS}?action=auth.*&action=-auth.logout`,
    ready: async (page) => {
      await openFilters(page);
      await page.getByRole("combobox", { name: "Action Type" }).click();
      await page.getByRole("option", { name: "auth.login", exact: true }).waitFor();
    },
  },
  {
    name: "all filters at once",
    apart: true,
    path: `${LOGS}?range=7d&action=-auth.logout&outcome=failure&role=admin&ip=203.0.113.0/24&q=thing`,
    ready: async (page) => {
      await openFilters(page);
      const more = page.getByRole("button", { name: "More filters" });
      if (await more.isVisible()) await more.click();
      await page.getByLabel("Role", { exact: true }).click();
      await page
        .getByRole("option", { name: "admin" })
        .or(page.getByRole("button", { name: "Failure" }))
        .first()
        .waitFor();
    },
  },
  {
    name: "the histogram as a table",
    apart: true,
    path: `${LOGS}?range=24h`,
    ready: async (page) => {
      await page.getByText("Did something to a thing").first().waitFor();
      // A phone has no histogram.
      const button = page.getByRole("button", { name: "View as table" });
      if ((page.viewportSize()?.width ?? 0) < 1000) return;
      await button.click();
      await page.getByRole("table", { name: /^Events over time/ }).waitFor();
    },
  },
  {
    name: "no match",
    path: `${LOGS}?q=nothing+like+this`,
    ready: (page) =>
      page
        .getByText(/no (events|logs)/i)
        .first()
        .waitFor(),
  },
  {
    name: "an unreadable address",
    path: `${LOGS}?start=yesterday`,
    ready: (page) =>
      page
        .getByText(/ignored/i)
        .first()
        .waitFor(),
  },
  { name: "a page that is not there", path: "/nowhere", ready: (page) => page.getByRole("heading").first().waitFor() },
];

const stands = async (page: Page) => {
  expect(await violations(page)).toEqual([]);
  expect(await sidewaysPx(page)).toBe(0);
};

describe("has no accessibility violation in any size and theme, and does not scroll sideways:", () => {
  const pages = new SharedPages((session: "signed in" | "signed out") =>
    openPage(browser, session === "signed in" ? { storageState: state } : {}),
  );

  it.each(STATES)("$name", async ({ path, signedOut, apart, ready }) => {
    for (const viewport of apart ? Object.values(SIZES) : [SIZES.wide]) {
      const { page, faults } = await pages.for(signedOut ? "signed out" : "signed in");
      await page.setViewportSize(viewport);
      await page.goto(server.url + path);
      await ready(page);
      await (apart ? inEveryTheme(page, () => stands(page)) : inEverySize(page, () => stands(page)));
      expect(faults).toEqual([]);
    }
  });
});

it("darkens the whole window behind a dialog, also where the scrollbar has its place", async () => {
  const { page } = await openPage(browser, { storageState: state, viewport: SIZES.wide });
  await page.goto(`${server.url}${LOGS}`);
  await page.getByText("Did something to a thing").first().waitFor();
  const edge = { x: SIZES.wide.width - 4, y: 600, width: 1, height: 1 };
  const colours = async () => {
    const seen: string[] = [];
    await inEveryTheme(page, async () => void seen.push((await page.screenshot({ clip: edge })).toString("base64")));
    return seen;
  };
  const [dark, light] = await colours();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  const [darkBehind, lightBehind] = await colours();
  expect(darkBehind).not.toBe(dark);
  expect(lightBehind).not.toBe(light);
  await page.context().close();
});
