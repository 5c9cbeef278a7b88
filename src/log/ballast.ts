import { randomFillSync } from "node:crypto";
import { join } from "node:path";
import { type Disk, unlinkIfThere, writeFully } from "./disk.ts";
import { errorCode, isOutOfSpace } from "./errors.ts";
import { UNFINISHED } from "./segment.ts";

/**
 * Default. Twice the largest batch: a torn tail can be saved aside, or some thousands of the system's own entries recorded, on a disk
 * that is otherwise full.
 */
export const BALLAST_BYTES = 4 * 1024 * 1024;

/**
 * A file that only takes up space, to be given back when the disk is full. It is never synced: whoever loses it in a power loss
 * finds it missing at the next start and makes it again.
 */
export class Ballast {
  private readonly disk: Disk;
  private readonly path: string;
  private readonly bytes: number;

  constructor(disk: Disk, directory: string, bytes: number) {
    this.disk = disk;
    this.bytes = bytes;
    this.path = join(directory, "ballast");
  }

  /** Builds the file again; succeeds only when there is room for it, which makes it the probe for whether space is back. */
  async fill(): Promise<boolean> {
    const unfinished = this.path + UNFINISHED;
    try {
      const file = await this.disk.open(unfinished, "create");
      try {
        // Random bytes take their space also on a file system that compresses.
        await writeFully(file, randomFillSync(Buffer.allocUnsafe(this.bytes)), 0);
      } finally {
        await file.close();
      }
      await this.disk.rename(unfinished, this.path);
      return true;
    } catch (error) {
      if (!isOutOfSpace(error)) throw error;
      await unlinkIfThere(this.disk, unfinished);
      return false;
    }
  }

  async exists(): Promise<boolean> {
    try {
      const file = await this.disk.open(this.path, "read");
      try {
        return (await file.size()) === this.bytes;
      } finally {
        await file.close();
      }
    } catch (error) {
      if (errorCode(error) === "ENOENT") return false;
      throw error;
    }
  }

  /** Gives the space back. */
  async release(): Promise<void> {
    await unlinkIfThere(this.disk, this.path);
  }
}
