// Runs Lighthouse over the sign-in page and the Audit Logs page of the sample data, as on a desktop, and fails below what was promised.
// Lighthouse and the 200 packages it needs are installed when this is asked for, into a directory of their own: nobody else needs them.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { build } from "./build.mjs";
import { findOrInstallChromium } from "./chromium.mjs";

/** The last one that runs on Node 20. */
const LIGHTHOUSE = "lighthouse@12.2.3";
/** Category → score promised, of 100. */
const PROMISED = { performance: 95, accessibility: 100, "best-practices": 100 };

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TOOL = join(ROOT, "node_modules", ".lighthouse");
const say = (text) => process.stdout.write(`${text}\n`);

function install() {
  if (existsSync(join(TOOL, "node_modules/lighthouse/package.json"))) return;
  say(`Installing ${LIGHTHOUSE} …`);
  const args = ["install", "--prefix", TOOL, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", LIGHTHOUSE];
  const { status } = spawnSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error("Lighthouse could not be installed.");
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts the sample server. @returns its process and the link that signs in. */
async function demo(directory) {
  const child = spawn(
    process.execPath,
    [join(ROOT, "bin/daybook.js"), "demo", "--port", "0", "--data-dir", directory],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let printed = "";
  const link = await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const match = /http:\/\/\S+\/sign-in#token=\S+/.exec(printed);
      if (match) resolve(match[0]);
    });
    child.once("close", () => reject(new Error(`the server ended:\n${printed}`)));
  });
  return { child, link };
}

const directory = mkdtempSync(join(tmpdir(), "daybook-lighthouse-"));
let server;
let browser;
try {
  install();
  build();
  const core = pathToFileURL(join(TOOL, "node_modules/lighthouse/core/")).href;
  const { default: lighthouse } = await import(`${core}index.js`);
  const { default: desktop } = await import(`${core}config/desktop-config.js`);
  server = await demo(join(directory, "data"));
  const { origin } = new URL(server.link);
  const port = await freePort();
  browser = await chromium.launchPersistentContext(join(directory, "profile"), {
    executablePath: findOrInstallChromium(),
    args: [
      `--remote-debugging-port=${port}`,
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
    ].concat("--disable-background-networking", "--disable-component-update", "--disable-sync"),
  });
  const measure = async (name, url) => {
    const options = { port, disableStorageReset: true, onlyCategories: Object.keys(PROMISED), logLevel: "error" };
    const { lhr } = await lighthouse(url, options, desktop);
    const scores = Object.entries(lhr.categories).map(([id, { score }]) => [id, Math.round((score ?? 0) * 100)]);
    const { "largest-contentful-paint": lcp, "cumulative-layout-shift": cls, "total-blocking-time": tbt } = lhr.audits;
    say(
      `${name}: ${scores.map(([id, score]) => `${id} ${score}`).join(", ")} · LCP ${lcp.displayValue}, CLS ${cls.displayValue}, blocked ${tbt.displayValue}`,
    );
    for (const [id, score] of scores) {
      if (score >= PROMISED[id]) continue;
      process.exitCode = 1;
      process.stderr.write(`lighthouse: ${name}: ${id} is ${score}, below ${PROMISED[id]}\n`);
      for (const { id: audit } of lhr.categories[id].auditRefs) {
        const { score: part, title } = lhr.audits[audit];
        if (part !== null && part < 0.9) process.stderr.write(`  ${audit}: ${title}\n`);
      }
    }
  };
  await measure("sign-in", `${origin}/sign-in`);
  const page = await browser.newPage();
  await page.goto(server.link);
  await page.getByRole("button", { name: /sign in|continue/i }).click();
  await page.getByRole("heading", { name: "Audit Logs", level: 1 }).waitFor();
  await page.close();
  await measure("audit logs", `${origin}/settings/organization/audit-logs`);
} finally {
  await browser?.close();
  server?.child.kill("SIGTERM");
  rmSync(directory, { recursive: true, force: true });
}
