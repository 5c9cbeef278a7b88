import { renameSync, rmSync, statSync } from "node:fs";
import { errorCode } from "./log/index.ts";

/** What says something of the machine, and nothing of what a store holds: rebuilding would fail as well. */
const OF_THE_MACHINE: ReadonlySet<string | undefined> = new Set([
  ...["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "ENOMEM", "EIO", "EBUSY"],
  ...["SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_PERM", "SQLITE_NOMEM", "SQLITE_AUTH"],
]);

/** A store that can be rebuilt from the log was damaged. */
export interface SetAside {
  readonly directory: string;
  /** Where it is now; what was set aside before is gone. */
  readonly aside: string;
  readonly error: unknown;
}

/**
 * Opens a store that is derived from the log. What cannot be opened is set aside, and opened again as an empty one: what can be rebuilt must
 * never stop what cannot.
 *
 * @throws what the machine says: no space, no permission.
 */
export function openOrSetAside<T>(directory: string, open: () => T, onSetAside: (notice: SetAside) => void): T {
  try {
    return open();
  } catch (error) {
    if (isOfTheMachine(error)) throw error;
    onSetAside({ directory, aside: setAside(directory), error });
    return open();
  }
}

/** If its place has a file that is not a directory. For a store that another process opens. */
export function setAsideUnlessDirectory(directory: string, onSetAside: (notice: SetAside) => void): void {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) return;
  onSetAside({ directory, aside: setAside(directory), error: new Error(`${directory} is not a directory`) });
}

/** @returns where it is now. */
function setAside(directory: string): string {
  const aside = `${directory}.damaged`;
  rmSync(aside, { recursive: true, force: true });
  renameSync(directory, aside);
  return aside;
}

function isOfTheMachine(error: unknown): boolean {
  const code = errorCode(error);
  return OF_THE_MACHINE.has(code) || OF_THE_MACHINE.has(code?.split("_").slice(0, 2).join("_"));
}
