import type { EntryPacking } from "../packing.ts";
import { DICTIONARY } from "./dictionary.ts";
import { completes, headerStart, pack, unpackBody, unpackedMax, unpackHeader } from "./pack.ts";

/**
 * How the log stores entries in its compressed segments. A packing that is in use never changes: another one, or another dictionary,
 * gets another number, and this one stays for the segments that were written with it.
 */
export const entryPacking = {
  number: 2,
  dictionary: DICTIONARY,
  module: import.meta.url,
  pack,
  unpackedMax,
  unpackBody,
  unpackHeader,
  completes,
  headerStart,
} as const satisfies EntryPacking;
