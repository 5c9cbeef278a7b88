import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** This package's own directory: above `src` when run from the sources, above `dist/server` when built. */
const root = new URL(import.meta.url.endsWith(".ts") ? "../" : "../../", import.meta.url);

/** Where the build puts the console's files. */
export const CONSOLE_DIRECTORY = fileURLToPath(new URL("dist/web", root));

export const VERSION: string = (JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { version: string })
  .version;
