import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { anEvent } from "../support/events.ts";
import type { TestServer } from "../support/server.ts";
import { violations } from "./axe.ts";
import { closeContexts, launchBrowser, openPage } from "./browser.ts";
import { foundAcme, keyOf, openAs, type Person } from "./people.ts";

const LOGS = "/settings/organization/audit-logs";
const directory = mkdtempSync(join(tmpdir(), "daybook-verify-page-"));

let server: TestServer;
let browser: Browser;
let owner: Person;
let key: string;

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  owner = await foundAcme(server);
  key = await keyOf(server, owner, "acme", "events:write", "events:read");
  const metadata = { "2": "two", "1": [null, { b: 1, a: 2 }] };
  const events = Array.from({ length: 12 }, (_, at) =>
    anEvent({
      id: `e-${at}`,
      actor: { type: "agent", name: "Helper", on_behalf_of: { type: "user", id: "u", name: "Bo", role: "admin" } },
      targets: [
        { type: "channel", id: "c1" },
        { type: "channel", name: "Two" },
      ],
      context: { ip: "unknown", user_agent: "curl" },
      description: `Did thing ${at}`,
      metadata,
      changes: [{ path: "a", before: 1, after: 2 }],
    }),
  );
  expect((await server.post(key, events)).status).toBe(201);
  await server.caughtUp(key);
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
  rmSync(directory, { recursive: true });
});

/** For whoever wants to look: into the directory that the environment names. */
async function screenshot(page: Page, name: string): Promise<void> {
  const { DAYBOOK_SCREENSHOTS: into } = process.env;
  if (into !== undefined) await page.screenshot({ path: join(into, `${name}.png`), fullPage: true });
}

