import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parsePosition } from "@daybook/sdk";
import { BENCHMARK_ORGANIZATIONS } from "../src/demo/benchmark.ts";
import { end } from "./process.ts";

const CLI = fileURLToPath(new URL("../bin/daybook.js", import.meta.url));
const BUILD = fileURLToPath(new URL("../scripts/build.mjs", import.meta.url));
const POLL_MS = 20;

interface Answer {
  indexed_through: string;
}

/** A Daybook server as people run it: the built program, in a process and a directory of its own. */
export class Daybook {
  readonly dataDir: string;
  readonly url: string;
  readonly child: ChildProcess;
  /** From the start of the process until it was ready: listening, and search caught up. */
  readonly readyMs: number;
  /** A platform key; empty until `prepare`. */
  key = "";

  private constructor(dataDir: string, url: string, child: ChildProcess, readyMs: number) {
    this.dataDir = dataDir;
    this.url = url;
    this.child = child;
    this.readyMs = readyMs;
  }

  static build(): void {
    execFileSync(process.execPath, [BUILD], { stdio: "inherit" });
  }

  /** @param more options of `daybook serve`. */
  static async start(dataDir: string, key = "", more: readonly string[] = []): Promise<Daybook> {
    const start = performance.now();
    // For a sink of ours on this machine.
    const network = ["--stream-networks", "127.0.0.1"];
    const child = spawn(process.execPath, [CLI, "serve", "--port", "0", "--data-dir", dataDir, ...network, ...more], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const url = await announced(child);
    await until(async () => (await fetch(`${url}/readyz`)).ok);
    const daybook = new Daybook(dataDir, url, child, performance.now() - start);
    daybook.key = key;
    return daybook;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error("Daybook did not start");
    return this.child.pid;
  }

  /** Creates a key for everything, and the organizations: those of the data set by default. */
  async prepare(organizations = BENCHMARK_ORGANIZATIONS): Promise<void> {
    const scopes = "events:write,events:read,organizations:write,streams:manage";
    const args = [CLI, "keys", "create", "--platform", "--scopes", scopes, "--data-dir", this.dataDir];
    const command = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    command.stdout.on("data", (chunk) => {
      this.key += String(chunk).trim();
    });
    await once(command, "close");
    for (const { id, name } of organizations) {
      const body = JSON.stringify({ name });
      await this.call(`/v1/organizations/${id}`, {
        method: "PUT",
        body,
        headers: { "content-type": "application/json" },
      });
    }
  }

  /** @throws Error with the answer unless it is a 2xx. */
  async call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${this.key}`);
    const response = await fetch(this.url + path, { ...init, headers });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response;
  }

  async read<Body>(path: string): Promise<Body> {
    return (await (await this.call(path)).json()) as Body;
  }

  /** Waits until that many entries, the deployment's own included, are searchable. */
  async searchable(entries: number): Promise<void> {
    await until(async () => {
      const { indexed_through } = await this.read<Answer>("/v1/events?tenant_id=org-000&limit=1");
      return (parsePosition(indexed_through)?.number ?? -1) + 1 >= entries;
    });
  }

  /** Entries that are searchable now. */
  async entries(): Promise<number> {
    const { indexed_through } = await this.read<Answer>("/v1/events?tenant_id=org-000&limit=1");
    return (parsePosition(indexed_through)?.number ?? -1) + 1;
  }

  stop(): Promise<void> {
    return end(this.child, "SIGTERM");
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** The address a server prints. Its output is read to the end of its life: a full pipe would stop it. */
function announced(child: ChildProcess): Promise<string> {
  let printed = "";
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (chunk) => {
      printed += String(chunk);
      const [, url] = /is at (http:\S+),/.exec(printed) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once("exit", () => reject(new Error(`Daybook did not start: ${printed}`)));
  });
}
