import { fileURLToPath } from "node:url";

/**
 * Arguments for `process.execPath` that run a module of this package as a process of its own. It runs what this process runs: the sources,
 * or what was built of them.
 *
 * @param module its file beside `from`, without the extension. @param from the address of the module that starts it.
 */
export function programArguments(module: string, from: string): string[] {
  if (!from.endsWith(".ts")) return [fileURLToPath(new URL(`./${module}.js`, from))];
  const file = fileURLToPath(new URL(`./${module}.ts`, from));
  return ["--conditions", "daybook-source", "--import", import.meta.resolve("tsx"), file];
}
