import { existsSync, readdirSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { readIfThere } from "../durable-file.ts";
import type { Identity } from "../identity/index.ts";
import type { MemoryName, StreamMemory } from "./memory.ts";

const SUFFIX = { cursor: ".json", sink: ".sink.json" } as const;
const NAMES = ["cursor", "sink"] as const;
type FileName = (typeof NAMES)[number];
/** Lower than the first term of any node, so that every node can replace it. */
const NO_TERM = 0;

/**
 * In the data directory, for the only process that has the log:
 *
 *   open(x.tmp) → write → fdatasync → close → rename(x) → fsync(directory)
 *
 * The anchor is in the database of identity.
 */
export class FileMemory implements StreamMemory {
  readonly lagMs = 0;
  private readonly directory: string;
  private readonly id: string;
  private readonly anchors: Identity["streamMemories"] | undefined;

  /** @param anchors undefined keeps no anchor. */
  constructor(directory: string, id: string, anchors?: Identity["streamMemories"]) {
    this.directory = directory;
    this.id = id;
    this.anchors = anchors;
  }

  async read(name: MemoryName): Promise<string | undefined> {
    return name === "anchor" ? this.anchors?.read(this.id, name) : readIfThere(this.file(name));
  }

  async write(name: MemoryName, text: string): Promise<void> {
    if (name === "anchor") await this.anchors?.write(this.id, name, { term: NO_TERM, text });
    else await this.writeFile(name, text);
  }

  async forget(): Promise<void> {
    for (const name of NAMES) await rm(this.file(name), { force: true });
    await this.anchors?.forget(this.id);
  }

  place(name: MemoryName): string {
    return name === "anchor" ? `stream_memory ${name} of ${this.id}` : this.file(name);
  }

  private async writeFile(name: FileName, text: string): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const path = this.file(name);
    const unfinished = `${path}.tmp`;
    const file = await open(unfinished, "w", 0o600);
    try {
      await file.writeFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    const directory = await open(this.directory, "r");
    await directory.sync().finally(() => directory.close());
  }

  private file(name: FileName): string {
    return join(this.directory, this.id + SUFFIX[name]);
  }
}

/** Copies the memory of a data directory's streams to the database that nodes share. */
export async function shareMemories(directory: string, memories: Identity["streamMemories"]): Promise<void> {
  const files = existsSync(directory) ? readdirSync(directory) : [];
  const ids = new Set(
    files.filter((file) => file.endsWith(SUFFIX.cursor)).map((file) => file.slice(0, file.indexOf("."))),
  );
  for (const id of ids) {
    const memory = new FileMemory(directory, id);
    for (const name of NAMES) {
      const text = await memory.read(name);
      if (text !== undefined) await memories.write(id, name, { term: NO_TERM, text });
    }
  }
}
