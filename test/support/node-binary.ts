import { chmodSync, copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/**
 * The Node.js that runs the tests, where any user of the system can start it: a version manager or npx keeps it below the home of one,
 * which others cannot enter. Then it is a copy, removed at the end of the test.
 */
export function nodeForEveryUser(): string {
  if (isOpenToAll(process.execPath)) return process.execPath;
  const directory = mkdtempSync(join(tmpdir(), "daybook-node-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  chmodSync(directory, 0o755);
  const copy = join(directory, "node");
  copyFileSync(process.execPath, copy);
  chmodSync(copy, 0o755);
  return copy;
}

/** Whether others may enter everything on the way to a file. */
function isOpenToAll(path: string): boolean {
  if ((statSync(path).mode & 0o001) === 0) return false;
  return dirname(path) === path || isOpenToAll(dirname(path));
}
