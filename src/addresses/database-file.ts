import { readFile, stat } from "node:fs/promises";
import { formatAddress, parseAddress } from "@daybook/sdk/filters";
import { Reader, type Response } from "mmdb-lib";

/** A file in MaxMind's format, read whole: a look-up takes a few microseconds and never waits for a disk. */
export interface DatabaseFile {
  /** As the file names itself, such as `GeoLite2-Country`. */
  readonly type: string;
  /** Milliseconds since the Unix epoch. */
  readonly builtAt: number;
  /** The record of an address, or null where there is none. @throws where the file is damaged. */
  get(address: bigint): unknown;
}

/** Which file it is: a new one has another version. @throws when it cannot be read. */
export async function versionOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs} ${size} ${ino}`;
}

/** @throws when it cannot be read, or is not such a file. */
export async function readDatabase(path: string): Promise<DatabaseFile> {
  const bytes = await readFile(path);
  const reader = new Reader<Response>(bytes);
  const { databaseType, buildEpoch, ipVersion, searchTreeSize } = reader.metadata;
  if (!(searchTreeSize < bytes.length)) throw new RangeError("its search tree is longer than the file");
  return {
    type: databaseType,
    builtAt: buildEpoch.getTime(),
    get: (address) => {
      const ipv4 = dotted(address);
      // A tree of IPv4 addresses would take the first bits of another one for one of its own.
      if (ipv4 === undefined && ipVersion === 4) return null;
      return reader.get(ipv4 ?? formatAddress(address));
    },
  };
}

const MAPPED = parseAddress("::ffff:0.0.0.0") as bigint;

/** Of an IPv4 address, which is kept as its IPv4-mapped one. */
function dotted(address: bigint): string | undefined {
  if (address >> 32n !== MAPPED >> 32n) return undefined;
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 0xffn).join(".");
}
