// Builds sdk, server and console. Nothing is built when no source has changed since the last build; each result is made beside
// the old one and renamed into its place, so that a build that fails leaves the last good one.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compressFiles } from "./compress.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const staging = join(root, `dist.building-${process.pid}`);
const stamp = join(dist, "sources");

const SOURCES = {
  sdk: ["sdk/src", "sdk/tsconfig.build.json"],
  server: ["src", "sdk/src", "tsconfig.build.json", "scripts/build-server.mjs"],
  web: ["web", "sdk/src", "scripts/compress.mjs"],
};
const COMMON = ["tsconfig.base.json", "package.json", "package-lock.json"];

/** Brings dist/ and sdk/dist/ up to date. @param {{ quiet?: boolean }} options */
export function build({ quiet = false } = {}) {
  const before = existsSync(stamp) ? JSON.parse(readFileSync(stamp, "utf8")) : {};
  const now = Object.fromEntries(
    Object.entries(SOURCES).map(([part, paths]) => [part, fingerprint([...paths, ...COMMON])]),
  );
  const stale = (part) => before[part] !== now[part] || !existsSync(outputs[part].final);
  const parts = Object.keys(SOURCES).filter(stale);
  if (parts.length === 0) return;
  if (!quiet) process.stdout.write(`Building ${parts.join(", ")} …\n`);
  mkdirSync(staging, { recursive: true });
  try {
    for (const part of parts) {
      const { make, final } = outputs[part];
      const made = join(staging, part);
      make(made);
      mkdirSync(dirname(final), { recursive: true });
      rmSync(final, { recursive: true, force: true });
      renameSync(made, final);
    }
    writeFileSync(`${stamp}.tmp`, JSON.stringify(now));
    renameSync(`${stamp}.tmp`, stamp);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

const outputs = {
  sdk: {
    final: join(root, "sdk/dist"),
    make: (out) => tool("typescript", "tsc", ["-p", "sdk/tsconfig.build.json", "--outDir", out]),
  },
  server: {
    final: join(dist, "server"),
    make: (out) => {
      tool("typescript", "tsc", ["-p", "tsconfig.build.json"]);
      run("The server's build", join(root, "scripts/build-server.mjs"), [out]);
    },
  },
  web: {
    final: join(dist, "web"),
    make: (out) => {
      tool("vite", "vite", ["build", "web", "--outDir", out, "--emptyOutDir", "--logLevel", "warn"]);
      compressFiles(out);
    },
  },
};

function tool(packageName, bin, args) {
  const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
  const { bin: bins } = JSON.parse(readFileSync(manifest, "utf8"));
  const script = join(dirname(manifest), typeof bins === "string" ? bins : bins[bin]);
  run(bin, script, args);
}

function run(name, script, args) {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    // What is built is what is shipped, also where tests ask for it: they set NODE_ENV, which gives React's slower half.
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) throw new Error(`${name} failed; nothing was replaced.`);
}

/** Names, sizes and times of the files: enough to see a change, cheap enough for every start. */
function fingerprint(paths) {
  const hash = createHash("sha256");
  const visit = (path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) for (const name of readdirSync(join(root, path)).sort()) visit(join(path, name));
    else if (!/\.test\.tsx?$/.test(path)) hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
  };
  for (const path of paths) visit(path);
  return hash.digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    build();
  } catch (error) {
    process.stderr.write(`build: ${error.message}\n`);
    process.exitCode = 1;
  }
}
