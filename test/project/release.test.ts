import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Repository, ROOT } from "./repository.ts";

const BILL = "dist/release/daybook-0.2.0.cdx.json";
const FILES = [
  "package.json",
  "package-lock.json",
  "sdk/package.json",
  "biome.json",
  ".gitignore",
  ".githooks",
  "scripts/release.mjs",
  "scripts/release",
];
const CHANGELOG = `# Changelog

## [Unreleased]

### Added
- A door.

### Fixed
- The window.

## [0.1.0] - 2026-01-02

### Added
- The house.
`;

let repository: Repository;
const head = () => repository.git("rev-parse", "HEAD").trim();
const release = (...args: string[]) => repository.run(process.execPath, "scripts/release.mjs", ...args);
const tags = () => repository.git("tag", "--list");
const json = (path: string) => JSON.parse(repository.read(path));

function edit(path: string, change: (content: string) => string): void {
  repository.write(path, change(repository.read(path)));
  repository.git("commit", "--quiet", "--all", "--message", `Edit ${path}`);
}

function setScripts(scripts: Record<string, string>): void {
  edit("package.json", (text) => `${JSON.stringify({ ...JSON.parse(text), scripts }, null, 2)}\n`);
}

const refusals: [string, () => unknown, string[], string][] = [
  ["no version", () => undefined, [], "Name one version"],
  ["two versions", () => undefined, ["0.2.0", "0.3.0"], "Name one version"],
  ["an unknown option", () => undefined, ["0.2.0", "--force"], "--force"],
  ["what is not a version", () => undefined, ["v0.2"], '"v0.2" is not a version'],
  ["an older version", () => undefined, ["0.0.9"], "0.0.9 does not come after 0.1.0"],
  ["the current version, which is released", () => undefined, ["0.1.0"], "v0.1.0 exists"],
  ["a version that has a tag", () => repository.git("tag", "v0.2.0"), ["0.2.0"], "v0.2.0 exists"],
  ["another branch", () => repository.git("switch", "--quiet", "--create", "fix"), ["0.2.0"], "This is fix"],
  ["a changed file", () => repository.write("CHANGELOG.md", `${CHANGELOG}\n`), ["0.2.0"], "M CHANGELOG.md"],
  ["an untracked file", () => repository.write("notes.txt", "1\n"), ["0.2.0"], "?? notes.txt"],
  [
    "an empty changelog",
    () => edit("CHANGELOG.md", (text) => text.replace(/- A door.|- The window./g, "")),
    ["0.2.0"],
    "no entry below Unreleased",
  ],
  [
    "a group with an unknown name",
    () => edit("CHANGELOG.md", (text) => text.replace("### Fixed", "### Repaired")),
    ["0.2.0"],
    '"### Repaired"',
  ],
  [
    "versions that differ",
    () => edit("sdk/package.json", (text) => text.replace('"0.1.0"', '"0.0.7"')),
    ["0.2.0"],
    "sdk/package.json has 0.0.7",
  ],
  ["tests of another commit", () => undefined, ["0.2.0", "--tested", "0".repeat(40)], "the current commit is"],
  ["failing tests", () => setScripts({ test: "exit 1" }), ["0.2.0"], "npm test failed"],
  ["failing checks", () => setScripts({ test: "true", check: "exit 1" }), ["0.2.0"], "npm run check failed"],
  ["tests that leave files", () => setScripts({ test: "touch left", check: "true" }), ["0.2.0"], "?? left"],
];

function prepare(): void {
  repository = new Repository(FILES);
  for (const path of ["package.json", "package-lock.json", "sdk/package.json"]) {
    const content = json(path);
    content.version = "0.1.0";
    if (content.packages) for (const part of ["", "sdk"]) content.packages[part].version = "0.1.0";
    repository.write(path, `${JSON.stringify(content, null, 2)}\n`);
  }
  repository.write("CHANGELOG.md", CHANGELOG);
  repository.git("add", "--all");
  repository.git("commit", "--quiet", "--message", "Prepare");
  repository.git("tag", "v0.1.0");
}

