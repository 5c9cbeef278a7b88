import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PERMISSIONS, type Permission, PLATFORM_PERMISSIONS, permits } from "../../src/identity/permissions.ts";
import { ROLES, type Role } from "../../src/identity/vocabulary.ts";
import { PAGE_PERMISSIONS } from "../../web/src/shell/permissions.ts";
import { ROLE_CHOICES } from "../../web/src/shell/role-choices.ts";
import { ROLES_WITH } from "../../web/src/shell/roles-with.ts";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { closeContexts, launchBrowser } from "./browser.ts";
import { call, foundAcme, invitationLink, join, openAs, type Person } from "./people.ts";

/** Role by role: each control of the console is there exactly when the server's one table of permissions says so. */

const SETTINGS = "/settings/organization";
let server: TestServer;
let browser: Browser;
const people = new Map<Role, Person>();

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  const owner = await foundAcme(server);
  people.set("owner", owner);
  for (const role of ROLES.filter((one) => one !== "owner")) {
    const person = await join(server, owner, `Some ${role}`, role);
    people.set(role, person);
    // The same role in the platform's own organization, as the owner has it.
    const link = await invitationLink(server, owner, person.email, role, "daybook");
    await call(server, person, "POST", "/v1/invitations/accept", { token: new URL(link).hash.replace("#token=", "") });
  }
  const other = await join(server, owner, "Other auditor", "auditor");
  await call(server, other, "POST", "/v1/organizations/acme/views", { name: "Theirs", query: "q=x", shared: true });
  await join(server, owner, "Other owner", "owner");
  await call(server, owner, "POST", "/v1/keys", { organization: "acme", name: "Billing", scopes: ["events:write"] });
  await call(server, owner, "POST", "/v1/organizations/acme/invitations", {
    email: "guest@acme.example",
    role: "member",
  });
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

it("names the roles of each permission as the server's table has them, in the console's texts", () => {
  for (const permission of PERMISSIONS) {
    const organization = PLATFORM_PERMISSIONS.includes(permission) ? "daybook" : "acme";
    const roles = ROLES.filter((role) => permits({ organization, role }, permission));
    expect([...ROLES_WITH[permission]].sort(), permission).toEqual([...roles].sort());
  }
  expect(Object.keys(ROLES_WITH).sort()).toEqual([...PERMISSIONS].sort());
  expect(ROLE_CHOICES.map(({ role }) => role)).toEqual([...ROLES]);
});

const link = (name: string) => (page: Page) => page.getByRole("main").getByRole("link", { name, exact: true });
const button = (name: string | RegExp) => (page: Page) => page.getByRole("main").getByRole("button", { name });

interface Control {
  readonly name: string;
  readonly on: string;
  readonly permission: Permission;
  /** Where the permission is needed. Default: the organization of the page. */
  readonly needed?: "daybook";
  /** Opens what it is in, where that is. */
  readonly open?: (page: Page) => Promise<void>;
  readonly find: (page: Page) => ReturnType<Page["locator"]>;
}

const refusal = (page: Page) => page.getByRole("alert").filter({ hasText: "You don't have access" });

/** Opens a menu that comes after the page, unless the page is refused. @param then an item of it that leads further. */
const menu = (trigger: RegExp, then?: string) => async (page: Page) => {
  const opens = button(trigger)(page);
  await opens.or(refusal(page)).first().waitFor();
  if ((await opens.count()) === 0) return;
  await opens.click();
  await page.getByRole("menuitem").first().waitFor();
  if (then === undefined) return;
  await page.getByRole("menuitem", { name: then }).click();
  await page.getByRole("dialog").waitFor();
};

async function palette(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find a command" }).or(refusal(page)).first().waitFor();
}

