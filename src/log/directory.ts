import { dirname } from "node:path";
import type { Disk } from "./disk.ts";
import { errorCode } from "./errors.ts";

/**
 * Makes a directory, and those above it that are missing, durable:
 *
 *   mkdir → fsync(the directory above)
 *
 * The directory above is synced also when nothing had to be made: a process that was killed between the two calls may have
 * left a name that is only cached. For the same reason the one above that is synced whenever `directory` was missing.
 */
export async function makeDurableDirectory(disk: Disk, directory: string): Promise<void> {
  const above = dirname(directory);
  if (await makeOne(disk, directory)) await syncIfAllowed(disk, dirname(above));
  await disk.syncDirectory(above);
}

/** @returns whether it was missing. */
async function makeOne(disk: Disk, directory: string): Promise<boolean> {
  try {
    await disk.mkdir(directory);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    if (errorCode(error) !== "ENOENT") throw error;
  }
  await makeDurableDirectory(disk, dirname(directory));
  await disk.mkdir(directory);
  return true;
}

/** A directory that this process may not read was made by someone else, who answers for it. */
async function syncIfAllowed(disk: Disk, directory: string): Promise<void> {
  try {
    await disk.syncDirectory(directory);
  } catch (error) {
    if (errorCode(error) !== "EACCES" && errorCode(error) !== "EPERM") throw error;
  }
}
