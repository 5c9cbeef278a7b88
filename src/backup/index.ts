/** Copies of a data directory: taken while a server runs, signed, and checked before anything is restored from them. */

export { backUp, backupsIn, WrongPlace } from "./backup.ts";
export type { Manifest } from "./manifest.ts";
export { emptyDirectory, unpack } from "./unpack.ts";
