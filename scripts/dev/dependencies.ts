import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The sources of a process that the server starts: it imports their packages, the server does not. */
const OTHER_PROCESS = /\bprogram\//;
const SPECIFIER = /\b(?:from|import\()\s*"([^".][^"]*)"/g;

/**
 * Imports the packages that the sources below a directory name, and none of the sources. Four fifths of a start go into packages, so a process
 * that has them already starts a changed server in a fifth of the time.
 */
export async function importPackages(directory: string): Promise<void> {
  // A package that cannot be imported fails again, and is reported, when the sources import it.
  await Promise.allSettled([...packagesOf(directory)].map((name) => import(name)));
}

/** The packages that the sources import, with their subpaths. The workspace's own are sources too. */
export function packagesOf(directory: string): Set<string> {
  const names = new Set<string>();
  for (const file of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts") || OTHER_PROCESS.test(file)) continue;
    for (const [, name = ""] of readFileSync(join(directory, file), "utf8").matchAll(SPECIFIER)) {
      if (!name.startsWith("node:") && !name.startsWith("@daybook/")) names.add(name);
    }
  }
  return names;
}
