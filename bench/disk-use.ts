import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { segmentNames } from "../src/log/segment.ts";

const BLOCK_BYTES = 512;

/**
 * What a file or directory takes on disk: blocks, not lengths, as sparse files would make lengths a guess. What a link
 * names is not counted: the engine has links to its tables beside them. 0 where it is missing.
 */
export function allocated(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  const own = stat.blocks * BLOCK_BYTES;
  return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + allocated(join(path, name)), own) : own;
}

/** The sealed segments of a log, whatever their form: all but the newest, which is open. */
export function sealedSegments(log: string): { readonly entries: number; readonly bytes: number } {
  const names = readdirSync(log);
  const open = segmentNames(names).at(-1)?.firstPosition ?? 0;
  const sealed = names.filter((name) => segmentNames([name]).some(({ firstPosition }) => firstPosition < open));
  return { entries: open, bytes: sealed.reduce((sum, name) => sum + allocated(join(log, name)), 0) };
}
