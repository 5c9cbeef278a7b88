// Words that readers stumble over, and the plain ones instead; and members that are private in a second way. `node scripts/words.mjs
// [<root>]` names every place where one has come back, and exits with 1. It looks at what people read: comments, texts, the console, the docs.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What people read who do not read the code. */
const FOR_USERS =
  /^(README|CONTRIBUTING|SECURITY|CHANGELOG)\.md$|^docs\/(?!decisions\/)|^sdk\/README\.md$|^web\/src\/.*\.tsx$/;

/** @type {readonly (readonly [words: RegExp, instead: string, where?: RegExp])[]} */
const WORDS = [
  [/\btold\b(?! apart)/gi, "reported, said"],
  [/\banew\b/gi, "again"],
  [/\bstands?\b(?! (for|still|out|in for)\b)|\bstood\b(?! (for|still|out)\b)/gi, "is, was"],
  [/\b(held|holds?|holding) ([\w'’]+ ){0,4}against\b/gi, "compared with"],
  [/\bmend(s|ed|ing)?\b/gi, "fix"],
  [/\b(puts?|putting) (\S+ )?back\b/gi, "restored"],
  [/\bsays yes\b/gi, "acknowledges"],
  [/\bmak(e|es|ing) (an? )?(new )?(API key|organization|invitation)/gi, "create"],
  [/\bwhat it may do\b/gi, "scopes"],
  // What is possible may be; what is permitted can be.
  [
    /\b(who|one|you|they|role|readers?|owners?|viewers?|person)( or role)? may\b(?! (be|have|leave|come|never)\b)/gi,
    "can",
  ],
  [/\bmay (not|no longer) (do|read|see|write|give|grant|invite|manage|change|enter|be opened)\b/gi, "cannot"],
  [/\bnothing here\b/gi, "not found", FOR_USERS],
  [/\b(is|are|was|were|been|being) made\b(?! (of|up|over|from|into|with)\b)/gi, "created", FOR_USERS],
  [/\btells (?!you\b|them\b|those\b|people\b|password\b)/gi, "says, shows", FOR_USERS],
  [/\bshall\b/gi, "must, will"],
  [/\b(that|which|what|who) (is|are|was|were) (none\b|no (?!longer\b|more\b))/gi, "is not"],
  [/(?<!\bthere )\b(is|are|was|were) none\b(?! of\b)/gi, "is not one"],
  [/\bbrought to (its|an) end\b/gi, "ended, failed before its end"],
  [/\blook(s|ed|ing)? whether\b/gi, "checks whether"],
  [/\bmak(e|es|ing) an? (key|account|owner|member)\b/gi, "creates"],
  [/\bsomething else than\b/gi, "other than, differs from"],
  [/\bsigns along\b/gi, "also signs", FOR_USERS],
  [/\bthe call was wrong\b/gi, "wrong usage"],
  [/\bso many seconds\b/gi, "this many seconds"],
  [/\bby night\b/gi, "each night"],
  [/\btravels? along\b/gi, "is included", FOR_USERS],
  [/\bcannot be had\b/gi, "is not available", FOR_USERS],
  [/\b(at a click|in the name of your)\b/gi, "a click does …", FOR_USERS],
  [/\bgoes on (under|there|as|with)\b/gi, "continues", FOR_USERS],
];

/** Private members are written one way: `private`. A test of such objects needs the other one. */
const HASH_MEMBER = /^\s+(?:(?:static|readonly|async|get|set) )*#\w+/gm;
const TYPED = /\.tsx?$/;
const HASH_MEMBERS_ALLOWED = ["sdk/src/json-text.test.ts"];

/** A conflict that somebody committed: readers see both sides of it. */
const CONFLICT = /^(<{7}|>{7}) .*/gm;

/** Comments and texts of a program. */
const PROSE = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g;

/** What is read as a whole; of other files only comments and texts. */
const WHOLE = /\.(md|css|html|tsx)$/;

/** These name the words. */
const OWN = ["scripts/words.mjs", "test/project/words.test.ts"];

const READ = /\.(ts|tsx|mjs|md|css|html)$/;

/** @returns {string[]} a line for each place, `path:line: word → instead`. */
export function wordsIn(path, text) {
  const found = [];
  const lineOf = (index) => text.slice(0, index).split("\n").length;
  if (TYPED.test(path) && !HASH_MEMBERS_ALLOWED.includes(path)) {
    for (const { 0: member, index } of text.matchAll(HASH_MEMBER)) {
      found.push(`${path}:${lineOf(index + member.length)}: “${member.trim()}” → private`);
    }
  }
  for (const { 0: marker, index } of text.matchAll(CONFLICT)) {
    found.push(`${path}:${lineOf(index)}: “${marker}” → one of the two sides`);
  }
  const pieces = WHOLE.test(path) ? [{ 0: text, index: 0 }] : text.matchAll(PROSE);
  for (const { 0: piece, index } of pieces) {
    for (const [words, instead, where = /^/] of WORDS) {
      if (!where.test(path)) continue;
      for (const match of piece.matchAll(words)) {
        found.push(`${path}:${lineOf(index + match.index)}: “${match[0]}” → ${instead}`);
      }
    }
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url));
  const files = execFileSync("git", ["-C", root, "ls-files", "-z"], { encoding: "utf8" }).split("\0");
  const found = files
    .filter((file) => READ.test(file) && !OWN.includes(file))
    .flatMap((file) => wordsIn(file, readFileSync(join(root, file), "utf8")));
  for (const line of found) process.stderr.write(`${line}\n`);
  if (found.length > 0) process.exitCode = 1;
}
