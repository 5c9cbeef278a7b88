import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readAnnouncement } from "../../src/cli/announcement.ts";
import { cli, runCli } from "./cli.ts";
import { numberOf } from "./positions.ts";

export { type CliResult, cli, runCli } from "./cli.ts";

/** How often a server is asked how far search has come: nothing reports it. An answer costs a query, and search takes a tenth of a second or more. */
const ASK_AGAIN_MS = 30;

interface Indexed {
  indexed_through: string;
}

export interface ServerOptions {
  /** Default: a new one. */
  readonly dataDir?: string;
  /** Further options of `daybook serve`. */
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  /** Text that is piped into the process. Default: it has no standard input. */
  readonly stdin?: string;
}

/**
 * A Daybook server on a free port and a directory of its own, which a test talks to over HTTP. Most tests use `AppServer`, which
 * runs inside the test's process. A test of the command line or of the end of a process uses `ServerProcess`.
 */
export abstract class TestServer {
  readonly dataDir: string;
  readonly url: string;

  protected constructor(dataDir: string, url: string) {
    this.dataDir = dataDir;
    this.url = url;
  }

  /** As a process of its own. */
  static start(options: ServerOptions = {}): Promise<TestServer> {
    return ServerProcess.start(options);
  }

  /** What it has printed so far. */
  abstract output(): string;

  /** An API key, created while the server runs. @param args as of `daybook keys create`. */
  abstract key(args: readonly string[]): Promise<string>;

  /** The token of the set-up link. */
  abstract setupToken(): Promise<string>;

  /** Ends it, and waits until it has ended. @returns its exit code. */
  abstract stop(signal?: NodeJS.Signals): Promise<number | null>;

  /** Ends it and removes its directory. */
  abstract remove(): Promise<void>;

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

  /** Waits until everything in the log is searchable, as `indexed_through` reports. */
  async searchable(key: string, position: number): Promise<void> {
    for (;;) {
      const response = await this.fetch("/v1/events?limit=1", {}, key);
      if (response.ok && numberOf(((await response.json()) as Indexed).indexed_through) >= position) return;
      await pause(ASK_AGAIN_MS);
    }
  }

  /** What it measures, by the operator's token. */
  async metrics(): Promise<string> {
    const response = await this.fetch("/metrics", {}, readAnnouncement(this.dataDir)?.token);
    if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
    return response.text();
  }

  /** Waits until everything acknowledged so far can be searched, as the server's own measure reports. */
  async caughtUp(_key?: string): Promise<void> {
    for (;;) {
      if (/^daybook_search_lag 0$/m.test(await this.metrics())) return;
      await pause(ASK_AGAIN_MS);
    }
  }
}

/** A server as a process of its own, started by the command line. */
export class ServerProcess extends TestServer {
  readonly child: ChildProcess;
  private readonly readOutput: () => string;

  private constructor(dataDir: string, url: string, child: ChildProcess, output: () => string) {
    super(dataDir, url);
    this.child = child;
    this.readOutput = output;
  }

  static override async start(options: ServerOptions = {}): Promise<ServerProcess> {
    const dataDir = options.dataDir ?? temporaryDirectory();
    const { args = [], env, stdin } = options;
    const command = ["serve", "--port", "0", "--data-dir", dataDir, ...args];
    const child = runCli(command, env, stdin === undefined ? {} : { stdin });
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
    return new ServerProcess(dataDir, url, child, () => printed);
  }

  output(): string {
    return this.readOutput();
  }

  async key(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await cli(["keys", "create", "--data-dir", this.dataDir, ...args]);
    if (code !== 0) throw new Error(`keys create ended with ${code}: ${stderr}`);
    return stdout.trim();
  }

  async setupToken(): Promise<string> {
    for (;;) {
      const match = /\/setup#token=(\S+)/.exec(this.output());
      if (match?.[1]) return match[1];
      await once(this.child.stdout as NodeJS.ReadableStream, "data");
    }
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const closed = once(this.child, "close");
    this.child.kill(signal);
    const [code] = await closed;
    return code;
  }

  async remove(): Promise<void> {
    await this.stop("SIGKILL");
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "daybook-"));
}
