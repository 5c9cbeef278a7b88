import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ASSEMBLE = fileURLToPath(new URL("../../scripts/assemble.mjs", import.meta.url));

/** Who runs in the image; see Containerfile. */
export const USER_ID = 10_001;

/** A container's root file system, made by the image's own step: Node and the libraries that it and the database engine load, and `/opt/daybook`. */
export function makeRootFileSystem(root: string): void {
  chmodSync(root, 0o755);
  execFileSync(process.execPath, [ASSEMBLE, join(root, "opt/daybook")]);
  const node = join(root, "usr/local/bin/node");
  place(process.execPath, node);
  for (const binary of [process.execPath, ...nativeLibraries(join(root, "opt/daybook/node_modules"))]) {
    for (const library of librariesOf(binary)) place(library, join(root, library));
  }
  for (const directory of ["dev", "etc", "proc", "tmp", "var/lib/daybook"])
    mkdirSync(join(root, directory), { recursive: true });
  chownSync(join(root, "var/lib/daybook"), USER_ID, USER_ID);
  writeFileSync(join(root, "etc/passwd"), `daybook:x:${USER_ID}:${USER_ID}::/:/usr/sbin/nologin\n`);
  writeFileSync(join(root, "etc/hosts"), "127.0.0.1 localhost\n::1 localhost\n");
}

function nativeLibraries(packages: string): string[] {
  const names = readdirSync(packages, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => /\.(node|so)$/.test(name) && !name.includes("musl"))
    .map((name) => join(packages, name));
}

/** Where the dynamic linker finds what a binary needs, and itself. */
function librariesOf(binary: string): string[] {
  const lines = execFileSync("ldd", [binary], { encoding: "utf8" });
  return [...lines.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
}

function place(from: string, to: string): void {
  if (existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
