import { existsSync, readFileSync, statSync } from "node:fs";
import { type Command, Option } from "commander";

/** An option that can be given several times. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description)
    .argParser((value: string, before: string[]) => [...before, value])
    .default([], "none");
}

/**
 * A key itself, or the lines of a file: keys, or the JSON lines of `daybook signing-key show`. A file without one is the caller's fault:
 * nothing would be demanded by it.
 */
export function keysOf(keyOrFile: string, command: Command): string[] {
  if (!existsSync(keyOrFile)) return [keyOrFile.trim()];
  if (!statSync(keyOrFile).isFile()) command.error(`daybook: ${keyOrFile} is not a file`);
  const lines = readFileSync(keyOrFile, "utf8").split("\n");
  const used = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  if (used.length === 0) command.error(`daybook: there is no key in ${keyOrFile}`);
  return used.map((line) => (line.startsWith("{") ? vkeyIn(line) : line));
}

/** Any other text is then refused as a key. */
function vkeyIn(line: string): string {
  try {
    return String(JSON.parse(line).vkey);
  } catch {
    return line;
  }
}
