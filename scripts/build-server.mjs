// Builds the server: `node scripts/build-server.mjs <directory>`. Each source file becomes one module in the same place. Each package
// becomes one module in packages/: Node spends most of a start on finding and opening the 750 files of the packages.
// See docs/decisions/0016-packages-in-one-file-each.md.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { UNBUNDLED } from "./unbundled.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const [, , directory] = process.argv;

const LEFT_OUT = new RegExp(`^(${UNBUNDLED.join("|")})(/|$)`);
/** better-auth looks for it at run time. Only Bun has it. */
const ABSENT = "bun:sqlite";

const SOURCES = join(root, "src");
const sources = readdirSync(SOURCES, { recursive: true }).filter((path) => /(?<!\.test)\.ts$/.test(path));

const bundle = await rolldown({
  cwd: root,
  // Every file, not only the first: threads are started from files of their own, found beside the one that starts them.
  input: Object.fromEntries(sources.map((path) => [path.slice(0, -".ts".length), join(SOURCES, path)])),
  platform: "node",
  external: [LEFT_OUT, ABSENT],
  resolve: { conditionNames: ["daybook-source", "node", "import"] },
  preserveEntrySignatures: "allow-extension",
  // Whoever imports from a room's door loads the file that has it, not the room.
  treeshake: { moduleSideEffects: (id) => !/[/\\]src[/\\]\w+[/\\]index\.ts$/.test(id) },
});
await bundle.write({
  dir: directory,
  format: "esm",
  sourcemap: true,
  entryFileNames: "[name].js",
  chunkFileNames: "packages/[name].js",
  codeSplitting: {
    groups: [
      // By itself: the lightest commands need it too.
      { name: "zod", test: /node_modules\/zod\//, priority: 1 },
      { name: packageOf, debugName: "packages", test: /node_modules|sdk\/src/ },
    ],
  },
});

/** @returns the name of the file for the package that a module belongs to. */
function packageOf(path) {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return name?.replace("@", "").replace("/", "-") ?? "sdk";
}
