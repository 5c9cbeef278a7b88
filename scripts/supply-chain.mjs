// What the lock file says of every package that this project installs: it has a hash, a licence that permits use, and needs no install script.
// `node scripts/supply-chain.mjs [<lock file>]` prints what is against it and exits with 1, and names the packages that nothing checks yet.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Each permits use in any program, or, as MPL-2.0 and OFL-1.1, asks for its own source or name alone. */
const LICENCES = new Set([
  ...[
    "MIT",
    "MIT-0",
    "MIT OR Apache-2.0",
    "Apache-2.0",
    "ISC",
    "0BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BlueOak-1.0.0",
  ],
  ...["Unlicense", "MPL-2.0", "OFL-1.1"],
]);

/** Packages whose `package.json` has no `license`, and the licence that they come with. */
const LICENCES_ELSEWHERE = { busboy: "MIT", "humanize-number": "MIT", only: "MIT", streamsearch: "MIT" };

/** Packages with an install script, and what it does. Without it everything works. */
const NEED_NO_SCRIPT = {
  chdb: "an empty program",
  esbuild: "replaces its launcher by the native program, which is a package of its own",
};

/**
 * The search engine of platforms that this project is not built on. The registry that it is built with has none of them, so that their hashes are still to be
 * added, and npm installs there what it gets (docs/releasing.md, Bill of materials).
 */
const HASH_TO_BE_ADDED = new Set(["@chdb/lib-darwin-arm64", "@chdb/lib-darwin-x64", "@chdb/lib-linux-arm64-gnu"]);

/** @returns {string[]} packages of the lock file that npm installs without comparing them with a hash. */
function unchecked({ packages }) {
  return [...HASH_TO_BE_ADDED].filter((name) => {
    const entry = packages[`node_modules/${name}`];
    return entry !== undefined && entry.integrity === undefined;
  });
}

/** @returns {string[]} what is against the rules, a line each. @param {{ packages: Record<string, object> }} lock */
export function faultsOf({ packages }) {
  return Object.entries(packages).flatMap(([path, entry]) => {
    const at = path.lastIndexOf("node_modules/");
    // This project's own packages are linked.
    if (at < 0 || entry.link) return [];
    const name = path.slice(at + "node_modules/".length);
    return faultsIn(name, entry).map((fault) => `${name}@${entry.version} ${fault}`);
  });
}

function faultsIn(name, { integrity, license = LICENCES_ELSEWHERE[name], hasInstallScript }) {
  const faults = [];
  if (!/^sha512-/.test(integrity ?? "") && !HASH_TO_BE_ADDED.has(name)) faults.push("has no SHA-512 hash");
  if (integrity !== undefined && HASH_TO_BE_ADDED.has(name))
    faults.push("has a hash now: take it off HASH_TO_BE_ADDED");
  if (!LICENCES.has(license)) faults.push(`has the licence ${license ?? "(none)"}, which nobody has looked at`);
  if (hasInstallScript && !(name in NEED_NO_SCRIPT)) faults.push("has an install script");
  return faults;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? fileURLToPath(new URL("../package-lock.json", import.meta.url));
  const lock = JSON.parse(readFileSync(file, "utf8"));
  const faults = faultsOf(lock);
  const missing = unchecked(lock);
  if (missing.length > 0) process.stdout.write(`supply chain: npm checks no hash of ${missing.join(", ")}\n`);
  for (const fault of faults) process.stderr.write(`supply chain: ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}
