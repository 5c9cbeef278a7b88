import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "../support/server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A copy of what `npm run dev` reads, so that a test can change it. The packages are the checkout's own. */
export function copyOfSources(): string {
  const root = temporaryDirectory();
  for (const name of ["src", "sdk", "web", "scripts", "package.json", "tsconfig.base.json", "tsconfig.json"]) {
    cpSync(join(ROOT, name), join(root, name), {
      recursive: true,
      filter: (path) => !/node_modules|\bdist\b|\.test\.tsx?$/.test(path.slice(ROOT.length)),
    });
  }
  const packages = join(root, "node_modules");
  mkdirSync(packages);
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    // Vite's cache is the copy's own, and so is the workspace.
    if (name !== ".vite" && name !== "@daybook") symlinkSync(join(ROOT, "node_modules", name), join(packages, name));
  }
  mkdirSync(join(packages, "@daybook"));
  symlinkSync(join(root, "sdk"), join(packages, "@daybook", "sdk"));
  return root;
}

/** `npm run dev` in a process group of its own, as a terminal starts it. */
export class Dev {
  readonly root: string;
  readonly npm: ChildProcess;
  private printed = "";

  private constructor(root: string, npm: ChildProcess) {
    this.root = root;
    this.npm = npm;
    const read = (chunk: Buffer) => {
      this.printed += chunk;
    };
    npm.stdout?.on("data", read);
    npm.stderr?.on("data", read);
  }

  static run(root: string, args: readonly string[] = ["--port", "0"]): Dev {
    const npm = spawn("npm", ["run", "dev", "--", ...args], {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new Dev(root, npm);
  }

  get output(): string {
    return this.printed;
  }

  /** Waits until it has printed something that matches. @throws Error when it ends before. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.printed);
      if (match) return match;
      if (this.npm.exitCode !== null) throw new Error(`npm run dev ended with ${this.npm.exitCode}:\n${this.printed}`);
      await Promise.race([
        once(this.npm.stdout as NodeJS.ReadableStream, "data"),
        once(this.npm.stderr as NodeJS.ReadableStream, "data"),
        once(this.npm, "exit"),
      ]);
    }
  }

  /** @returns the address people use. */
  async url(): Promise<string> {
    return (await this.prints(/from the sources at (http:\/\/\S+),/))[1] ?? "";
  }

  /** Ctrl-C, once. Standard output closes when the last process that holds it has ended. */
  async interrupt(): Promise<void> {
    const closed = once(this.npm, "close");
    process.kill(-(this.npm.pid ?? 0), "SIGINT");
    await closed;
  }

  /** For the end of a test, however it went. */
  async remove(): Promise<void> {
    if (this.npm.exitCode === null && this.npm.signalCode === null) await this.interrupt();
    rmSync(this.root, { recursive: true, force: true });
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }
}