const CONTROLS: readonly Control[] = [
  { name: "the card Members", on: SETTINGS, permission: "member.read", find: link("Members") },
  { name: "the card API Keys", on: SETTINGS, permission: "api_key.read", find: link("API Keys") },
  { name: "the card Streams", on: SETTINGS, permission: "stream.read", find: link("Streams") },
  { name: "Create stream", on: `${SETTINGS}/streams`, permission: "stream.manage", find: button("Create stream") },
  { name: "the card Alerts", on: SETTINGS, permission: "alert.manage", find: link("Alerts") },
  { name: "Create alert", on: `${SETTINGS}/alerts`, permission: "alert.manage", find: button("Create alert") },
  { name: "the card Integrity", on: SETTINGS, permission: "audit_log.read", find: link("Integrity") },
  { name: "the card General", on: SETTINGS, permission: "organization.read", find: link("General") },
  { name: "the card Organizations", on: SETTINGS, permission: "organization.read_any", find: link("Organizations") },
  {
    name: "the filters",
    on: `${SETTINGS}/audit-logs`,
    permission: "audit_log.read",
    find: (page) => page.getByLabel("Resource Type"),
  },
  { name: "Export CSV", on: `${SETTINGS}/audit-logs`, permission: "audit_log.export", find: button("Export CSV") },
  {
    name: "the other ways to export",
    on: `${SETTINGS}/audit-logs`,
    permission: "audit_log.export",
    find: button("Formats and details"),
  },
  {
    name: "Export CSV as a command",
    on: `${SETTINGS}/audit-logs`,
    permission: "audit_log.export",
    open: palette,
    find: (page) => page.getByRole("option", { name: "Export CSV" }),
  },
  {
    name: "Mark reviewed…",
    on: `${SETTINGS}/audit-logs`,
    permission: "audit_log.review",
    open: menu(/^Review$/),
    find: (page) => page.getByRole("menuitem", { name: "Mark reviewed…", disabled: false }),
  },
  {
    name: "saving a view",
    on: `${SETTINGS}/audit-logs`,
    permission: "audit_log.read",
    open: menu(/^Saved views$/),
    find: (page) => page.getByRole("menuitem", { name: "Save current filters…" }),
  },
  {
    name: "changing a view that somebody else shares",
    on: `${SETTINGS}/audit-logs`,
    permission: "organization.update",
    open: menu(/^Saved views$/, "Rename, share, delete…"),
    find: (page) => page.getByRole("button", { name: /^(Rename or share|Delete) Theirs/ }).first(),
  },
  {
    name: "verifying everything",
    on: `${SETTINGS}/integrity`,
    permission: "integrity.verify",
    needed: "daybook",
    find: button("Verify everything now"),
  },
  { name: "Invite member", on: `${SETTINGS}/members`, permission: "member.manage", find: button("Invite member") },
  {
    name: "the role of an auditor",
    on: `${SETTINGS}/members`,
    permission: "member.manage",
    find: (page) => page.getByRole("combobox", { name: "Role of Other auditor" }),
  },
  {
    name: "the role of an owner",
    on: `${SETTINGS}/members`,
    permission: "owner.manage",
    find: (page) => page.getByRole("combobox", { name: "Role of Other owner" }),
  },
  {
    name: "removing an auditor",
    on: `${SETTINGS}/members`,
    permission: "member.manage",
    find: button("Remove Other auditor"),
  },
  {
    name: "removing an owner",
    on: `${SETTINGS}/members`,
    permission: "owner.manage",
    find: button("Remove Other owner"),
  },
  {
    name: "withdrawing an invitation",
    on: `${SETTINGS}/members`,
    permission: "member.manage",
    find: button(/^Withdraw the invitation of guest/),
  },
  { name: "Create API key", on: `${SETTINGS}/api-keys`, permission: "api_key.manage", find: button("Create API key") },
  { name: "revoking a key", on: `${SETTINGS}/api-keys`, permission: "api_key.manage", find: button("Revoke Billing") },
  {
    name: "saving the settings",
    on: `${SETTINGS}/general`,
    permission: "organization.update",
    find: button("Save changes"),
  },
];

