import { existsSync, lstatSync, readdirSync, readFileSync, type Stats } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { Config } from "../config.ts";
import { dataPaths, signingKeysPath } from "../data-paths.ts";
import { type Finding, ok, problem, warning } from "./contract.ts";

const OTHERS_ENTER = 0o001;
const OTHERS_READ = 0o004;
const OTHERS_WRITE = 0o002;
const NOT_OWNER = 0o077;

/** Who can read or change what is stored, besides the account that owns it. */
export function checkFiles({ dataDir }: Config): Finding {
  const check = "data directory";
  if (!existsSync(dataDir)) return ok(check, `${dataDir} does not exist yet. The first start creates it.`);
  const { mode } = lstatSync(dataDir);
  const advice = `Run: chmod -R o-rwx ${dataDir}`;
  if (mode & OTHERS_WRITE)
    return problem(check, `Every account of this machine can change files in ${dataDir}.`, advice);
  if (!(mode & OTHERS_ENTER)) return ok(check, `Only its owner and group can enter ${dataDir}.`);
  const within = filesIn(dataDir);
  const writable = within.find(({ stats }) => stats.mode & OTHERS_WRITE);
  if (writable) return problem(check, `Every account of this machine can change ${writable.path}.`, advice);
  const readable = within.find(({ stats }) => stats.isFile() && stats.mode & OTHERS_READ);
  if (readable) return problem(check, `Every account of this machine can read ${readable.path}.`, advice);
  return ok(check, `No other account can read the files in ${dataDir}.`);
}

/** The key that signs: whoever can read it can rewrite what others cannot tell from the original. */
export function checkKeys(config: Config): Finding[] {
  const { root } = dataPaths(config.dataDir);
  const path = signingKeysPath(config);
  const check = "signing keys";
  if (!existsSync(path)) return [ok(check, `${path} does not exist yet. The first start creates it.`)];
  const findings: Finding[] = [];
  if (lstatSync(path).mode & NOT_OWNER) {
    findings.push(
      problem(check, `Accounts other than its owner's can read or change ${path}.`, `Run: chmod 600 ${path}`),
    );
  }
  const isWithin = path.startsWith(`${root}${sep}`);
  if (config.signingCommand !== undefined) {
    if (!readFileSync(path, "utf8").includes("PRIVATE KEY"))
      return [...findings, ok(check, "The key is outside of Daybook, and no private key is left here.")];
    const advice = "To end the earlier keys now, run: daybook signing-key rotate --overlap-days 0";
    findings.push(warning(check, `The key is outside of Daybook, and private keys are left in ${path}.`, advice));
  } else if (isWithin || isOnDeviceOf(dirname(path), root)) {
    const where = isWithin ? "in the data directory" : "on the disk of the data directory";
    findings.push(
      warning(
        check,
        `The signing keys are ${where}: a person who copies the log can also sign a forged one.`,
        "Move the file to another disk or a mounted secret, and name it with --signing-keys. Or keep the key outside, with --signing-command.",
      ),
    );
  }
  return findings.length > 0 ? findings : [ok(check, `${path} is on another disk, and only its owner can read it.`)];
}

function isOnDeviceOf(one: string, other: string): boolean {
  return existsSync(other) && lstatSync(one).dev === lstatSync(other).dev;
}

/** Everything below a directory that others can reach. */
function filesIn(directory: string): { path: string; stats: Stats }[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    // A server that runs removes files meanwhile.
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined || stats.isSymbolicLink()) return [];
    const below = stats.isDirectory() && stats.mode & OTHERS_ENTER ? filesIn(path) : [];
    return [{ path, stats }, ...below];
  });
}
