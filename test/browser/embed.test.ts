import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { inEveryTheme, violations } from "./axe.ts";
import { closeContexts, launchBrowser, openPage } from "./browser.ts";
import { foundAcme, keyOf } from "./people.ts";

let host: Server;
let hostUrl: string;
let server: TestServer;
let browser: Browser;
let key: string;

beforeAll(async () => {
  host = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>Host</title><iframe name=logs style='width:1300px;height:800px'></iframe>");
  });
  await new Promise<void>((resolve) => host.listen(0, resolve));
  hostUrl = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  server = await AppServer.start({ args: ["--embed-origins", hostUrl] });
  browser = await launchBrowser();
  const owner = await foundAcme(server);
  key = await keyOf(server, owner, "daybook", "events:read", "events:write", "streams:manage");
  const events = ["channel.create", "channel.delete", "db.delete"].map((action) => ({
    tenant_id: "acme",
    action,
    actor: { type: "user", id: "u_1", name: "Grace Hopper" },
    resource: { type: action.split(".")[0], id: "r_1" },
    description: `Did ${action}`,
  }));
  expect((await server.post(key, events)).status).toBe(201);
  await server.caughtUp(key);
});

afterAll(async () => {
  await closeContexts(browser);
  host?.close();
  await server?.remove();
});

const viewerUrl = async (organization: string, filter = {}) => (await issued({ organization, filter })).url;

async function issued(body: object): Promise<{ url: string; streams_url: string }> {
  const response = await server.fetch(
    "/v1/viewer-tokens",
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    },
    key,
  );
  expect(response.status).toBe(201);
  return (await response.json()) as { url: string; streams_url: string };
}

/** Shows an address in the host page's frame. */
async function show(page: Page, url: string): Promise<Frame> {
  await page.evaluate(`document.querySelector("iframe").src = ${JSON.stringify(url)}`);
  const frame = page.frame("logs");
  if (frame === null) throw new Error("The host page has no frame.");
  return frame;
}

