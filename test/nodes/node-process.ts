import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { builtChild } from "../support/built-child.ts";

export interface Receipt {
  readonly id: string;
  readonly sequence: number;
  readonly leaf_hash: string;
  /** It was recorded before: any node that has it can say so. */
  readonly duplicate: boolean;
}

interface Line {
  readonly ready?: boolean;
  readonly receipt?: Receipt;
  readonly refused?: string;
  readonly integrity?: string;
}

/** How long an answer is waited for. Whoever sends then tries another node, under the same ids. */
const ANSWER_MS = 2_000;

/** A node as a process of its own: see node.child.ts. */
export class NodeProcess {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<string, (receipt: Receipt | undefined) => void>();
  private readonly ready: Promise<void>;
  private readonly closed: Promise<unknown>;
  private said = "";
  private toEnd = false;
  private lastIntegrity: string | undefined;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.closed = once(child, "close").then(() => this.giveUp([...this.waiting.keys()]));
    child.stderr?.on("data", (bytes: Buffer) => {
      this.said = (this.said + bytes).slice(-4_000);
    });
    // Who is killed reads nothing more.
    child.stdin?.on("error", () => undefined);
    this.ready = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (text) => {
        const line = JSON.parse(text) as Line;
        if (line.ready) resolve();
        this.take(line);
      });
      child.once("close", () => reject(new Error(`the node ended: ${this.said}`)));
    });
  }

  /** @param runner a program that runs it, with its arguments. */
  static async start(
    dataDir: string,
    url: string,
    signingKeys: string,
    runner: readonly string[] = [],
  ): Promise<NodeProcess> {
    const program = await builtChild("node.child.ts", import.meta.url);
    const [command = process.execPath, ...args] = [...runner, process.execPath, program, dataDir, url, signingKeys];
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    const node = new NodeProcess(child);
    await node.ready;
    return node;
  }

  /** Whether it can still be sent to. */
  get lives(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What it said last, when it ended by itself: nothing in these tests is a reason to. */
  get failure(): string | undefined {
    return this.lives || this.toEnd ? undefined : this.said;
  }

  /** What it said of its trees at its end. */
  get integrity(): string | undefined {
    return this.lastIntegrity;
  }

  /** @returns the receipts that came in time. */
  async record(ids: readonly string[]): Promise<Receipt[]> {
    const answers = ids.map((id) => new Promise<Receipt | undefined>((resolve) => this.waiting.set(id, resolve)));
    this.child.stdin?.write(`${JSON.stringify(ids)}\n`);
    const timer = setTimeout(() => this.giveUp(ids), ANSWER_MS);
    const receipts = await Promise.all(answers);
    clearTimeout(timer);
    return receipts.filter((receipt) => receipt !== undefined);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async kill(): Promise<void> {
    this.toEnd = true;
    this.child.kill("SIGKILL");
    await this.closed;
  }

  async stop(): Promise<void> {
    this.toEnd = true;
    this.child.stdin?.end();
    await this.closed;
    if (this.lastIntegrity === undefined) throw new Error(`the node did not stop as it should: ${this.said}`);
  }

  private take({ receipt, refused, integrity }: Line): void {
    this.lastIntegrity = integrity ?? this.lastIntegrity;
    const id = receipt?.id ?? refused;
    if (id !== undefined) this.answer(id, receipt);
  }

  private giveUp(ids: readonly string[]): void {
    for (const id of ids) this.answer(id, undefined);
  }

  private answer(id: string, receipt: Receipt | undefined): void {
    const resolve = this.waiting.get(id);
    this.waiting.delete(id);
    resolve?.(receipt);
  }
}