describe("one event, verified in the browser", () => {
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    ({ page, faults } = await openAs(browser, server, owner));
  });

  async function verify(): Promise<string> {
    await page.goto(`${server.url}${LOGS}?event=e-5`);
    const line = page.getByRole("region", { name: "Integrity" }).first();
    if ((await line.count()) === 0) {
      await page
        .getByRole("button", { name: /Expand|details/i })
        .first()
        .waitFor();
    }
    const button = line.getByRole("button", { name: /Verify/ });
    await button.waitFor();
    await button.click();
    const status = line.getByRole("status").filter({ hasText: /proven|could not/i });
    await status.waitFor();
    return status.innerText();
  }

  it("is proven, by a key that is remembered", async () => {
    const first = await verify();
    expect(first).toMatch(/Proven in this browser.*entry \d+, byte for byte/);
    expect(first).toContain("taken from this server just now");
    expect(await verify()).toContain("By the key trusted since");
    await screenshot(page, "verify-event");
    expect(await violations(page)).toEqual([]);
  });

  const ALTERED: readonly [string, string | RegExp, (text: string) => string, RegExp][] = [
    ["its body", "**/v1/events/e-5/entry?*", (text) => text.replace("Did thing 5", "Did thing 6"), /body was altered/],
    [
      "its header",
      "**/v1/events/e-5/entry?*",
      (text) => text.replace('"outcome":"success"', '"outcome":"denied!"'),
      /leaf hash/,
    ],
    [
      "what the page shows",
      /\/v1\/events(\/e-5)?\?/,
      (text) => text.replace("Did thing 5", "Did thing 7"),
      /not what the entry says: description/,
    ],
    [
      "the proof",
      "**/v1/proofs/inclusion?*",
      (text) => text.replace(/"hashes":\["./, (one) => (one.endsWith("0") ? '"hashes":["1' : '"hashes":["0')),
      /does not give the signed root/,
    ],
    [
      "the checkpoint",
      "**/v1/proofs/inclusion?*",
      (text) => text.replace(/(\/acme\\n)(\d+)/, "$19$2"),
      /not signed by/,
    ],
  ];

  it.each(ALTERED)("is not proven when %s is altered on the way", async (_, route, alter, reason) => {
    await page.route(route, async (call) => {
      const response = await call.fetch();
      const body = alter(await response.text());
      expect(body).not.toBe(await response.text());
      await call.fulfill({ response, body });
    });
    const verdict = await verify();
    expect(verdict).toContain("Not proven.");
    expect(verdict).toMatch(reason);
    await page.unroute(route);
  });

  it("says that the key is another one, and that the log was rolled back", async () => {
    const change = (script: string) =>
      page.evaluate(`(() => {
        const name = "daybook-trusted-key:acme";
        const pinned = JSON.parse(localStorage.getItem(name));
        ${script}
        localStorage.setItem(name, JSON.stringify(pinned));
      })()`);
    await change("pinned.seen.size = 1000000;");
    expect(await verify()).toMatch(/rolled back: this browser has seen 1000000 signed entries/);
    await change("pinned.seen = { size: 3, root: btoa('x'.repeat(32)) };");
    expect(await verify()).toMatch(/its first 3 entries are different/);
    // A key of the right form, which has signed nothing here.
    const other = await otherKey();
    await change(`delete pinned.seen; pinned.vkey = ${JSON.stringify(other)};`);
    expect(await verify()).toMatch(/but by another key/);
    await page.getByRole("button", { name: "Trust this key from now on" }).click();
    await page.getByText("Proven in this browser.").waitFor();
    // Another key of the same log takes nothing away from what was seen of it.
    await change(`pinned.seen = { size: 1000000, root: pinned.seen.root }; pinned.vkey = ${JSON.stringify(other)};`);
    expect(await verify()).toMatch(/but by another key/);
    await page.getByRole("button", { name: "Trust this key from now on" }).click();
    await page.getByText(/rolled back: this browser has seen 1000000 signed entries/).waitFor();
  });

  it("says that it is another log, with the entries of both, and keeps what was seen of the first one", async () => {
    const stored = async () =>
      JSON.parse((await page.evaluate("localStorage.getItem('daybook-trusted-key:acme')")) as string);
    const { keys } = (await (await server.fetch("/v1/checkpoint/keys", {}, key)).json()) as {
      keys: { vkey: string }[];
    };
    const earlier = (keys[0]?.vkey ?? "").replace(
      /^daybook\/[0-9a-f-]{36}/,
      "daybook/00000000-0000-4000-8000-000000000000",
    );
    // The very same public key, under the name of the log before.
    const [name = "", , ...base64] = earlier.split("+");
    const vkey = await vkeyOf(name, Buffer.from(base64.join("+"), "base64").subarray(1));
    const seen = { size: 1_000_000, root: btoa("x".repeat(32)) };
    await page.evaluate(
      `localStorage.setItem("daybook-trusted-key:acme", ${JSON.stringify(JSON.stringify({ vkey, since: "2026-01-01T00:00:00.000Z", seen }))})`,
    );
    expect(await verify()).toMatch(/This is another log\. You saw 1000000 entries, it has \d+\./);
    await page.getByRole("button", { name: "Trust this log from now on" }).click();
    await page.getByText("Proven in this browser.").waitFor();
    expect(await stored()).toMatchObject({ vkey: keys[0]?.vkey, earlier: [{ vkey, seen }] });
  });

  async function otherKey(): Promise<string> {
    const { generateKeyPairSync } = await import("node:crypto");
    const { keys, origin } = (await (await server.fetch("/v1/checkpoint/keys", {}, key)).json()) as {
      keys: unknown[];
      origin: string;
    };
    expect(keys).toHaveLength(1);
    const publicKey = generateKeyPairSync("ed25519").publicKey.export({ format: "der", type: "spki" }).subarray(12);
    return vkeyOf(origin, publicKey);
  }

  async function vkeyOf(name: string, publicKey: Uint8Array): Promise<string> {
    const { hash } = await import("node:crypto");
    const { hashing } = await import("../../sdk/src/hashing.ts");
    const { ED25519, formatVerifierKey, keyIdOf } = await import("../../sdk/src/note.ts");
    const keyId = hashing(keyIdOf(name, publicKey), (bytes) => hash("sha256", bytes, "buffer"));
    return formatVerifierKey({ name, keyId, type: ED25519, publicKey });
  }

  it("ran without a script error or a breach of its own policy", () => {
    expect(faults).toEqual([]);
  });
});

describe("the verification page", () => {
  it.each(["served", "saved to disk"])("%s, checks a dropped export with nothing but a key", async (where) => {
    const { keys } = (await (await server.fetch("/v1/checkpoint/keys", {}, key)).json()) as {
      keys: { vkey: string }[];
    };
    const bundle = await (await server.fetch("/v1/events/export?format=ndjson&proof=1", {}, key)).text();
    const html = await (await server.fetch("/verify")).text();
    writeFileSync(join(directory, "verify.html"), html);
    const { page, faults } = await openPage(browser);
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(where === "served" ? `${server.url}/verify` : pathToFileURL(join(directory, "verify.html")).href);
    const check = async (content: string, vkey: string) => {
      await page.getByLabel(/^Export with proof/).setInputFiles({
        name: "acme.daybook",
        mimeType: "application/octet-stream",
        buffer: Buffer.from(content),
      });
      await page.getByLabel("Public key of the organization").fill(vkey);
      await page.getByRole("button", { name: "Verify" }).click();
      const result = page.getByRole("status", { name: "Result" });
      await result.getByRole("heading").waitFor();
      return result.innerText();
    };
    const proven = await check(bundle, keys[0]?.vkey ?? "");
    expect(proven).toMatch(/Authentic.*entries of acme/);
    // What a cover sheet says, too.
    expect(proven).toContain(createHash("sha256").update(bundle).digest("hex"));
    expect(proven).toMatch(/Key fingerprint\s+([0-9a-f]{4} ){7}[0-9a-f]{4}/);
    await screenshot(page, "verify-page");
    expect(await violations(page)).toEqual([]);
    expect(await check(bundle.replace("Did thing 3", "Did thing 4"), keys[0]?.vkey ?? "")).toMatch(
      /Not proven. Entry \d+ was altered: its body/,
    );
    expect(await check(bundle, "nonsense")).toContain("a key is not valid");
    expect(await check("no bundle", keys[0]?.vkey ?? "")).toContain("Not proven.");

    // A verdict stands for what is chosen and pasted, and not for what was so when it was asked for.
    const result = page.getByRole("status", { name: "Result" });
    await check(bundle, keys[0]?.vkey ?? "");
    await page.getByLabel("Public key of the organization").fill("another");
    expect(await result.innerText()).toBe("");
    await page.getByLabel("Public key of the organization").fill(keys[0]?.vkey ?? "");
    await page.evaluate(() => {
      const { stream } = File.prototype;
      File.prototype.stream = function () {
        File.prototype.stream = stream;
        const gate = new TransformStream();
        (globalThis as unknown as EventTarget).addEventListener(
          "go-on",
          () => void stream.call(this).pipeTo(gate.writable),
          { once: true },
        );
        return gate.readable;
      };
    });
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByLabel(/^Export with proof/).setInputFiles({
      name: "forged.daybook",
      mimeType: "application/octet-stream",
      buffer: Buffer.from("no bundle"),
    });
    await page.evaluate(() => (globalThis as unknown as EventTarget).dispatchEvent(new Event("go-on")));
    await page.locator("#run:enabled").waitFor();
    expect(await result.innerText()).toBe("");
    expect(requests).toHaveLength(1);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
