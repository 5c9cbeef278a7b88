import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Repository, ROOT } from "./repository.ts";

const FORMATTED = 'export const one = "1";\n';
const UNFORMATTED = "export const one = '1'\n";
const FAULTY = 'import { join } from "node:path";\nexport const one = 1;\ndebugger;\n';
/** The rule about the direction of imports is what `npm run check` refuses most often. */
const WRONG_WAY = 'import { Log } from "../http/server.ts";\nexport const log = Log;\n';

let repository: Repository;
const commit = (...args: string[]) => repository.run("git", "commit", "--message", "Change", ...args);
const head = () => repository.git("rev-parse", "HEAD");
const status = () => repository.git("status", "--porcelain");

beforeEach(() => {
  repository = new Repository(["biome.json", ".gitignore", ".githooks", "scripts/pre-commit.mjs", "scripts/rooms.mjs"]);
  // What `npm run hooks` runs.
  repository.run("sh", "-c", JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts.hooks);
});

afterEach(() => repository.remove());

it("formats a staged file, in the commit and in the working tree", () => {
  repository.write("src/one.ts", UNFORMATTED);
  repository.git("add", "src");
  const { status: code, output } = commit();
  expect(output).toContain("formatted src/one.ts");
  expect(code).toBe(0);
  expect(repository.committed("src/one.ts")).toBe(FORMATTED);
  expect(repository.read("src/one.ts")).toBe(FORMATTED);
  expect(status()).toBe("");
});

it.each([
  ["a fault that formatting cannot fix", "src/one.ts", FAULTY, "noDebugger"],
  ["an import against the direction of the layers", "src/log/one.ts", WRONG_WAY, "Imports run one way"],
  ["a file that does not parse", "src/one.ts", "export const = 1;\n", "parse"],
])("refuses %s, says where, and changes nothing", (_, path, content, finding) => {
  repository.write("src/other.ts", UNFORMATTED);
  repository.write(path, content);
  repository.git("add", "src");
  const before = head();
  const { status: code, output } = commit();
  expect(code).not.toBe(0);
  expect(output).toContain(path);
  expect(output).toContain(finding);
  expect(head()).toBe(before);
  expect(repository.read(path)).toBe(content);
  expect(repository.read("src/other.ts")).toBe(UNFORMATTED);
});

it("refuses an import cycle through a file that is not part of the commit", () => {
  repository.write("src/one.ts", 'import { two } from "./two.ts";\n\nexport const one = two;\n');
  repository.write("src/two.ts", "export const two = 2;\n");
  repository.git("add", "src");
  expect(commit()).toMatchObject({ status: 0 });
  repository.write("src/two.ts", 'import { one } from "./one.ts";\n\nexport const two = one;\n');
  repository.git("add", "src");
  const { status: code, output } = commit();
  expect(output).toContain("noImportCycles");
  expect(code).not.toBe(0);
});

it("judges what is staged, not what the working tree holds", () => {
  repository.write("src/one.ts", FORMATTED);
  repository.git("add", "src");
  repository.write("src/one.ts", FAULTY);
  repository.write("src/untracked.ts", FAULTY);
  expect(commit().status).toBe(0);
  expect(repository.committed("src/one.ts")).toBe(FORMATTED);
  expect(repository.read("src/one.ts")).toBe(FAULTY);
});

it("refuses a file that is staged in part and needs formatting, and keeps both versions", () => {
  repository.write("src/one.ts", UNFORMATTED);
  repository.git("add", "src");
  const both = `${UNFORMATTED}export const two = 2;\n`;
  repository.write("src/one.ts", both);
  const before = head();
  const { status: code, output } = commit();
  expect(code).not.toBe(0);
  expect(output).toContain("src/one.ts");
  expect(output).toContain("committed only in part");
  expect(head()).toBe(before);
  expect(repository.read("src/one.ts")).toBe(both);
  expect(repository.git("show", ":src/one.ts")).toBe(UNFORMATTED);
});

