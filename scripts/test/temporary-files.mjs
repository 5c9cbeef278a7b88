// Where tests keep their files: in memory where there is room. A server writes some thirty small files, and a run starts hundreds of servers: on a disk,
// creating, syncing and removing them takes a fifth of a start's processor time and half of its time. What a disk that fails or forgets
// does is tested on disks of our own (test/log).
import { existsSync, statfsSync } from "node:fs";

const MEMORY = "/dev/shm";
/** linux/magic.h. */
const TMPFS_MAGIC = 0x01021994;
const GIB = 2 ** 30;
/** More than all tests of a run have at a time; containers often have 64 MiB here. */
const BYTES_NEEDED = 6 * GIB;

/** Sets TMPDIR for this process and those that it starts, unless somebody has chosen it. Long campaigns stay on the disk. */
export function keepFilesInMemory() {
  if (process.env.TMPDIR !== undefined || process.env.DAYBOOK_TEST_LONG === "1" || !existsSync(MEMORY)) return;
  const { type, bavail, bsize } = statfsSync(MEMORY);
  if (type === TMPFS_MAGIC && bavail * bsize >= BYTES_NEEDED) process.env.TMPDIR = MEMORY;
}
