// Measures what the console's pages load, compressed as it is served (gzip), and fails when it is more than was promised: the first
// load is index.html's script and all that it preloads; everything else is loaded when somebody comes to need it.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";

const KIB = 1024;
const FIRST_MAX = 235 * KIB;
const LAZY_MAX = 60 * KIB;

build();
const web = fileURLToPath(new URL("../dist/web", import.meta.url));
const html = readFileSync(join(web, "index.html"), "utf8");
const scripts = readdirSync(join(web, "assets")).filter((name) => name.endsWith(".js"));
const sizes = scripts.map((name) => ({
  name,
  bytes: statSync(join(web, "assets", `${name}.gz`)).size,
  first: html.includes(`/assets/${name}`),
}));
const kib = (bytes) => `${(bytes / KIB).toFixed(1)} KiB`;
const say = (text) => process.stdout.write(`${text}\n`);

const first = sizes.filter((script) => script.first).reduce((sum, { bytes }) => sum + bytes, 0);
const lazy = sizes.filter((script) => !script.first).sort((a, b) => b.bytes - a.bytes);
say(`First load: ${kib(first)} of ${kib(FIRST_MAX)}, ${sizes.length - lazy.length} scripts`);
say(`Loaded when needed, at most ${kib(LAZY_MAX)} each:`);
for (const { name, bytes } of lazy) if (bytes >= KIB) say(`  ${kib(bytes).padStart(9)}  ${name}`);

const excess = lazy.filter(({ bytes }) => bytes > LAZY_MAX).map(({ name, bytes }) => `${name} takes ${kib(bytes)}`);
if (first > FIRST_MAX) excess.push(`the first load takes ${kib(first)}`);
if (first === 0) excess.push("index.html names no script, so nothing was measured");
if (excess.length > 0) {
  process.stderr.write(`budget: ${excess.join("; ")}\n`);
  process.exitCode = 1;
}
