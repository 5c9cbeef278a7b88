// The rooms of src/: which other rooms each can import, and that it enters them by their door, `index.ts`. And the features of the console's
// Audit Logs page: none imports another. And that no file imports itself through others, types included.
// `node scripts/rooms.mjs [<root>]` prints what is against it and exits with 1.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** From the bottom up. A room imports only rooms above it in this list. */
const ROOMS = {
  event: [],
  addresses: [],
  admission: [],
  demo: [],
  doctor: ["admission"],
  log: ["admission"],
  commit: ["log"],
  identity: ["event"],
  ids: ["event", "log"],
  tree: ["log"],
  query: ["event"],
  search: ["admission", "event", "log", "query"],
  record: ["admission", "event", "ids", "log"],
  read: ["admission", "event", "identity", "log", "query", "search", "tree"],
  verify: ["admission", "event", "identity", "ids", "log", "query", "search", "tree"],
  witness: ["log", "tree"],
  backup: ["admission", "event", "identity", "log", "tree"],
  streams: ["admission", "event", "identity", "log", "query", "read", "tree"],
  alerts: ["addresses", "admission", "event", "identity", "log", "query", "read", "search", "streams", "tree"],
  http: [
    "addresses",
    "admission",
    "alerts",
    "commit",
    "event",
    "identity",
    "log",
    "query",
    "read",
    "record",
    "search",
    "streams",
    "tree",
    "verify",
    "witness",
  ],
};

/** These construct and connect: only they, and the command line, import every room. No room imports them. */
const COMPOSITION = ["app.ts", "construction.ts", "core.ts"];

const ONE_WAY = "Imports run one way";

/** Joins the Audit Logs page with its features, and is the only place that imports them. */
const JOINT = join("audit-logs-page", sep);

/** @returns {string[]} what is against the rules, a line each. @param {string} root of the repository. */
export function faultsOf(root) {
  const [src, web] = [join(root, "src"), join(root, "web", "src")];
  return [
    ...programsIn(src).flatMap((file) => faultsIn(src, file)),
    ...programsIn(web).flatMap((file) => featureFaultsIn(web, file)),
    ...circlesIn(src).map((circle) => `src/${circle}`),
    ...circlesIn(web).map((circle) => `web/src/${circle}`),
  ];
}

function programsIn(directory) {
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return files.filter((file) => /(?<!\.(test|fixture))\.tsx?$/.test(file));
}

/** A feature is a folder of the console with a `feature.ts`. */
function featureFaultsIn(web, file) {
  return importsOf(web, file)
    .filter(({ target }) => {
      const room = roomOf(target);
      const isFeature = room !== undefined && existsSync(join(web, room, "feature.ts"));
      return isFeature && room !== roomOf(file) && !file.startsWith(JOINT);
    })
    .map(
      ({ path }) =>
        `web/src/${file} imports ${path}: a feature is known only to web/src/audit-logs-page, which joins it with others.`,
    );
}

function faultsIn(src, file) {
  const room = roomOf(file);
  return importsOf(src, file).flatMap(({ path, target }) => {
    const fault = faultOf(room, target) ?? faultThrough(src, room, target);
    return fault === undefined ? [] : [`src/${file} imports ${path}: ${fault}`];
  });
}

function circlesIn(directory) {
  const circles = [];
  const done = new Set();
  const visit = (file, way) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" → "));
    if (done.has(file)) return;
    done.add(file);
    for (const { target } of importsOf(directory, file)) visit(target, [...way, file]);
  };
  for (const file of programsIn(directory)) visit(file, []);
  return circles.map((circle) => `${circle}: a circle of imports. Move what both need into a file below them.`);
}

/** What a file imports of a directory: as it is written, and which file that is. */
function importsOf(directory, file) {
  const text = existsSync(join(directory, file)) ? readFileSync(join(directory, file), "utf8") : "";
  return [...text.matchAll(/(?:\bfrom |\bimport\(|\bimport )"(\.[^"]+)"/g)]
    .map(([, path]) => ({ path, target: relative(directory, join(directory, dirname(file), path)) }))
    .filter(({ target }) => !target.startsWith(".."));
}

/** A file that is in no room brings along the rooms that it imports. */
function faultThrough(src, room, target, seen = new Set()) {
  if (room === undefined || room === "cli" || roomOf(target) !== undefined || seen.has(target)) return undefined;
  seen.add(target);
  for (const { target: next } of importsOf(src, target)) {
    const fault = faultOf(room, next) ?? faultThrough(src, room, next, seen);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** @param room undefined for a file that is in none. */
function faultOf(room, target) {
  const other = roomOf(target);
  if (other === undefined) {
    const connects = COMPOSITION.includes(target) && room !== undefined && room !== "cli";
    return connects ? `${ONE_WAY}: no room imports src/${target}.` : undefined;
  }
  if (other === room) return undefined;
  if (room !== undefined && room !== "cli") {
    const allowed = ROOMS[room];
    if (allowed === undefined) return `scripts/rooms.mjs does not say what src/${room} can import.`;
    if (!allowed.includes(other)) return `${ONE_WAY}: src/${room} can import ${allowed.join(", ") || "no other room"}.`;
  }
  return target === join(other, "index.ts") || other === "cli" ? undefined : `Its door is src/${other}/index.ts.`;
}

/** The folder directly below src/, or web/src/, that a file is in. */
function roomOf(file) {
  const [room, inner] = file.split(sep, 2);
  return inner === undefined ? undefined : room;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = faultsOf(process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)));
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}
