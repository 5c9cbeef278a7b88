// Compresses the console's files once, when they are built: compressing them at each start takes longer than the rest of the HTTP server's set-up.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, gzipSync } from "node:zlib";

/** Fonts and pictures of other kinds are compressed as they are. */
const TEXT = /\.(css|html|js|json|svg|txt|webmanifest)$/;

/** Writes `NAME.gz` beside each file of text in a directory. */
export function compressFiles(directory) {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !TEXT.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: constants.Z_BEST_COMPRESSION }));
  }
}
