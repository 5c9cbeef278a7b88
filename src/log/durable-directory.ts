import { dirname } from "node:path";
import type { Disk } from "./disk.ts";
import { errorCode } from "./errors.ts";

/**
 * Makes a directory, and those above it that are missing, durable, from the top down:
 *
 *   (the directory above, in the same way) → mkdir → fsync(the directory above)
 *
 * The one above is synced also when nothing has to be made: a process that was killed between the two calls may have left a
 * name that is only cached. Because a directory is made only after the one above it is durable, one level is enough.
 */
export async function makeDurableDirectory(disk: Disk, directory: string): Promise<void> {
  const above = dirname(directory);
  if (await exists(disk, directory)) {
    await syncIfAllowed(disk, above);
    return;
  }
  await makeDurableDirectory(disk, above);
  await disk.mkdir(directory);
  await disk.syncDirectory(above);
}

async function exists(disk: Disk, directory: string): Promise<boolean> {
  try {
    await disk.list(directory);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** A directory that this process cannot read had its names made by someone else, who answers for them. */
async function syncIfAllowed(disk: Disk, directory: string): Promise<void> {
  try {
    await disk.syncDirectory(directory);
  } catch (error) {
    if (errorCode(error) !== "EACCES" && errorCode(error) !== "EPERM") throw error;
  }
}
