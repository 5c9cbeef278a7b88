import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./repository.ts";

const pagesIn = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));

const DECISIONS = "docs/decisions";
const PAGES = [
  ...pagesIn("."),
  ...pagesIn("docs"),
  ...pagesIn(DECISIONS),
  "sdk/README.md",
  "examples/hono-app/README.md",
];

const textOf = (page: string) => readFileSync(join(ROOT, page), "utf8");

/** Where a link to a heading of the page can lead, by GitHub's rules. */
function anchorsOf(page: string): Set<string> {
  const withoutCode = textOf(page).replace(/^\s*```[\s\S]*?^\s*```/gm, "");
  const headings = [...withoutCode.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return new Set(headings.map(anchorOf));
}

function anchorOf(heading: string): string {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").trim();
  return words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** Why the link leads nowhere, if it does not. */
function faultOf(page: string, link: string): string | undefined {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : normalize(join(dirname(page), path));
  if (!statSync(join(ROOT, target), { throwIfNoEntry: false })) return `${page}: there is no ${target}`;
  if (anchor === undefined || !target.endsWith(".md") || anchorsOf(target).has(anchor)) return undefined;
  return `${page}: ${target} has no heading #${anchor}`;
}

describe("the documentation", () => {
  it("links only to pages and headings that exist", () => {
    const faults = PAGES.flatMap((page) =>
      [...textOf(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link = ""]) => faultOf(page, link)),
    );
    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  });

  it("lists each decision, by number and title, in the index", () => {
    const listed = [...textOf(`${DECISIONS}/README.md`).matchAll(/^\| \[(\d{4})\]\(([^)]+)\) \| (.+?) \| .+ \|$/gm)];
    const decisions = pagesIn(DECISIONS).filter((page) => !page.endsWith("README.md"));
    expect(listed.map(([, number, file, title]) => `${file}: # ${number} · ${title}`)).toEqual(
      decisions.sort().map((page) => `${page.slice(DECISIONS.length + 1)}: ${textOf(page).split("\n", 1)[0]}`),
    );
  });

  it("gives each decision a date, a question and an answer", () => {
    const decisions = pagesIn(DECISIONS).filter((page) => !page.endsWith("README.md"));
    const parts = [/^\*\*Decided\*\* \d{4}-\d\d-\d\d/m, /^## The question$/m, /^## The decision$/m];
    expect(decisions.filter((page) => !parts.every((part) => part.test(textOf(page))))).toEqual([]);
  });
});
