// Finds a Chromium for the browser tests, or installs Debian's package where that is possible. Nothing is downloaded otherwise.
// The headless shell comes first: the same engine without a window, for less than half the processor time of a new context.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const PLACES = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Debian's packages, the smaller one first; older releases do not have it. */
const PACKAGES = ["chromium-headless-shell", "chromium"];

/** Path of a Chromium. @throws Error that says how to get one. */
export function findOrInstallChromium() {
  const found = find();
  if (found) return found;
  if (process.getuid?.() === 0 && run("apt-get", ["--version"])) {
    process.stdout.write("No Chromium found. Installing one for the browser tests, by apt-get.\n");
    run("apt-get", ["update", "-qq"], "inherit");
    for (const name of PACKAGES) {
      process.stdout.write(`apt-get install ${name}\n`);
      run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], "inherit");
      const installed = find();
      if (installed) return installed;
    }
  }
  throw new Error(
    "The browser tests need a Chromium. Install one (Debian: apt-get install chromium), or set CHROMIUM_PATH to one.",
  );
}

function find() {
  return PLACES.find((path) => path && existsSync(path));
}

function run(command, args, stdio = "ignore") {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { stdio, env }).status === 0;
}
