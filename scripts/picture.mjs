// Takes the picture of the Audit Logs page that the README shows, after a build: `node scripts/picture.mjs`. It shows the sample organization.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { findOrInstallChromium } from "./chromium.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), "daybook-picture-"));
const demo = spawn(process.execPath, [join(root, "bin/daybook.js"), "demo", "--port", "0", "--data-dir", dataDir], {
  stdio: ["ignore", "pipe", "inherit"],
});
const ended = new Promise((resolve) => demo.once("close", resolve));
let browser;
try {
  const link = await printedLink();
  browser = await chromium.launch({ executablePath: findOrInstallChromium(), args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
  await page.goto(link);
  await page.getByRole("button").first().click();
  await page.waitForURL(/audit-logs/);
  await page.goto(`${new URL(link).origin}/settings/organization/audit-logs?range=90d`);
  await page.getByText("10,000+ events").waitFor();
  await page.getByRole("button", { name: "View as table" }).waitFor();
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: join(root, "docs/images/audit-logs.png") });
} finally {
  await browser?.close();
  demo.stdout.resume();
  demo.kill("SIGTERM");
  await ended;
  rmSync(dataDir, { recursive: true, force: true });
}

/** The link that signs in, which the demo prints once it is ready. */
async function printedLink() {
  for await (const line of createInterface({ input: demo.stdout })) {
    const found = /http:\/\/\S+#token=\S+/.exec(line);
    if (found) return found[0];
  }
  throw new Error("the demo ended before it was ready");
}
