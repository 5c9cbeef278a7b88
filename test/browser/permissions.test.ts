import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROLES, type Role } from "../../src/identity/contract.ts";
import { PERMISSIONS, type Permission, PLATFORM_PERMISSIONS, permits } from "../../src/identity/permissions.ts";
import { PAGE_PERMISSIONS, ROLE_CHOICES, ROLES_WITH } from "../../web/src/shell/permissions.ts";
import { TestServer } from "../support/server.ts";
import { launchBrowser } from "./browser.ts";
import { call, foundAcme, join, openAs, type Person } from "./people.ts";

/** Role by role: each control of the console is there exactly when the server's one table of permissions says so. */

const SETTINGS = "/settings/organization";
let server: TestServer;
let browser: Browser;
const people = new Map<Role, Person>();

beforeAll(async () => {
  server = await TestServer.start();
  browser = await launchBrowser();
  const owner = await foundAcme(server);
  people.set("owner", owner);
  for (const role of ROLES.filter((one) => one !== "owner")) {
    people.set(role, await join(server, owner, `Some ${role}`, role));
  }
  await join(server, owner, "Other auditor", "auditor");
  await join(server, owner, "Other owner", "owner");
  await call(server, owner, "POST", "/v1/keys", { organization: "acme", name: "Billing", scopes: ["events:write"] });
  await call(server, owner, "POST", "/v1/organizations/acme/invitations", {
    email: "guest@acme.example",
    role: "member",
  });
});

afterAll(async () => {
  await browser?.close();
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
  readonly find: (page: Page) => ReturnType<Page["locator"]>;
}

const CONTROLS: readonly Control[] = [
  { name: "the card Members", on: SETTINGS, permission: "member.read", find: link("Members") },
  { name: "the card API Keys", on: SETTINGS, permission: "api_key.read", find: link("API Keys") },
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
  { name: "Make API key", on: `${SETTINGS}/api-keys`, permission: "api_key.manage", find: button("Make API key") },
  { name: "revoking a key", on: `${SETTINGS}/api-keys`, permission: "api_key.manage", find: button("Revoke Billing") },
  {
    name: "saving the settings",
    on: `${SETTINGS}/general`,
    permission: "organization.update",
    find: button("Save changes"),
  },
];

/** The page with everything it loads. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(`${server.url}${path}?org=acme`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await expect.poll(() => page.locator("[aria-busy=true]").count()).toBe(0);
}

/** What stands in place of a page that may not be opened: which role may, and whom to ask. */
async function expectRefusal(page: Page, path: string, role: Role): Promise<void> {
  const permission = Object.entries(PAGE_PERMISSIONS).find(([one]) => one === path)?.[1];
  if (permission === undefined) return;
  const refusal = page.getByRole("alert").filter({ hasText: "You may not" });
  const permitted = permits({ organization: "acme", role }, permission);
  expect(await refusal.count(), path).toBe(permitted ? 0 : 1);
  if (permitted) return;
  const text = await refusal.innerText();
  expect(text).toContain(`Your role in Acme is ${role}`);
  for (const one of ROLES_WITH[permission]) expect(text).toContain(one);
  expect(text).toContain("ask an owner or admin of Acme");
}

it.each(ROLES)(
  "shows the role %s each control exactly where the table permits it, and says who may the rest",
  async (role) => {
    const { page, faults } = await openAs(browser, server, people.get(role));
    const seen: Record<string, boolean> = {};
    const expected: Record<string, boolean> = {};
    for (const path of [SETTINGS, ...Object.keys(PAGE_PERMISSIONS)]) {
      await open(page, path);
      for (const { name, permission, find } of CONTROLS.filter(({ on }) => on === path)) {
        seen[name] = (await find(page).count()) > 0;
        expected[name] = permits({ organization: "acme", role }, permission);
      }
      await expectRefusal(page, path, role);
    }
    expect(Object.keys(seen)).toHaveLength(CONTROLS.length);
    expect(seen).toEqual(expected);
    expect(faults).toEqual([]);
    await page.context().close();
  },
);
