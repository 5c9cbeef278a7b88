import type { ViewerToken } from "@daybook/sdk";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { inEverySize, SIZES, sidewaysPx, smallTargets, violations } from "./axe.ts";
import { closeContexts, launchBrowser, SharedPages } from "./browser.ts";
import { call, foundAcme, invitationLink, join, keyOf, openAs, type Person } from "./people.ts";

/** As long as a name can be, and hostile. */
const LONG = `Maximiliana \u202Egnp.exe ${"Wolfeschlegelsteinhausenbergerdorff".repeat(6)}`.slice(0, 200);
const SETTINGS = "/settings/organization";

type Who = "owner" | "auditor" | "member" | "nobody";
const people: Partial<Record<Who, Person>> = {};
const links = { invitation: "", viewer: "", streams: "" };
let server: TestServer;
let browser: Browser;

/** A server with something on every page, and people of every kind. */
async function furnish(): Promise<void> {
  server = await AppServer.start();
  browser = await launchBrowser();
  const owner = await foundAcme(server);
  people.owner = owner;
  people.auditor = await join(server, owner, "Alan Turing", "auditor");
  people.member = await join(server, owner, "Barbara Liskov", "member");
  await call(server, owner, "PATCH", "/v1/profile", { name: LONG });
  links.invitation = await invitationLink(server, owner, `${"a.long.name.".repeat(5)}x@acme.example`, "member");
  for (const name of ["New keys", LONG]) {
    await call(server, owner, "POST", "/v1/organizations/acme/alerts", {
      name,
      condition: { type: "match" },
      filter: { action: ["api_key.create"] },
      deliver: { webhook: { url: "https://pager.example.com/a/long/path/that/says/who/is/called" } },
      enabled: name === "New keys",
    });
  }
  await keyOf(server, owner, "acme", "events:write", "events:read", "keys:manage");
  for (const [name, type] of [
    ["SIEM", "webhook"],
    [LONG, "http"],
  ] as const) {
    const config = { url: "https://siem.example.com/a/long/path/that/says/where/events/go" };
    await call(server, owner, "POST", "/v1/organizations/acme/streams", {
      name,
      type,
      config,
      enabled: type === "http",
    });
  }
  await call(server, owner, "POST", "/v1/organizations/acme/streams", {
    name: "Datadog",
    type: "datadog",
    secrets: { api_key: "k" },
    enabled: false,
  });
  const platformKey = await keyOf(server, owner, "daybook", "events:read", "streams:manage");
  await call(server, owner, "PUT", "/v1/organizations/globex", { name: LONG });
  const issued = async (what: object) => {
    const body = JSON.stringify({ organization: "acme", ...what });
    const init = { method: "POST", headers: { "content-type": "application/json" }, body };
    return (await (await server.fetch("/v1/viewer-tokens", init, platformKey)).json()) as ViewerToken;
  };
  links.viewer = (await issued({ filter: { role: "owner" } })).url;
  links.streams = (await issued({ viewer: { id: "u" }, scopes: ["streams:manage"] })).streams_url ?? "";
}

interface State {
  readonly name: string;
  readonly who: Who;
  readonly path: string | (() => string);
  readonly ready: (page: Page) => Promise<unknown>;
}

const heading = (name: string | RegExp) => (page: Page) => page.getByRole("heading", { name }).first().waitFor();
const pressed = (button: string | RegExp, then: (page: Page) => Promise<unknown>) => async (page: Page) => {
  await page.getByRole("button", { name: button }).first().click();
  await then(page);
};
const dialog = (page: Page) => page.getByRole("dialog").or(page.getByRole("alertdialog")).waitFor();
/** Chooses what is to be done with one thing of a list. */
const chosen = (name: string, act: string, then: (page: Page) => Promise<unknown>) =>
  pressed(`Actions for ${name}`, async (page) => {
    await page.getByRole("menuitem", { name: act }).click();
    await dialog(page);
    await then(page);
  });
const listed = (page: Page) => page.getByRole("main").locator("[data-slot=badge], time").first().waitFor();

