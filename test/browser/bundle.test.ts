import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { anEntry, assemble, bundleParts, ORIGIN, TestKey } from "../bundle/fixture.ts";
import { closeContexts, launchBrowser } from "./browser.ts";

const SDK = fileURLToPath(new URL("../../sdk/src", import.meta.url));

const KEY = new TestKey(ORIGIN);
const LOG = Array.from({ length: 50 }, (_, sequence) => anEntry(sequence));
const BUNDLE = assemble(bundleParts(LOG, { entries: [10, 11, 12, 13], range: { start: 10, end: 14 } }, KEY));

let directory: string;
let browser: Browser;
let page: Page;
let server: Server;
let url: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "daybook-page-"));
  const entry = join(directory, "entry.ts");
  writeFileSync(
    entry,
    `import { verifyBundle } from ${JSON.stringify(join(SDK, "bundle.ts"))};
     import { webCrypto } from ${JSON.stringify(join(SDK, "web-crypto.ts"))};
     document.querySelector("input").addEventListener("change", async ({ target }) => {
       const report = await verifyBundle(target.files[0].stream(), { keys: [document.title], ...webCrypto });
       document.querySelector("output").textContent = JSON.stringify(report);
     });`,
  );
  const built = await build({
    logLevel: "error",
    configFile: false,
    build: { write: false, lib: { entry, formats: ["iife"], name: "page" } },
  });
  const [{ output } = { output: [] }] = Array.isArray(built) ? built : [built as { output: { code?: string }[] }];
  const script = (output[0] as { code?: string } | undefined)?.code ?? "";
  const html = `<!doctype html><meta charset="utf-8"><title>${KEY.vkey}</title><input type="file"><output></output><script>${script}</script>`;
  writeFileSync(join(directory, "page.html"), html);
  server = createServer((_request, response) => {
    createReadStream(join(directory, "page.html")).pipe(response.setHeader("content-type", "text/html"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  browser = await launchBrowser();
  page = await browser.newPage();
});

afterAll(async () => {
  await closeContexts(browser);
  server?.close();
  rmSync(directory, { recursive: true, force: true });
});

async function verified(address: string, bundle: Buffer): Promise<Record<string, unknown>> {
  await page.goto(address);
  const file = { name: "acme.daybook", mimeType: "application/vnd.daybook.bundle", buffer: bundle };
  await page.locator("input").setInputFiles(file);
  await expect.poll(() => page.evaluate("document.querySelector('output').textContent !== ''")).toBe(true);
  return JSON.parse((await page.locator("output").textContent()) ?? "");
}

it.each([
  ["served", () => url],
  ["opened from disk", () => `file://${join(directory, "page.html")}`],
])("a file is verified in a page that is %s", async (_how, address) => {
  expect(await verified(address(), BUNDLE)).toMatchObject({
    ok: true,
    proves: "complete",
    entries: 4,
    grade: "signed",
  });
  const altered = Buffer.from(BUNDLE.toString().replace("Event 11", "Event 99"));
  expect(await verified(address(), altered)).toMatchObject({
    ok: false,
    fault: "body_altered",
    sequence: 11,
    id: "e-11",
  });
});
