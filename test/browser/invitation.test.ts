import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { closeContexts, launchBrowser } from "./browser.ts";
import { call, foundAcme, invitationLink, join, openAs, PASSWORD, type Person } from "./people.ts";

let server: TestServer;
let browser: Browser;
let owner: Person;

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  owner = await foundAcme(server);
  await call(server, owner, "PUT", "/v1/organizations/globex", { name: "Globex" });
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

/** Opens an invitation's link in a browser of this person's own. */
async function follow(link: string, person?: Person): Promise<{ page: Page; faults: string[] }> {
  const opened = await openAs(browser, server, person);
  await opened.page.goto(link);
  await opened.page.getByRole("heading", { level: 1 }).waitFor();
  return opened;
}

it("makes a new person of the organization, and leaves no token in the address", async () => {
  const link = await invitationLink(server, owner, "alan@acme.example", "auditor");
  const { page, faults } = await follow(link);
  await page.getByLabel("Your name").fill("Alan Turing");
  expect(page.url()).toBe(`${server.url}/invite`);
  expect(await page.getByRole("main").innerText()).toMatch(
    /Ada Owner invites you to Acme[\s\S]*alan@acme\.example[\s\S]*Auditor/,
  );
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Accept and sign in" }).click();
  await page.waitForURL(/\/settings\/organization\/audit-logs\?org=acme/);
  await page.getByRole("heading", { name: "Audit Logs", level: 1 }).waitFor();
  expect(faults).toEqual([]);
  await page.goto(link);
  await page.getByRole("heading", { name: "This invitation does not work" }).waitFor();
  await page.context().close();
});

it("lets somebody with an account sign in first, and come back to accept", async () => {
  const grace = await join(server, owner, "Grace Hopper", "admin");
  const { page } = await follow(await invitationLink(server, owner, grace.email, "auditor", "globex"));
  await page.getByRole("link", { name: "Sign in to accept" }).click();
  await page.getByLabel("E-mail").fill(grace.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Accept as Grace Hopper" }).click();
  await page.waitForURL(/org=globex/);
  await page.getByRole("button", { name: /Globex.*switch organization/ }).waitFor();
  await page.context().close();
});

it("says so when somebody else is signed in, and offers to sign out", async () => {
  const other = await join(server, owner, "Somebody Else", "member");
  const { page } = await follow(await invitationLink(server, owner, "barbara@acme.example", "member"), other);
  await page.getByText("but this invitation is for").waitFor();
  await page.getByRole("button", { name: "Sign out and continue" }).click();
  await page.getByLabel("Your name").fill("Barbara Liskov");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Accept and sign in" }).click();
  await page.waitForURL(/\/settings\/organization\?org=acme/);
  await page.context().close();
});

it("survives a reload, and says what to do with a link that is wrong", async () => {
  const { page } = await follow(await invitationLink(server, owner, "john@acme.example", "member"));
  await page.getByLabel("Your name").waitFor();
  await page.reload();
  await page.getByLabel("Your name").waitFor();
  await page.goto(`${server.url}/invite#token=wrong`);
  await page.getByRole("heading", { name: "This invitation does not work" }).waitFor();
  await page.goto(`${server.url}/invite`);
  await page.getByRole("heading", { name: "This invitation does not work" }).waitFor();
  await page.context().close();
});
