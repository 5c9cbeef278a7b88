import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { Browser, Download, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { pastRanges } from "../../web/src/audit-logs/time/past-ranges.ts";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { violations } from "./axe.ts";
import { closeContexts, launchBrowser, OWNER, openPage } from "./browser.ts";
import { ago, DAY_MS, RESOURCE_ID } from "./sample.ts";
import { LOGS, poll } from "./sample-page.ts";

/**
 * What people come to the page for, from its first view to the answer, with every click and every key counted. A key and its modifiers
 * are one. Each task takes exactly what is said here: bench/CONSOLE.md has the same numbers.
 */

let server: TestServer;
let browser: Browser;
let page: Page;
let faults: string[];
let key: string;
/** Since the task began. */
let taken = { clicks: 0, keys: 0 };

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  ({ page, faults } = await openPage(browser, { permissions: ["clipboard-read", "clipboard-write"] }));
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

beforeEach(() => {
  taken = { clicks: 0, keys: 0 };
});

async function click(target: Locator): Promise<void> {
  await target.click();
  taken.clicks++;
}

async function press(...keys: string[]): Promise<void> {
  for (const one of keys) await page.keyboard.press(one);
  taken.keys += keys.length;
}

/** Each character is a key. */
async function type(text: string): Promise<void> {
  await page.keyboard.type(text);
  taken.keys += text.length;
}

const button = (name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
const item = (name: string | RegExp) => page.getByRole("menuitem", { name });
const story = (name: string) => page.getByRole("region", { name: "Start here" }).getByRole("button", { name });
const status = () => page.getByRole("status", { name: "Number of events" });
const rows = () => page.locator("[data-slot=log-rows] tbody[data-index]");
const row = (text: string | RegExp) => page.getByRole("row").filter({ hasText: text });
const parameters = () => new URL(page.url()).searchParams;

async function chooseRange(name: RegExp): Promise<void> {
  await click(button("More ranges"));
  await click(item(name));
  await poll(() => parameters().has("end")).toBe(true);
}

async function chooseAction(name: string): Promise<void> {
  await click(page.getByRole("combobox", { name: "Action Type" }));
  await click(page.getByRole("option", { name, exact: true }));
  await poll(() => parameters().getAll("action")).toEqual([name]);
}

/** How long a new owner and a developer need: from the printed link to the first row of the application, which comes by itself. */
it("new organization to first live event", async () => {
  await page.goto(`${server.url}/setup#token=${await server.setupToken()}`);
  await click(page.getByLabel("Organization name"));
  await type("Acme");
  // The id is derived from the name.
  await press("Tab", "Tab");
  await type(OWNER.name);
  await press("Tab");
  await type(OWNER.email);
  await press("Tab");
  await type(OWNER.password);
  await press("Enter");
  await page.getByRole("heading", { name: "First steps" }).waitFor();
  const typed = ["Acme", OWNER.name, OWNER.email, OWNER.password].join("").length;
  expect(taken).toEqual({ clicks: 1, keys: typed + 5 });

  taken = { clicks: 0, keys: 0 };
  await click(page.getByRole("link", { name: "Create API key" }));
  await click(button("Create API key"));
  await poll(() => page.locator(":focus").getAttribute("name")).toBe("name");
  await type("App");
  await press("Enter");
  await click(button(/^Copy Try it/));
  const command: string = await page.evaluate("navigator.clipboard.readText()");
  await click(button("I have copied it"));
  await click(page.getByRole("complementary").getByRole("link", { name: "Audit Logs" }));
  await page.getByText("Waiting for the first event from your application").waitFor();
  await promisify(execFile)("bash", ["-euo", "pipefail", "-c", command]);
  await rows().filter({ hasText: "usr_1" }).waitFor();
  expect(taken).toEqual({ clicks: 5, keys: 4 });
});

it("the other tasks find what happened in a company of many weeks", async () => {
  key = await server.key(["--org", "acme", "--scopes", "events:write,events:read"]);
  expect((await server.post(key, HISTORY)).status).toBe(201);
  await server.caughtUp(key);
});

const today = new Date().toISOString().slice(0, 10);
const rangeOf = (name: string) => {
  const range = pastRanges(today).find((one) => one.name === name);
  if (range === undefined) throw new Error(`There is no range ${name}`);
  return range;
};
/** So many days and hours after the range began. */
const within = (name: string, days: number, time: string) =>
  new Date(Date.parse(`${rangeOf(name).start}T${time}Z`) + days * DAY_MS).toISOString();

const PRIYA = { type: "user", id: "u_priya", name: "Priya Sharma", email: "priya@acme.example", role: "admin" };
const NAMESAKE = { type: "user", id: "u_priya_2", name: "Priya Sharma", email: "sharma@acme.example", role: "member" };
const OMAR = { type: "user", id: "u_omar", name: "Omar Haddad", email: "omar@acme.example", role: "member" };

/** Sign-ins, keys, changes and the events of a quarter. */
function history(): { readonly timestamp: string }[] {
  const signIn = (actor: object, ip: string, timestamp: string, outcome: string) => ({
    ...{ action: "auth.login", actor, resource: { type: "session" }, context: { ip }, timestamp, outcome },
  });
  const ofKey = (action: string, actor: object, timestamp: string, id: string) => ({
    ...{ action, actor, resource: { type: "api_key", id }, timestamp, context: { ip: "203.0.113.9" } },
  });
  const refund = [7, 14, 30, 21].flatMap((after, at, days) => {
    const before = days[at - 1];
    return before === undefined
      ? []
      : [
          {
            action: "knowledge.update",
            actor: at === 2 ? OMAR : PRIYA,
            resource: { type: "knowledge", id: RESOURCE_ID, name: "Refund policy" },
            timestamp: ago((6 - at) * 3_600_000),
            changes: [{ path: "refund_days", before, after }],
          },
        ];
  });
  // More than the page loads at first.
  const prices = Array.from({ length: 130 }, (_, at) => ({
    action: "db.update",
    actor: OMAR,
    resource: { type: "db", id: "db_prices", name: "Prices" },
    timestamp: ago(3_600_000 + at * 1000),
    changes: [{ path: "price", before: at + 1, after: at }],
  }));
  const quarter = Array.from({ length: 40 }, (_, at) => ({
    action: "channel.create",
    actor: PRIYA,
    resource: { type: "channel", id: `chan_${at}` },
    timestamp: within("Last quarter", at, "12:00:00"),
  }));
  return [
    signIn(PRIYA, "203.0.113.7", within("Last week", 1, "02:00:00"), "failure"),
    signIn(PRIYA, "203.0.113.8", within("Last week", 1, "02:01:00"), "failure"),
    signIn(OMAR, "203.0.113.7", within("Last week", 1, "02:02:00"), "denied"),
    signIn(OMAR, "198.51.100.7", within("Last week", 2, "09:00:00"), "failure"),
    signIn(OMAR, "192.0.2.1", ago(1000), "failure"),
    signIn(PRIYA, "203.0.113.9", within("Last week", 1, "02:05:00"), "success"),
    ofKey("api_key.create", PRIYA, within("Last week", 1, "02:07:00"), "key_night"),
    ofKey("api_key.create", PRIYA, within("Last week", 2, "10:00:00"), "key_office"),
    ofKey("api_key.delete", PRIYA, within("Last week", 5, "12:00:00"), "key_weekend"),
    ofKey("api_key.create", OMAR, within("Last week", 5, "12:30:00"), "key_of_member"),
    signIn(NAMESAKE, "203.0.113.200", ago(2000), "success"),
    ...refund,
    ...prices,
    ...quarter,
  ];
}

const HISTORY = history();

/** How many of them are in a range, whatever day it is today. */
function countIn(name: string): number {
  const { start, end } = rangeOf(name);
  return HISTORY.map(({ timestamp }) => timestamp.slice(0, 10)).filter((day) => day >= start && day <= end).length;
}

/** The page as it is when somebody comes to it. */
async function arrive(): Promise<void> {
  await page.goto(`${server.url}${LOGS}`);
  await status().getByText(/event/).waitFor();
  await story("Sensitive actions").waitFor();
}

it("failed sign-ins of last week by network, and what happened next", async () => {
  await arrive();
  await click(story("Failed sign-ins by network"));
  await chooseRange(/^Last week/);
  const networks = page.getByRole("table", { name: "Networks" }).getByRole("row");
  await poll(() => networks.allInnerTexts()).toEqual([
    expect.stringMatching(/^Network/),
    expect.stringMatching(/^203\.0\.113\.0\/24\s+3\s+2\s[\s\S]+Yes, .*02:05:00/),
    expect.stringMatching(/^198\.51\.100\.0\/24\s+1\s+1\s[\s\S]+No/),
  ]);
  await click(networks.nth(1).getByRole("button", { name: "What happened next" }));
  await poll(async () =>
    (await rows().allInnerTexts()).map((text) => /auth\.login|api_key\.\w+/.exec(text)?.[0]),
  ).toEqual(["auth.login", "auth.login", "api_key.create", "api_key.create", "api_key.delete", "api_key.create"]);
  expect(taken).toEqual({ clicks: 4, keys: 0 });
});

it("changes of a resource, field by field, counted over all matches", async () => {
  await arrive();
  await click(story("Changes of a resource over time"));
  const resources = page.getByRole("list", { name: "Resources" }).getByRole("button");
  await poll(() => resources.allInnerTexts()).toEqual([
    expect.stringMatching(/^db\s+Prices\s+130\s+changes$/),
    expect.stringMatching(/^knowledge\s+Refund policy\s+3\s+changes$/),
  ]);
  await click(resources.nth(1));
  const field = page.getByRole("region", { name: "Changes of refund_days" });
  await poll(() => field.innerText()).toMatch(
    /refund_days 3[\s\S]+Priya Sharma\s+7\s+14[\s\S]+Omar Haddad\s+14\s+30[\s\S]+Priya Sharma\s+30\s+21/,
  );
  expect(taken).toEqual({ clicks: 2, keys: 0 });
  expect(await violations(page)).toEqual([]);
});

it("the quarter for the auditor, with proof, key, verifier and cover sheet, and the auditor's check", async () => {
  await arrive();
  await chooseRange(/^Last quarter/);
  const count = countIn("Last quarter");
  await poll(() => status().textContent()).toBe(`${count} events`);
  await click(button("Formats and details"));
  await click(page.getByRole("radio", { name: "NDJSON with proof" }));
  const file = await downloaded(() => click(button("Download")));
  await click(button("Copy key"));
  const verifier = await downloaded(() => click(page.getByRole("link", { name: "Download verifier" })));
  await click(button("Create cover sheet"));
  const sheet = page.getByRole("dialog", { name: "Audit log export: cover sheet" });
  await sheet.getByText(`Authentic and complete: ${count} entries of acme.`).waitFor();
  await sheet.getByRole("button", { name: /^Print/ }).waitFor();
  expect(taken).toEqual({ clicks: 8, keys: 0 });

  taken = { clicks: 0, keys: 0 };
  await page.route("**/auditor", async (route) =>
    route.fulfill({ contentType: "text/html", body: readFileSync(await verifier.path(), "utf8") }),
  );
  await page.goto(`${server.url}/auditor`);
  const choosing = page.waitForEvent("filechooser");
  await click(page.getByLabel(/^Export with proof/));
  await (await choosing).setFiles(await file.path());
  await click(page.getByLabel("Public key of the organization"));
  await press("Control+v");
  await click(button("Verify"));
  const result = page.getByRole("status", { name: "Result" });
  await poll(() => result.innerText()).toMatch(new RegExp(`Authentic and complete.*${count} entries of acme`));
  expect(taken).toEqual({ clicks: 3, keys: 1 });
  await page.unrouteAll();
});

async function downloaded(begin: () => Promise<void>): Promise<Download> {
  const waiting = page.waitForEvent("download");
  await begin();
  return waiting;
}

it("keys created or deleted by admins outside office hours", async () => {
  await arrive();
  await click(page.getByRole("combobox", { name: "Action Type" }));
  await page.getByRole("option", { name: "api_key.create", exact: true }).waitFor();
  await type("api_k");
  await page.getByRole("option").first().getByText("api_key.*").waitFor();
  await press("Enter");
  await poll(() => parameters().getAll("action")).toEqual(["api_key.*"]);
  await click(rows().locator("[data-narrow=role]").filter({ hasText: "admin" }).first());
  await click(button("More ranges"));
  await click(item(/^Outside office hours/));
  await poll(() => status().textContent()).toBe("2 events");
  const keys = async () => (await rows().allInnerTexts()).map((text) => /key_\w+/.exec(text)?.[0]);
  await poll(keys).toEqual(["key_weekend", "key_night"]);
  expect(taken).toEqual({ clicks: 4, keys: 6 });
});

it("a person by a part of the name, also where another has the same", async () => {
  await arrive();
  await click(page.getByRole("combobox", { name: "User", exact: true }));
  await type("priy");
  await click(
    page.getByRole("listbox", { name: "Users" }).getByRole("option", { name: /Priya Sharma\s+priya@acme\.example/ }),
  );
  await poll(() => parameters().getAll("actor_id")).toEqual([PRIYA.id]);
  await poll(async () => new Set((await rows().allInnerTexts()).map((text) => text.includes(PRIYA.id)))).toEqual(
    new Set([true]),
  );
  expect(taken).toEqual({ clicks: 2, keys: 4 });
});

it("a person whose name is misspelled, also behind a hundred who did more", async () => {
  const actors = Array.from({ length: 101 }, (_, at) => ({ type: "user", id: `u_many_${at}`, name: `Person ${at}` }));
  const events = [...actors, ...actors, { type: "user", id: "u_quist", name: "Theodora Quist" }].map((actor) => ({
    ...{ action: "db.read", actor, resource: { type: "db" }, timestamp: ago(3_600_000) },
  }));
  expect((await server.post(key, events)).status).toBe(201);
  await server.caughtUp(key);
  await arrive();
  await click(page.getByLabel("Search", { exact: true }));
  await type("theodra qist");
  await click(button("User Theodora Quist 1"));
  await poll(() => parameters().getAll("actor_id")).toEqual(["u_quist"]);
  await poll(() => status().innerText()).toBe("1 event");
  expect(taken).toEqual({ clicks: 2, keys: 12 });
});

it("the weekly review, signed off", async () => {
  await arrive();
  await chooseRange(/^Last week/);
  const shown = `${countIn("Last week")} events`;
  await poll(() => status().textContent()).toBe(shown);
  await click(button("Review"));
  await click(item("Mark reviewed…"));
  const dialog = page.getByRole("dialog", { name: "Mark as reviewed" });
  await click(dialog.getByRole("button", { name: "Next: summary" }));
  await dialog
    .getByRole("table", { name: "By person" })
    .getByRole("row", { name: /^Priya Sharma \d+$/ })
    .waitFor();
  await click(dialog.getByRole("button", { name: "Sign off" }));
  await dialog.getByText(`Signed off: ${shown}`).waitFor();
  expect(taken).toEqual({ clicks: 6, keys: 0 });
});

/** The three of the user's document, by its filters alone. */
it("security investigation: failed sign-ins and their addresses", async () => {
  await arrive();
  await chooseAction("auth.login");
  await poll(() => row("192.0.2.1").innerText()).toMatch(/fail/i);
  expect(taken).toEqual({ clicks: 2, keys: 0 });
});

it("change tracking: who changed what and when, with the values before and after", async () => {
  await arrive();
  await chooseAction("knowledge.update");
  await poll(() => rows().count()).toBe(3);
  expect(await rows().first().innerText()).toContain("Priya Sharma");
  await click(button(/^Expand knowledge\.update/).first());
  await poll(() => page.getByRole("region", { name: "Changes" }).innerText()).toMatch(/refund_days[\s\S]*30[\s\S]*21/);
  expect(taken).toEqual({ clicks: 3, keys: 0 });
});

it("compliance audit: a period, exported whole", async () => {
  await arrive();
  await chooseRange(/^Last quarter/);
  const count = countIn("Last quarter");
  await poll(() => status().textContent()).toBe(`${count} events`);
  const file = await downloaded(() => click(button("Export CSV")));
  const lines = readFileSync(await file.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  expect(lines).toHaveLength(1 + count);
  expect(taken).toEqual({ clicks: 3, keys: 0 });
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults).toEqual([]);
});