/** Asks again until it holds. A busy machine takes its time. */
const poll = <T>(ask: () => T) => expect.poll(ask, { timeout: 20_000 });

/** The page with everything it loads. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(`${server.url}${path}?org=acme`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await poll(() => page.locator("[aria-busy=true]").count()).toBe(0);
}

/** Whether a control is to be seen, in what it is in. */
async function isThere(page: Page, { open: reach, find }: Control): Promise<boolean> {
  await reach?.(page);
  const there = (await find(page).count()) > 0;
  while (reach && (await page.getByRole("dialog").or(page.getByRole("menu")).count()) > 0) {
    await page.keyboard.press("Escape");
  }
  return there;
}

/** What is in place of a page that cannot be opened: which role can, and whom to ask. */
async function expectRefusal(page: Page, path: string, role: Role): Promise<void> {
  const permission = Object.entries(PAGE_PERMISSIONS).find(([one]) => one === path)?.[1];
  if (permission === undefined) return;
  // Who set up the platform owns it, and Acme: they are shown the way to what they can see there.
  if (permission === "organization.read_any" && role === "owner") {
    await page.getByRole("link", { name: "Open organizations" }).waitFor();
    expect(await refusal(page).count(), path).toBe(0);
    return;
  }
  const permitted = permits({ organization: "acme", role }, permission);
  expect(await refusal(page).count(), path).toBe(permitted ? 0 : 1);
  if (permitted) return;
  expect(await page.getByRole("table").count(), path).toBe(0);
  const text = await refusal(page).innerText();
  expect(text).toContain(`Your role in Acme is ${role}`);
  for (const one of ROLES_WITH[permission]) expect(text).toContain(one);
  expect(text).toContain("ask an owner or admin of Acme");
}

it.each(ROLES)(
  "shows the role %s each control exactly where the table permits it, and says who can the rest",
  async (role) => {
    const { page, faults } = await openAs(browser, server, people.get(role));
    const seen: Record<string, boolean> = {};
    const expected: Record<string, boolean> = {};
    for (const path of [SETTINGS, ...Object.keys(PAGE_PERMISSIONS)]) {
      await open(page, path);
      for (const control of CONTROLS.filter(({ on }) => on === path)) {
        const { name, permission, needed = "acme" } = control;
        seen[name] = await isThere(page, control);
        expected[name] = permits({ organization: needed, role }, permission);
      }
      await expectRefusal(page, path, role);
    }
    expect(Object.keys(seen)).toHaveLength(CONTROLS.length);
    expect(seen).toEqual(expected);
    expect(faults).toEqual([]);
    await page.context().close();
  },
);

it("says whom to ask, where somebody is refused while the page is open", async () => {
  const [owner] = [...people.values()];
  if (owner === undefined) throw new Error("nobody is there");
  const person = await join(server, owner, "Former auditor", "auditor");
  const { page, faults } = await openAs(browser, server, person);
  await open(page, `${SETTINGS}/audit-logs`);
  await page.getByRole("button", { name: "Live", exact: true }).click();
  const status = page.getByRole("status", { name: "Live" });
  await poll(() => status.textContent()).toMatch(/as they come/);
  const members = await call(server, owner, "GET", "/v1/organizations/acme/members");
  const { data } = (await members.json()) as { data: { user_id: string; name: string }[] };
  const id = data.find(({ name }) => name === person.name)?.user_id;
  await call(server, owner, "PATCH", `/v1/organizations/acme/members/${id}`, { role: "member" });
  await poll(() => status.textContent()).toBe("Live ended: you no longer have access");
  await page.getByRole("button", { name: "Refresh" }).click();
  const text = await refusal(page).innerText();
  // The role of before would contradict what is said.
  expect(text).not.toContain("Your role");
  expect(text).toMatch(/needs the role auditor, admin or owner: ask an owner or admin of Acme/);
  expect(await page.getByRole("table").count()).toBe(0);
  expect(faults).toEqual([]);
  await page.context().close();
});
