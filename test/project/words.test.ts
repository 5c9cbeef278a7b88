import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Repository, ROOT } from "./repository.ts";

/** What `npm run check` looks at beside format, imports and types: words and sizes. */

const { wordsIn }: { wordsIn: (path: string, text: string) => string[] } = await import(
  join(ROOT, "scripts/words.mjs")
);
const {
  sizeFaults,
  functionFaults,
}: {
  sizeFaults: (lines: ReadonlyMap<string, number>) => string[];
  functionFaults: (path: string, text: string) => string[];
} = await import(join(ROOT, "scripts/sizes.mjs"));

it.each([
  ["a comment", "src/one.ts", "/** It is told once. */\n", "src/one.ts:1: “told”"],
  ["a text", "src/one.ts", '\nthrow new Error("The log was put back.");\n', "src/one.ts:2: “put back”"],
  ["a template", "src/one.ts", "const one = `it stands there`;\n", "“stands”"],
  ["the console", "web/src/one.tsx", "<p>Make an API key</p>\n", "“Make an API key”"],
  ["the docs", "docs/one.md", "Each leaf is\nheld against it.\n", "docs/one.md:2: “held against”"],
  ["what is permitted", "src/one.ts", "/** Only for who may read. */\n", "“who may” → can"],
  ["what is forbidden", "src/one.ts", 'const one = "A key may not do it";\n', "“may not do” → cannot"],
  ["a clipped negation", "src/one.ts", "// It refuses text that is no JSON.\n", "“that is no ” → is not"],
  ["an inverted negation", "src/one.ts", "// What is sent and is none is refused.\n", "“is none” → is not one"],
  [
    "a private member",
    "src/one.ts",
    "class One {\n  readonly #two = 2;\n}\n",
    "src/one.ts:2: “readonly #two” → private",
  ],
  ["what users read alone", "docs/one.md", "A new key is made.\n", "“is made” → created"],
  ["a conflict", "docs/one.md", `One.\n${"<".repeat(7)} HEAD\n`, `docs/one.md:2: “${"<".repeat(7)} HEAD”`],
  ["a word of a command", "src/one.ts", 'const help = "2 the call was wrong";\n', "“the call was wrong” → wrong usage"],
])("a word that went is found in %s", (_, path, text, found) => {
  expect(wordsIn(path, text).join()).toContain(found);
});

it.each([
  ["names in code", "src/one.ts", "const told = anew + stands;\n"],
  [
    "another meaning",
    "docs/one.md",
    "`*` stands for any action. They are told apart. It stands out. It is made of two. It may be late. One may have left. A key that is no longer used.\n",
  ],
])("%s can be as they are", (_, path, text) => {
  expect(wordsIn(path, text)).toEqual([]);
});

const long = `function One() {\n  return (\n    <>\n${"      <br />\n".repeat(55)}    </>\n  );\n}\n`;

it.each([
  ["words", "src/one.ts", "// It is told.\n", "src/one.ts:1: “told” → reported, said\n"],
  ["sizes", "test/one.test.ts", "\n".repeat(401), "test/one.test.ts has 401 lines: split it by idea, at most 400\n"],
  ["sizes", "web/src/one.tsx", long, "web/src/one.tsx:1: One has 61 lines: split it by idea, at most 60\n"],
])("%s are looked at in every file of the repository", (check, path, text, found) => {
  const repository = new Repository([".gitignore"]);
  try {
    repository.write(path, text);
    repository.write("src/two.ts", "\n");
    repository.write("src/three.ts", "\n");
    repository.git("add", ".");
    const { stderr, status } = spawnSync(process.execPath, [join(ROOT, `scripts/${check}.mjs`), repository.directory], {
      encoding: "utf8",
    });
    expect({ stderr, status }).toEqual({ stderr: found, status: 1 });
  } finally {
    repository.remove();
  }
});

it("files are short: half of them have at most 120 lines", () => {
  const sizes = (...counts: number[]) => new Map(counts.map((count, place) => [`src/${place}.ts`, count] as const));
  expect(sizeFaults(sizes(121, 120, 120, 400))).toEqual([]);
  expect(sizeFaults(sizes(121, 121, 121, 100))).toEqual(["half of the files have more than 120 lines: at most 120"]);
});

it("functions are short, each counted with those inside it", () => {
  expect(functionFaults("src/one.ts", `const one = () => {${"\n".repeat(59)}};`)).toEqual([]);
  const nested = `class One {\n  two() {\n    three(() => {${"\n".repeat(58)}    });\n  }\n}\n`;
  expect(functionFaults("src/one.ts", nested)).toEqual([
    "src/one.ts:2: a function has 61 lines: split it by idea, at most 60",
  ]);
});
