// Takes the picture of the Audit Logs page that the README shows, after a build: `node scripts/picture.mjs`. The sample organization two days after
// it was recorded: what has happened since is at addresses that are known by then, and is not marked as seen there for the first time.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { findOrInstallChromium } from "./chromium.mjs";

const TWO_DAYS_AGO = `globalThis.Date = class extends Date {
  constructor(...parts) { parts.length === 0 ? super(Date.now()) : super(...parts); }
  static now() { return super.now() - 2 * 86_400_000; }
};`;

const root = fileURLToPath(new URL("..", import.meta.url));
const program = join(root, "bin/daybook.js");
const dataDir = mkdtempSync(join(tmpdir(), "daybook-picture-"));
let server;
let browser;
try {
  await begin(["--import", `data:text/javascript,${encodeURIComponent(TWO_DAYS_AGO)}`], /#token=/);
  await end();
  const [url = ""] = await begin([], /http:\/\/[^\s,]+/);
  browser = await chromium.launch({ executablePath: findOrInstallChromium(), args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
  await page.goto(signInLink(new URL(url).origin));
  await page.getByRole("button").first().click();
  await page.waitForURL(/audit-logs/);
  await page.goto(`${new URL(url).origin}/settings/organization/audit-logs?range=90d`);
  await page.getByText("10,000+ events").waitFor();
  await page.getByRole("button", { name: "View as table" }).waitFor();
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: join(root, "docs/images/audit-logs.png") });
} finally {
  await browser?.close();
  await end();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Starts the demo. @returns what is found in what it prints */
async function begin(options, sought) {
  server = spawn(process.execPath, [...options, program, "demo", "--port", "0", "--data-dir", dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const found = sought.exec(line);
    if (found) return found;
  }
  throw new Error("the server ended before it was ready");
}

async function end() {
  if (server === undefined || server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once("close", resolve));
  server.stdout.resume();
  server.kill("SIGTERM");
  await ended;
}

function signInLink(url) {
  const args = ["users", "sign-in-link", "--email", "dana@northwind.example", "--data-dir", dataDir, "--url", url];
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  const found = /http:\/\/\S+#token=\S+/.exec(stdout);
  if (found === null) throw new Error(stderr);
  return found[0];
}
