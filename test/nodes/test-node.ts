import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Archive } from "../../src/commit/archive.ts";
import { Node } from "../../src/commit/node.ts";
import { RELEASE } from "../../src/commit/release.ts";
import type { Append, Appended, LogEntry } from "../../src/log/contract.ts";
import { type OpenLog, openLog } from "../../src/log/log.ts";
import { temporaryDirectory } from "../support/server.ts";

/** A segment takes a few batches, so that nodes begin several. */
const SEGMENT_BYTES = 2_000;

/** A node without a server: its log, and its place among the others. */
export class TestNode {
  readonly directory: string;
  readonly node: Node;
  readonly log: OpenLog;
  /** Why it cannot go on. */
  readonly failed: Promise<Error>;

  private constructor(directory: string, node: Node, log: OpenLog, failed: Promise<Error>) {
    this.directory = directory;
    this.node = node;
    this.log = log;
    this.failed = failed;
  }

  static async start(
    url: string,
    {
      directory = temporaryDirectory(),
      now = Date.now,
      archive = undefined as Archive | undefined,
      generation = RELEASE.generation,
    } = {},
  ): Promise<TestNode> {
    let fail: (error: Error) => void = () => undefined;
    const failed = new Promise<Error>((resolve) => {
      fail = resolve;
    });
    const node = await Node.open(url, {
      listener: { reachable: () => undefined, leading: () => undefined, archive: () => undefined, fatal: fail },
      archive,
      release: { version: `0.${generation}.0`, generation },
    });
    const log = await openLog({
      directory,
      shared: node,
      now,
      segmentBytes: SEGMENT_BYTES,
      ballastBytes: 4096,
      compression: "off",
      onFatal: fail,
    });
    try {
      await node.readAll(log);
    } catch (error) {
      await log.close();
      await node.close();
      throw error;
    }
    await node.start({
      checkpointsSince: 0,
      adopt: (signatures) => signatures.length,
      hasRead: () => true,
      leads: () => undefined,
    });
    return new TestNode(directory, node, log, failed);
  }

  async leads(): Promise<this> {
    await until(() => this.node.leads);
    return this;
  }

  append(...texts: string[]): Promise<Appended[]> {
    return Promise.all(this.log.append(texts.map((text) => appendOf(text))));
  }

  async texts(): Promise<string[]> {
    const { end } = this.log;
    const texts: string[] = [];
    const reading = new AbortController();
    if (end === 0) return [];
    for await (const entries of this.log.follow(0, reading.signal)) {
      texts.push(...entries.map(textOf));
      if (texts.length === end) reading.abort();
    }
    return texts;
  }

  /** Its segments, byte for byte. */
  files(): Map<string, string> {
    const names = readdirSync(this.directory).filter((name) => name.endsWith(".seg"));
    return new Map(names.sort().map((name) => [name, readFileSync(join(this.directory, name), "hex")]));
  }

  async stop(): Promise<void> {
    await this.node.stop();
    await this.log.close().catch(() => undefined);
    await this.node.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Asks again until something is so. No event tells: it is another process's to know. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}

export function appendOf(text: string): Append {
  return {
    organization: "acme",
    encode: (sequence) => ({ header: Buffer.from(`${sequence} ${text}`), body: Buffer.from(text) }),
  };
}

function textOf({ body }: LogEntry): string {
  return Buffer.from(body ?? []).toString();
}