describe("a release", () => {
  let before: string;
  let output: string;
  let files: Record<string, ReturnType<typeof JSON.parse>>;

  // npm writes the bill of materials, which takes seconds: what one release leaves is looked at in several tests.
  beforeAll(() => {
    prepare();
    edit("package-lock.json", (text) => {
      const lock = JSON.parse(text);
      lock.packages["node_modules/hono"].resolved = "https://registry.example/hono.tgz";
      return `${JSON.stringify(lock, null, 2)}\n`;
    });
    before = head();
    files = { manifest: json("package.json"), lock: json("package-lock.json") };
    const { status, output: said } = release("0.2.0", "--tested", before);
    expect(status, said).toBe(0);
    output = said;
  });
  afterAll(() => repository.remove());

  it("is one commit that changes the version everywhere, and nothing else of these files", () => {
    const { manifest, lock } = files;
    expect(output).toContain("git push --atomic origin main v0.2.0");
    expect(repository.git("log", "--format=%s", `${before}..`)).toBe("Release 0.2.0\n");
    expect(repository.git("status", "--porcelain")).toBe("");
    expect(json("package.json")).toEqual({ ...manifest, version: "0.2.0" });
    expect(json("sdk/package.json").version).toBe("0.2.0");
    lock.version = lock.packages[""].version = lock.packages.sdk.version = "0.2.0";
    expect(json("package-lock.json")).toEqual(lock);
    expect(repository.git("diff", "--stat", before, "--", "package-lock.json")).toContain("6 +++---");
  });

  it("moves what was unreleased below the version and today's date", () => {
    expect(repository.read("CHANGELOG.md").replace(/\d{4}-\d\d-\d\d/, "DATE")).toBe(
      CHANGELOG.replace("## [Unreleased]\n", "## [Unreleased]\n\n## [0.2.0] - DATE\n"),
    );
  });

  it("has an annotated tag that carries the section of the changelog, headings included", () => {
    expect(repository.git("cat-file", "-t", "v0.2.0")).toBe("tag\n");
    expect(repository.git("tag", "--list", "--format=%(contents)", "v0.2.0").trim()).toBe(
      "Daybook 0.2.0\n\n### Added\n- A door.\n\n### Fixed\n- The window.",
    );
    expect(repository.git("rev-parse", "v0.2.0^{commit}").trim()).toBe(head());
  });

  it("has a bill of materials with every locked package, the version, and no registry", () => {
    const bill = json(BILL);
    expect(bill).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.5" });
    expect(bill.metadata.component).toMatchObject({ name: "daybook", version: "0.2.0", type: "application" });
    const names = bill.components.map(({ name, version }: { name: string; version: string }) => `${name}@${version}`);
    const { packages } = json("package-lock.json");
    expect(names).toContain("@daybook/sdk@0.2.0");
    expect(names).toContain(`hono@${packages["node_modules/hono"].version}`);
    expect(names).toContain(`react@${packages["node_modules/react"].version}`);
    expect(repository.read(BILL)).not.toContain("registry.example");
    expect(repository.git("ls-files", "dist")).toBe("");
  });
});

describe("another release", () => {
  beforeEach(prepare);
  afterEach(() => repository.remove());

  it("can have the version that the files hold, when that was never released", () => {
    repository.git("tag", "--delete", "v0.1.0");
    expect(release("0.1.0", "--tested", head())).toMatchObject({ status: 0 });
    expect(tags()).toBe("v0.1.0\n");
  });

  it("follows its own candidate", () => {
    expect(release("0.2.0-rc.1", "--tested", head())).toMatchObject({ status: 0 });
    edit("CHANGELOG.md", (text) => text.replace("## [Unreleased]\n", "## [Unreleased]\n\n### Fixed\n- The door.\n"));
    expect(release("0.2.0-rc.1", "--tested", head()).status).toBe(1);
    expect(release("0.2.0", "--tested", head())).toMatchObject({ status: 0 });
  });

  it("shows the release with --dry-run, and changes nothing", () => {
    const before = head();
    const { status, output } = release("0.2.0", "--dry-run");
    expect(output).toContain("tag v0.2.0");
    expect(output).toContain("- A door.");
    expect(output).not.toContain("- The house.");
    expect(status).toBe(0);
    expect([head(), tags(), repository.git("status", "--porcelain")]).toEqual([before, "v0.1.0\n", ""]);
    expect(existsSync(join(repository.directory, BILL))).toBe(false);
  });

  it("can release this project's own changelog, whose versions have dates", () => {
    const own = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
    edit("CHANGELOG.md", () => own);
    expect(release("999.0.0", "--dry-run")).toMatchObject({ status: 0 });
    const [first, ...versions] = own.split("\n").filter((line) => line.startsWith("## "));
    expect(first).toBe("## [Unreleased]");
    for (const heading of versions) expect(heading).toMatch(/^## \[\d+\.\d+\.\d+\S*\] - \d{4}-\d\d-\d\d$/);
  });

  it.each(refusals)("refuses %s", (_, prepare, args, message) => {
    prepare();
    const before = [head(), tags()];
    const { status, output } = release(...args);
    expect(output).toContain(message);
    expect(status).toBe(1);
    expect([head(), tags()]).toEqual(before);
  });

  it.each([
    ["the commit", "pre-commit"],
    ["the tag", "reference-transaction"],
  ])("leaves everything as it was when %s fails", (_, hook) => {
    const before = head();
    const refuse = hook === "pre-commit" ? "exit 1" : 'grep --quiet refs/tags && [ "$1" = prepared ] && exit 1; exit 0';
    repository.write(`.git/hooks/${hook}`, `#!/bin/sh\n${refuse}\n`);
    chmodSync(join(repository.directory, `.git/hooks/${hook}`), 0o755);
    expect(release("0.2.0", "--tested", before).status).toBe(1);
    expect([head(), tags(), repository.git("status", "--porcelain")]).toEqual([before, "v0.1.0\n", ""]);
    expect(json("package.json").version).toBe("0.1.0");
    expect(existsSync(join(repository.directory, BILL))).toBe(false);
  });
});