const STATES: readonly State[] = [
  { name: "the profile", who: "owner", path: "/settings/profile", ready: listed },
  {
    name: "setting two-factor up",
    who: "auditor",
    path: "/settings/profile",
    ready: pressed("Set up", async (page) => {
      await page.getByLabel("Your password").fill("correct horse battery");
      await page.keyboard.press("Enter");
      await page.getByLabel("Six-digit code").waitFor();
    }),
  },
  { name: "the organization's cards", who: "owner", path: `${SETTINGS}?org=daybook`, ready: heading("Organizations") },
  { name: "members", who: "owner", path: `${SETTINGS}/members`, ready: listed },
  { name: "members, for an auditor", who: "auditor", path: `${SETTINGS}/members`, ready: listed },
  { name: "inviting", who: "owner", path: `${SETTINGS}/members`, ready: pressed("Invite member", dialog) },
  { name: "removing a member", who: "owner", path: `${SETTINGS}/members`, ready: pressed(/^Remove Alan/, dialog) },
  { name: "API keys", who: "owner", path: `${SETTINGS}/api-keys`, ready: listed },
  { name: "creating a key", who: "owner", path: `${SETTINGS}/api-keys`, ready: pressed("Create API key", dialog) },
  {
    name: "a key that was just made",
    who: "owner",
    path: `${SETTINGS}/api-keys`,
    ready: pressed("Create API key", async (page) => {
      await page.getByLabel("Name").fill("CI");
      await page.keyboard.press("Enter");
      await page.getByText("Copy it now").waitFor();
    }),
  },
  { name: "streams", who: "owner", path: `${SETTINGS}/streams`, ready: heading("3 streams") },
  {
    name: "creating a stream",
    who: "owner",
    path: `${SETTINGS}/streams`,
    ready: pressed("Create stream", dialog),
  },
  {
    name: "what can be done with a stream",
    who: "owner",
    path: `${SETTINGS}/streams`,
    ready: pressed("Actions for SIEM", (page) => page.getByRole("menuitem", { name: "Resume" }).waitFor()),
  },
  {
    name: "alerts, one of which has fired",
    who: "owner",
    path: `${SETTINGS}/alerts`,
    ready: (page) =>
      page
        .getByRole("button", { name: /^Acknowledge/ })
        .first()
        .waitFor(),
  },
  {
    name: "creating an alert, with a preview",
    who: "owner",
    path: `${SETTINGS}/alerts`,
    ready: pressed("Create alert", async (page) => {
      await page.getByLabel("Name").fill("Everything");
      await page.getByRole("button", { name: "Preview last 30 days" }).click();
      await page.getByText("Would have fired").waitFor();
    }),
  },
  {
    name: "editing an alert, with a preview",
    who: "owner",
    path: `${SETTINGS}/alerts`,
    ready: chosen("New keys", "Edit…", async (page) => {
      expect(await page.getByLabel("Actions (optional)").inputValue()).toBe("api_key.create");
      await page.getByLabel("Type").click();
      await page.getByRole("option", { name: "New value" }).click();
      await page.getByRole("button", { name: "Preview last 30 days" }).click();
      await page.getByText("Would not have fired").waitFor();
    }),
  },
  {
    name: "the new secret of an alert that was edited",
    who: "owner",
    path: `${SETTINGS}/alerts`,
    ready: async (page) => {
      await chosen("New keys", "Edit…", async () => {
        await page.getByLabel("Name").fill("Keys");
        await page.getByRole("button", { name: "Save changes" }).click();
        await page.getByText("The alert Keys was changed.").waitFor();
      })(page);
      await chosen("Keys", "Rotate secret…", async () => {
        await page.getByRole("button", { name: "Rotate secret" }).click();
        await page.getByText("Copy the secret now").waitFor();
      })(page);
    },
  },
  {
    name: "editing a stream",
    who: "owner",
    path: `${SETTINGS}/streams`,
    ready: chosen("SIEM", "Edit…", async (page) => {
      expect(await page.getByLabel("URL").inputValue()).toContain("https://siem.example.com/");
      await page.getByLabel("Actions (optional)").fill("auth.*");
      await page.getByRole("button", { name: "Save changes" }).click();
      await page.getByText("The stream SIEM was changed.").waitFor();
      await chosen("SIEM", "Edit…", async () => {
        await expect.poll(() => page.getByLabel("Actions (optional)").inputValue()).toBe("auth.*");
      })(page);
    }),
  },
  {
    name: "replaying a stream to a receiver that drops old events",
    who: "owner",
    path: `${SETTINGS}/streams`,
    ready: chosen("Datadog", "Replay…", (page) => page.getByText("older than 18 hours").waitFor()),
  },
  {
    name: "general",
    who: "owner",
    path: `${SETTINGS}/general`,
    ready: (page) => page.getByText("kept for ever").waitFor(),
  },
  {
    name: "choosing a time zone",
    who: "owner",
    path: `${SETTINGS}/general`,
    ready: async (page) => {
      await page.getByLabel("Time zone", { exact: true }).click();
      await page.getByRole("combobox", { name: "Find a time zone" }).fill("europe");
      await page.getByRole("option").first().waitFor();
    },
  },
  { name: "organizations", who: "owner", path: `${SETTINGS}/organizations?org=daybook`, ready: listed },
  {
    name: "an organization that is only visited",
    who: "owner",
    path: `${SETTINGS}?org=globex`,
    ready: (page) => page.getByText("You're viewing").waitFor(),
  },
  {
    name: "a page one cannot see",
    who: "member",
    path: `${SETTINGS}/api-keys`,
    ready: heading("You don't have access"),
  },
  {
    name: "logs one cannot read",
    who: "member",
    path: `${SETTINGS}/audit-logs`,
    ready: heading("You don't have access"),
  },
  { name: "an invitation", who: "nobody", path: () => links.invitation, ready: heading("You are invited") },
  {
    name: "an invitation for somebody else",
    who: "owner",
    path: () => links.invitation,
    ready: (page) => page.getByText("but this invitation is for").waitFor(),
  },
  { name: "an invitation that is over", who: "nobody", path: "/invite#token=x", ready: heading("does not work") },
  { name: "logs in a frame", who: "nobody", path: () => links.viewer, ready: listed },
  { name: "streams in a frame", who: "nobody", path: () => links.streams, ready: heading("3 streams") },
  {
    name: "creating a stream in a frame",
    who: "nobody",
    path: () => links.streams,
    ready: pressed("Create stream", dialog),
  },
  { name: "a frame that has expired", who: "nobody", path: "/embed#token=dbv_x", ready: heading("has expired") },
];

describe("has no accessibility violation in any size and theme, and fits:", () => {
  const pages = new SharedPages((who: Who) => openAs(browser, server, people[who]));
  beforeAll(furnish);
  afterAll(async () => {
    await closeContexts(browser);
    await server?.remove();
  });

  it.each(STATES)("$name", async ({ who, path, ready }) => {
    const { page, faults } = await pages.for(who);
    await page.goto(new URL(typeof path === "string" ? path : path(), server.url).href);
    await ready(page);
    await inEverySize(page, async () => {
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysPx(page)).toBe(0);
      if (page.viewportSize()?.width === SIZES.narrow.width) expect(await smallTargets(page)).toEqual([]);
    });
    expect(faults).toEqual([]);
  });
});
