// `node scripts/assemble.mjs DIRECTORY`: puts together what a server needs to run, and nothing else: the program, the build, and the packages
// that the build leaves outside. The container image, the systemd unit and the tests use the same directory.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { UNBUNDLED } from "./unbundled.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const PROGRAM = ["LICENSE", "bin", "dist/server", "dist/web", "package.json"];

/** @param directory created; it must be empty. @throws Error when it is not, or when the build or a copy fails. */
function assemble(directory) {
  mkdirSync(directory, { recursive: true });
  if (readdirSync(directory).length > 0) throw new Error(`${directory} is not empty.`);
  build({ quiet: true });
  for (const path of [...PROGRAM, ...packages()]) copy(join(root, path), join(directory, path));
}

/** The unbundled packages and what they depend on, as far as it is installed: of native libraries, those of this machine. */
function packages() {
  const locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const found = new Set();
  const add = (name) => {
    const path = `node_modules/${name}`;
    if (found.has(path) || !existsSync(join(root, path))) return;
    found.add(path);
    const { dependencies, optionalDependencies } = locked[path];
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) add(needed);
  };
  for (const name of UNBUNDLED) add(name);
  return found;
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith(".map") });
}

const [directory, ...others] = process.argv.slice(2);
try {
  if (directory === undefined || others.length > 0) throw new Error("give one directory.");
  assemble(resolve(directory));
} catch (error) {
  process.stderr.write(`assemble: ${error.message}\n`);
  process.exitCode = 1;
}
