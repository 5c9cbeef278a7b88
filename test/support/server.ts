import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { numberOf } from "./positions.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CLI = join(ROOT, "src/cli/main.ts");
const FROM_SOURCES = [
  ...["--conditions", "daybook-source", "--import", "tsx", "--input-type=module", "-e"],
  `import(${JSON.stringify(CLI)}).then(({ main }) => main(["node", "daybook", ...process.argv.slice(1)]))`,
  "--",
];
/** `npm test` has just built it, and it starts in less than half the time. */
const COMMAND = process.env.DAYBOOK_TEST_BUILT === "1" ? [join(ROOT, "bin/daybook.js")] : FROM_SOURCES;

/** The command line as a process of its own: the built one within `npm test`, else from its sources. */
export function runCli(
  args: readonly string[],
  env: Record<string, string> = {},
  options: { uid?: number; cwd?: string } = {},
): ChildProcess {
  return spawn(process.execPath, [...COMMAND, ...args], {
    cwd: ROOT,
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
}

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end. */
export async function cli(...call: Parameters<typeof runCli>): Promise<CliResult> {
  const child = runCli(...call);
  const result: CliResult = { code: null, stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    result.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    result.stderr += chunk;
  });
  [result.code] = await once(child, "close");
  return result;
}

interface Indexed {
  indexed_through: string;
}

/** A Daybook server as a process of its own, on a free port and a directory of its own. */
export class TestServer {
  readonly dataDir: string;
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly output: () => string;

  private constructor(dataDir: string, url: string, child: ChildProcess, output: () => string) {
    this.dataDir = dataDir;
    this.url = url;
    this.child = child;
    this.output = output;
  }

  static async start(
    options: { dataDir?: string; args?: readonly string[]; env?: Record<string, string> } = {},
  ): Promise<TestServer> {
    const dataDir = options.dataDir ?? temporaryDirectory();
    const child = runCli(["serve", "--port", "0", "--data-dir", dataDir, ...(options.args ?? [])], options.env);
    let printed = "";
    const url = await new Promise<string>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        printed += chunk;
        const match = /is at (http:\/\/\S+),/.exec(printed);
        if (match?.[1]) resolve(match[1]);
      };
      child.stdout?.on("data", read);
      child.stderr?.on("data", read);
      child.once("close", (code) => reject(new Error(`the server ended with ${code}:\n${printed}`)));
    });
    return new TestServer(dataDir, url, child, () => printed);
  }

  fetch(path: string, init: RequestInit = {}, key?: string): Promise<Response> {
    const headers = new Headers(init.headers);
    if (key !== undefined) headers.set("authorization", `Bearer ${key}`);
    return fetch(new URL(path, this.url), { ...init, headers });
  }

  /** Sends events as JSON. */
  post(key: string, body: unknown, contentType = "application/json"): Promise<Response> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return this.fetch("/v1/events", { method: "POST", body: text, headers: { "content-type": contentType } }, key);
  }

  /** An API key, made by the command line while the server runs. */
  async key(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await cli(["keys", "create", "--data-dir", this.dataDir, ...args]);
    if (code !== 0) throw new Error(`keys create ended with ${code}: ${stderr}`);
    return stdout.trim();
  }

  /** The token of the set-up link it printed. */
  async setupToken(): Promise<string> {
    for (;;) {
      const match = /\/setup#token=(\S+)/.exec(this.output());
      if (match?.[1]) return match[1];
      await once(this.child.stdout as NodeJS.ReadableStream, "data");
    }
  }

  /** Waits until everything in the log is searchable, as `indexed_through` tells. */
  async searchable(key: string, position: number): Promise<void> {
    for (;;) {
      const response = await this.fetch("/v1/events?limit=1", {}, key);
      if (response.ok && numberOf(((await response.json()) as Indexed).indexed_through) >= position) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits until everything acknowledged so far can be searched, as the server's own measure tells. */
  async caughtUp(key: string): Promise<void> {
    for (;;) {
      const metrics = await (await this.fetch("/metrics", {}, key)).text();
      if (/^daybook_search_lag 0$/m.test(metrics)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const closed = once(this.child, "close");
    this.child.kill(signal);
    const [code] = await closed;
    return code;
  }

  /** Ends it and removes its directory. */
  async remove(): Promise<void> {
    await this.stop("SIGKILL");
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "daybook-"));
}