it("commits deleted and renamed files", () => {
  repository.write("src/gone.ts", FORMATTED);
  repository.write("src/old.ts", `${FORMATTED}export const two = 2;\n`);
  repository.git("add", "src");
  expect(commit().status).toBe(0);
  repository.git("rm", "--quiet", "src/gone.ts");
  repository.git("mv", "src/old.ts", "src/new.ts");
  repository.write("src/new.ts", UNFORMATTED);
  repository.git("add", "src/new.ts");
  expect(commit().status).toBe(0);
  expect(repository.git("ls-files", "src")).toBe("src/new.ts\n");
  expect(repository.committed("src/new.ts")).toBe(FORMATTED);
});

it("refuses a staged file that is deleted in the working tree and needs formatting", () => {
  repository.write("src/one.ts", UNFORMATTED);
  repository.git("add", "src");
  rmSync(join(repository.directory, "src/one.ts"));
  expect(commit().status).not.toBe(0);
  expect(repository.git("show", ":src/one.ts")).toBe(UNFORMATTED);
});

it.each(["src/with space.ts", "src/ä\n*[x].ts", "-one.ts", ":(top)one.ts"])("formats a file named %j", (name) => {
  repository.write(name, UNFORMATTED);
  repository.git("add", "--all");
  expect(commit()).toMatchObject({ status: 0 });
  expect(repository.read(name)).toBe(FORMATTED);
  expect(status()).toBe("");
});

it("keeps the mode of a script, and leaves a symbolic link and what it leads to", () => {
  repository.write("scripts/run.mjs", UNFORMATTED, 0o755);
  const outside = new Repository(["biome.json"]);
  outside.write("outside.ts", UNFORMATTED);
  symlinkSync(join(outside.directory, "outside.ts"), join(repository.directory, "link.ts"));
  repository.git("add", "--all");
  expect(commit()).toMatchObject({ status: 0 });
  expect(statSync(join(repository.directory, "scripts/run.mjs")).mode & 0o777).toBe(0o755);
  expect(outside.read("outside.ts")).toBe(UNFORMATTED);
  expect(status()).toBe("");
  outside.remove();
});

it("does nothing when no file is staged", () => {
  repository.write("src/one.ts", FAULTY);
  expect(commit("--allow-empty").status).toBe(0);
  expect(repository.read("src/one.ts")).toBe(FAULTY);
});

it("formats with `git commit --all`", () => {
  repository.write("src/one.ts", FORMATTED);
  repository.git("add", "src");
  expect(commit().status).toBe(0);
  repository.write("src/one.ts", "export const one = '2'\n");
  expect(commit("--all")).toMatchObject({ status: 0 });
  expect(repository.committed("src/one.ts")).toBe('export const one = "2";\n');
  expect(status()).toBe("");
});

it("refuses `git commit <path>` of a file that needs formatting, for it could not stage the result", () => {
  repository.write("src/one.ts", FORMATTED);
  repository.git("add", "src");
  expect(commit().status).toBe(0);
  repository.write("src/one.ts", UNFORMATTED);
  expect(commit("src/one.ts").status).not.toBe(0);
  expect(repository.read("src/one.ts")).toBe(UNFORMATTED);
  repository.write("src/one.ts", `${FORMATTED}export const two = 2;\n`);
  expect(commit("src/one.ts")).toMatchObject({ status: 0 });
});

it("works in a second worktree and from a subdirectory", () => {
  const worktree = `${repository.directory}-worktree`;
  repository.git("worktree", "add", "--quiet", worktree);
  try {
    symlinkSync(join(repository.directory, "node_modules"), join(worktree, "node_modules"));
    mkdirSync(join(worktree, "src"));
    writeFileSync(join(worktree, "src/one.ts"), UNFORMATTED);
    repository.git("-C", join(worktree, "src"), "add", ".");
    repository.git("-C", join(worktree, "src"), "commit", "--quiet", "--message", "Change");
    expect(repository.git("-C", worktree, "show", "HEAD:src/one.ts")).toBe(FORMATTED);
  } finally {
    rmSync(worktree, { recursive: true, force: true });
  }
});
