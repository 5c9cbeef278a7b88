// Versions as this project uses them: 1.2.3, or 1.2.3-rc.1 before it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PATTERN = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-rc\.([1-9]\d*))?$/;

/** The files that hold the version, and where. A release changes all of them or none. */
const PLACES = {
  "package.json": [["version"]],
  "sdk/package.json": [["version"]],
  "package-lock.json": [["version"], ["packages", "", "version"], ["packages", "sdk", "version"]],
};

export const VERSION_FILES = Object.keys(PLACES);

function parse(version) {
  const match = PATTERN.exec(version);
  if (!match) throw new Error(`"${version}" is not a version. Write it as 1.2.3 or 1.2.3-rc.1.`);
  const [, major, minor, patch, candidate] = match;
  // A release comes after all of its candidates.
  return [
    Number(major),
    Number(minor),
    Number(patch),
    candidate === undefined ? Number.POSITIVE_INFINITY : Number(candidate),
  ];
}

/** Below zero if a is older than b, zero if they are the same. @throws if one of them is not a version */
export function compareVersions(a, b) {
  const [left, right] = [parse(a), parse(b)];
  const index = left.findIndex((part, at) => part !== right[at]);
  return index === -1 ? 0 : Math.sign(left[index] - right[index]);
}

/** The version that all files agree on. @throws if they differ */
export function readVersion(root) {
  const found = Object.entries(PLACES).flatMap(([file, places]) => {
    const content = JSON.parse(readFileSync(join(root, file), "utf8"));
    return places.map((place) => [file, place.reduce((value, key) => value?.[key], content)]);
  });
  const [[, version]] = found;
  const other = found.find(([, value]) => value !== version);
  if (other) throw new Error(`package.json has version ${version}, but ${other[0]} has ${other[1]}.`);
  return version;
}

export function writeVersion(root, version) {
  for (const [file, places] of Object.entries(PLACES)) {
    const content = JSON.parse(readFileSync(join(root, file), "utf8"));
    for (const place of places) {
      const holder = place.slice(0, -1).reduce((value, key) => value[key], content);
      holder[place.at(-1)] = version;
    }
    writeFileSync(join(root, file), `${JSON.stringify(content, null, 2)}\n`);
  }
}
