import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "rolldown";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = join(ROOT, "src");
const BUILT = join(ROOT, "dist/server");
/** Beside the build: packages are found from there. */
const PROGRAMS = join(ROOT, "dist/tests");

const programs = new Map<string, Promise<string>>();

/**
 * A program of a test as one file of JavaScript that imports the server's parts from the build. It starts in a fraction of the time that its sources
 * take: a test that starts twenty of them spends it on them.
 *
 * @param name of the source, from the test's own file. @param from that file's import.meta.url. @returns its path.
 */
export function builtChild(name: string, from: string): Promise<string> {
  const source = fileURLToPath(new URL(name, from));
  const built = programs.get(source) ?? buildChild(source);
  programs.set(source, built);
  return built;
}

async function buildChild(source: string): Promise<string> {
  // Files of different tests are built at the same time: each has a name of its own.
  const file = join(PROGRAMS, `${source.slice(ROOT.length).replaceAll("/", "-").replace(/\.ts$/, "")}.mjs`);
  await build({
    input: source,
    platform: "node",
    logLevel: "warn",
    plugins: [
      {
        name: "server-of-the-build",
        resolveId(imported, importer) {
          if (importer === undefined) return undefined;
          if (!imported.startsWith(".")) return { id: imported, external: true };
          const path = join(importer, "..", imported);
          if (!path.startsWith(`${SOURCES}/`)) return undefined;
          const built = join(BUILT, path.slice(SOURCES.length).replace(/\.ts$/, ".js"));
          return { id: pathToFileURL(built).href, external: true };
        },
      },
    ],
    output: { file, format: "esm", codeSplitting: false },
  });
  return file;
}
