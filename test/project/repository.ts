import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The variables that git sets for a hook would lead a test started from one to the wrong repository. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return {
    ...Object.fromEntries(inherited),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@acme.example",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@acme.example",
  };
}

/** A small git repository of its own that holds some of this project's files, as they are in the working tree. */
export class Repository {
  readonly directory = mkdtempSync(join(tmpdir(), "daybook-repository-"));

  constructor(files: readonly string[]) {
    for (const file of files) {
      mkdirSync(dirname(join(this.directory, file)), { recursive: true });
      cpSync(join(ROOT, file), join(this.directory, file), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(this.directory, "node_modules"));
    this.git("init", "--quiet", "--initial-branch=main");
    // Not only in .gitignore, which leads to directories: node_modules is a link here.
    writeFileSync(join(this.directory, ".git/info/exclude"), "node_modules\n");
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "Start");
  }

  git(...args: string[]): string {
    return execFileSync("git", args, { cwd: this.directory, env: environment(), encoding: "utf8", stdio: "pipe" });
  }

  /** Runs a command that can fail. */
  run(command: string, ...args: string[]): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: this.directory,
      env: environment(),
      encoding: "utf8",
    });
    return { status, output: stdout + stderr };
  }

  write(path: string, content: string, mode?: number): void {
    mkdirSync(dirname(join(this.directory, path)), { recursive: true });
    writeFileSync(join(this.directory, path), content);
    if (mode !== undefined) chmodSync(join(this.directory, path), mode);
  }

  read(path: string): string {
    return readFileSync(join(this.directory, path), "utf8");
  }

  /** A file as the last commit holds it. */
  committed(path: string): string {
    return this.git("show", `HEAD:${path}`);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
