import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { closeContexts, launchBrowser } from "./browser.ts";
import { call, foundAcme, join, openAs, type Person } from "./people.ts";

const MEMBERS = "/settings/organization/members";
/** Would turn the rest of its line around, if it were shown as it is. */
const HOSTILE = "Grace \u202Egnp.exe Hopper";

let server: TestServer;
let browser: Browser;
let owner: Person;
let page: Page;
let faults: string[];

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  owner = await foundAcme(server);
  await join(server, owner, "Alan Turing", "auditor");
  await join(server, owner, HOSTILE, "member");
  ({ page, faults } = await openAs(browser, server, owner));
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

const row = (name: string | RegExp) => page.getByRole("table", { name: "Members" }).getByRole("row", { name });
const focused = () => page.locator(":focus");

async function open(): Promise<void> {
  await page.goto(server.url + MEMBERS);
  await row(/Alan Turing|Ada Owner/)
    .first()
    .waitFor();
}

it("lists who belongs here, with role, second factor and times, and names that cannot deceive", async () => {
  await open();
  const names = await page.getByRole("table", { name: "Members" }).getByRole("columnheader").allTextContents();
  expect(names).toEqual(["Name", "Role", "Two-factor", "Joined", "Last active", "Actions"]);
  expect(await row(/Ada Owner/).innerText()).toMatch(/You[\s\S]*ada@acme\.example[\s\S]*Owner[\s\S]*Off/);
  expect(await row(/Grace/).innerText()).toContain("\\u202e");
  expect(await page.getByRole("button", { name: /^Remove Ada/ }).count()).toBe(0);
});

it("invites by a link that is shown once, lists it as pending, and withdraws it", async () => {
  await open();
  await page.getByRole("button", { name: "Invite member" }).click();
  await page.getByLabel("E-mail").fill("katherine@acme.example");
  await page.getByLabel(/^Admin/).check();
  await page.keyboard.press("Enter");
  const link = await page.getByLabel("Invitation link").innerText();
  expect(link).toMatch(/\/invite#token=\S+$/);
  await page.getByRole("button", { name: "Done" }).click();
  await expect.poll(() => focused().innerText()).toBe("Invite member");
  const pending = page.getByRole("table", { name: "Pending invitations" }).getByRole("row", { name: /katherine/ });
  expect(await pending.innerText()).toMatch(/Admin[\s\S]*Ada Owner[\s\S]*in 7 days/);
  expect(await page.content()).not.toContain(new URL(link).hash);
  await page.getByRole("button", { name: /^Withdraw the invitation of katherine/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Withdraw" }).click();
  await page.getByText("No pending invitations").waitFor();
  await expect.poll(() => focused().innerText()).toContain("The invitation of katherine@acme.example was withdrawn.");
});

it("says beside the field what is wrong with an invitation", async () => {
  await open();
  await page.getByRole("button", { name: "Invite member" }).click();
  await page.getByLabel("E-mail").fill("alan.turing@acme.example");
  await page.getByRole("button", { name: "Create invitation link" }).click();
  await page
    .getByRole("alert")
    .filter({ hasText: /member/ })
    .waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => focused().innerText()).toBe("Invite member");
});

it("changes a role by keyboard, and says so", async () => {
  await open();
  await page.getByRole("combobox", { name: "Role of Alan Turing" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("option", { name: "Auditor" }).waitFor();
  await page.keyboard.type("Mem");
  await page.keyboard.press("Enter");
  await page.getByRole("status").filter({ hasText: "Alan Turing is now member." }).waitFor();
  expect(await row(/Alan Turing/).innerText()).toContain("Member");
});

it("does not leave the organization without an owner", async () => {
  await open();
  await page.getByRole("combobox", { name: "Role of Ada Owner" }).click();
  await page.getByRole("option", { name: "Admin" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Become admin" }).click();
  await page.getByRole("alertdialog").getByRole("alert").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  expect(await row(/Ada Owner/).innerText()).toContain("Owner");
});

it("removes a member after asking by name, and puts the focus on what was done", async () => {
  await open();
  await page.getByRole("button", { name: "Remove Alan Turing" }).click();
  const question = page.getByRole("alertdialog", { name: "Remove Alan Turing?" });
  expect(await question.innerText()).toContain("loses access to Acme");
  await expect.poll(() => focused().innerText()).toBe("Cancel");
  await page.keyboard.press("Escape");
  await expect.poll(() => focused().innerText()).toMatch(/^Remove/);
  await page.keyboard.press("Enter");
  await question.getByRole("button", { name: "Remove" }).click();
  await expect.poll(() => row(/Alan Turing/).count()).toBe(0);
  await expect.poll(() => focused().innerText()).toContain("Alan Turing is no longer a member.");
});

it("takes a member that is gone already for removed", async () => {
  await open();
  await page.getByRole("button", { name: /^Remove Grace/ }).click();
  const { data } = (await (await call(server, owner, "GET", "/v1/organizations/acme/members")).json()) as {
    data: { user_id: string; name: string }[];
  };
  const grace = data.find(({ name }) => name === HOSTILE);
  await call(server, owner, "DELETE", `/v1/organizations/acme/members/${grace?.user_id}`);
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect.poll(() => row(/Grace/).count()).toBe(0);
});

it("keeps the page usable when the list fails, with the request to name and another try", async () => {
  const { page: failing } = await openAs(browser, server, owner);
  await failing.route("**/v1/organizations/acme/members", (route) =>
    route.fulfill({ status: 500, json: { code: "internal", detail: "Something went wrong", request_id: "req-1" } }),
  );
  await failing.goto(server.url + MEMBERS);
  await failing.getByRole("alert").filter({ hasText: "Members could not be loaded" }).waitFor();
  await failing.getByText("req-1").waitFor();
  await failing.unroute("**/v1/organizations/acme/members");
  await failing.getByRole("button", { name: "Retry" }).click();
  await failing
    .getByRole("table", { name: "Members" })
    .getByRole("row", { name: /Ada Owner/ })
    .waitFor();
  await failing.context().close();
});

it("ran without a script error or a breach of its own policy", () => {
  expect(faults).toEqual([]);
});