it("shows one organization's logs inside an allowed page, by the token alone", async () => {
  const { page, faults } = await openPage(browser);
  await page.goto(hostUrl);
  const credentials = new Set<string | undefined>();
  page.on("request", (request) => {
    if (request.url().includes("/v1/")) credentials.add(request.headers().authorization?.slice(0, 11));
  });
  const frame = await show(page, await viewerUrl("acme", { resource_type: "channel" }));
  await frame.getByRole("heading", { name: "Audit Logs", level: 1 }).waitFor();
  await frame.getByText("Did channel.create").waitFor();
  expect(await frame.getByText("Did db.delete").count()).toBe(0);
  expect(await frame.getByText("This view is limited to Resource Type: channel.").count()).toBe(1);
  expect(await frame.getByText("Activity and changes in Acme.").count()).toBe(1);
  expect(await frame.getByRole("navigation").count()).toBe(0);
  await expect.poll(() => frame.url()).toBe(`${server.url}/embed`);
  await show(page, await viewerUrl("acme", { action: ["-db.*"], not_role: ["owner"] }));
  await frame.getByText("Hidden in this view: Action Type: db.*; Role: owner.").waitFor();
  await show(page, await viewerUrl("acme", { action: ["-auth.*", "-db.*"] }));
  await frame.getByText("Sign-in events are hidden in this view. Hidden in this view: Action Type: db.*.").waitFor();
  // What the fixed filter hides is not offered.
  const actions = await show(page, await viewerUrl("acme", { action: ["channel.*"] }));
  await actions.getByRole("combobox", { name: "Action Type" }).click();
  await actions.getByRole("option", { name: "channel.create" }).waitFor();
  expect(await actions.getByRole("option", { name: /^(auth|api_key|db)\./ }).count()).toBe(0);
  const begin = await actions.getByRole("region", { name: "Start here" }).getByRole("button").allInnerTexts();
  expect(begin.join()).not.toContain("Failed sign-ins");
  await actions.getByRole("option", { name: "channel.create" }).press("Escape");
  await actions.getByRole("button", { name: "Compliance review of a period" }).click();
  await actions.getByRole("button", { name: "Export…" }).waitFor();
  expect(await actions.getByRole("button", { name: "Mark reviewed…" }).count()).toBe(0);
  await show(page, await viewerUrl("acme", { resource_type: "channel" }));
  await frame.getByLabel("Search", { exact: true }).fill("channel.delete");
  await expect.poll(() => frame.getByText("Did channel.create").count()).toBe(0);
  await frame.getByLabel("Search", { exact: true }).press("Control+k");
  const commands = frame.getByRole("listbox", { name: "Commands" });
  await commands.getByRole("option", { name: "Export NDJSON with proof" }).waitFor();
  const groups = await commands
    .getByRole("group")
    .evaluateAll((found) => found.map(({ firstChild }) => firstChild?.textContent));
  // A person's, and the console's, is none of it.
  expect(groups.filter((group) => group !== "Time zone")).toEqual(["Go to", "Do", "Export", "Range"]);
  await page.keyboard.press("Escape");
  const download = page.waitForEvent("download");
  await frame.getByRole("button", { name: "Export CSV" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
  expect([...credentials]).toEqual(["Bearer dbv_"]);
  expect(faults).toEqual([]);
  await page.context().close();
});

it("says that the view has expired, and goes on with a new token by a new fragment", async () => {
  const { page } = await openPage(browser);
  const url = await viewerUrl("acme");
  await page.goto(url);
  await page.getByText("Did db.delete").waitFor();
  await page.evaluate(`location.hash = "token=dbv_expired"`);
  await page.getByRole("heading", { name: "This view has expired" }).waitFor();
  await page.evaluate(`location.hash = ${JSON.stringify(new URL(await viewerUrl("acme")).hash)}`);
  await page.getByText("Did db.delete").waitFor();
  expect(page.url()).toBe(`${server.url}/embed`);
  await page.goto(`${server.url}/embed`);
  await page.getByRole("heading", { name: "These audit logs open inside another application" }).waitFor();
  await page.context().close();
});

it("shows and changes an organization's streams inside an allowed page, by a token that carries the scope", async () => {
  const { page, faults } = await openPage(browser);
  await page.goto(hostUrl);
  const carrying = { organization: "acme", viewer: { id: "cust-1", name: "Carla" }, scopes: ["streams:manage"] };
  const frame = await show(page, (await issued(carrying)).streams_url);
  await frame.getByRole("heading", { name: "Streams", level: 1 }).waitFor();
  await frame.getByText("No streams yet").waitFor();
  await expect.poll(() => frame.url()).toBe(`${server.url}/embed/streams`);
  await frame.getByRole("button", { name: "Create stream" }).first().click();
  const dialog = frame.getByRole("dialog");
  await inEveryTheme(page, async () => expect(await violations(frame)).toEqual([]));
  await dialog.getByLabel("Name", { exact: true }).fill("Their SIEM");
  await dialog.getByLabel("URL", { exact: true }).fill("no address");
  await dialog.getByLabel("Actions (optional)").fill("no action!");
  await dialog.getByRole("button", { name: "Create stream" }).click();
  await frame.locator("[aria-invalid=true]:focus").waitFor();
  expect(await dialog.getByLabel("URL", { exact: true }).evaluate((one) => one.matches(":focus"))).toBe(true);
  await dialog.getByLabel("Actions (optional)").fill("");
  await dialog.getByLabel("URL", { exact: true }).fill("https://siem.example.com/daybook");
  await dialog.getByRole("button", { name: "Create stream" }).click();
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await frame.getByText("Their SIEM", { exact: true }).waitFor();
  await inEveryTheme(page, async () => expect(await violations(frame)).toEqual([]));
  // A new token goes on where the one before was over; one without the scope shows no streams.
  await show(page, `${server.url}/embed/streams#token=dbv_expired`);
  await frame.getByRole("heading", { name: "This view has expired" }).waitFor();
  await show(page, (await issued(carrying)).streams_url);
  await frame.getByText("Their SIEM", { exact: true }).waitFor();
  const reading = new URL(await viewerUrl("acme")).hash;
  await show(page, `${server.url}/embed/streams${reading}`);
  await frame.getByRole("heading", { name: "You don't have access to streams" }).waitFor();
  expect(faults.filter((fault) => !fault.includes("401"))).toEqual([]);
  await page.context().close();
});

it("may be in no other frame, and nothing else of the console in any", async () => {
  const { page } = await openPage(browser);
  await page.goto(hostUrl.replace("127.0.0.1", "localhost"));
  const other = await show(page, await viewerUrl("acme"));
  await expect.poll(() => other.url()).toMatch(/^chrome-error:/);
  await page.goto(hostUrl);
  const signIn = await show(page, `${server.url}/sign-in`);
  await expect.poll(() => signIn.url()).toMatch(/^chrome-error:/);
  await page.context().close();
});
