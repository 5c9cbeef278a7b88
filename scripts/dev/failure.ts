import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Errors that Node throws for a fault in the sources. The others say by themselves what is wrong. */
const FAULTS = [SyntaxError, TypeError, ReferenceError, RangeError];

/** One line: what is wrong, and in which file of the project where that is known. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first = "", ...rest] = error.message.split("\n");
  // esbuild counts the errors first and then names each with its place.
  const text = /^Transform failed with \d+ error/.test(first) ? (rest[0] ?? first) : error.message;
  const line = text.replace(/\s*\n\s*/g, " ").replaceAll(ROOT, "");
  if (!FAULTS.some((fault) => error instanceof fault)) return line;
  const place = placeIn(error.stack ?? "");
  return place === undefined || line.includes(place.split(":")[0] ?? place) ? line : `${line} (${place})`;
}

/** The first place in the project's own files, such as `src/app.ts:12:3`. */
function placeIn(stack: string): string | undefined {
  for (const line of stack.split("\n")) {
    const at = line.indexOf(ROOT);
    if (at < 0 || line.includes("node_modules")) continue;
    const place = /^[^\s)]+/.exec(line.slice(at + ROOT.length))?.[0];
    if (place !== undefined && /\.ts\b/.test(place)) return place;
  }
  return undefined;
}
