// Words that readers stumble over, and the plain ones instead. `node scripts/words.mjs [<root>]` names every place where one has
// come back, and exits with 1. It looks at what people read: comments, texts, the console, the docs.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** @type {readonly (readonly [words: RegExp, instead: string])[]} */
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
];

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
  const pieces = WHOLE.test(path) ? [{ 0: text, index: 0 }] : text.matchAll(PROSE);
  for (const { 0: piece, index } of pieces) {
    for (const [words, instead] of WORDS) {
      for (const match of piece.matchAll(words)) {
        const line = text.slice(0, index + match.index).split("\n").length;
        found.push(`${path}:${line}: “${match[0]}” → ${instead}`);
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
