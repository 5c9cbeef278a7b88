import { type ResourceLimits, Worker } from "node:worker_threads";

/**
 * A thread of this process. It runs what the process runs: the sources, which each thread has to learn to read by itself, or what was built of
 * them.
 *
 * @param module its file beside `from`, without the extension. @param from the address of the module that starts it.
 */
export function startThread(module: string, from: string, resourceLimits: ResourceLimits = {}): Worker {
  // Not the process's own arguments, which a thread may not take.
  if (!from.endsWith(".ts")) return new Worker(new URL(`./${module}.js`, from), { execArgv: [], resourceLimits });
  const [reader, file] = [import.meta.resolve("tsx/esm/api"), new URL(`./${module}.ts`, from).href];
  const code = `import(${JSON.stringify(reader)}).then(({ register }) => { register(); return import(${JSON.stringify(file)}); });`;
  return new Worker(code, { eval: true, execArgv: ["--conditions", "daybook-source"], resourceLimits });
}
