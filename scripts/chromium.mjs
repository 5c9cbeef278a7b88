// Finds a Chromium for the browser tests, or installs Debian's package where that is possible. Nothing is downloaded otherwise.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const PLACES = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Path of a Chromium. @throws Error that says how to get one. */
export function findOrInstallChromium() {
  const found = find();
  if (found) return found;
  if (process.getuid?.() === 0 && run("apt-get", ["--version"])) {
    process.stdout.write("No Chromium found; installing Debian's package chromium for the browser tests.\n");
    run("apt-get", ["update", "-qq"], "inherit");
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], "inherit");
    const installed = find();
    if (installed) return installed;
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
