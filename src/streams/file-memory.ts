import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { readIfThere } from "../durable-file.ts";
import type { MemoryName, StreamMemory } from "./memory.ts";

const SUFFIX = { cursor: ".json", sink: ".sink.json" } as const;

/**
 * In the data directory, for a process that alone has the log:
 *
 *   open(x.tmp) → write → fdatasync → close → rename(x) → fsync(directory)
 */
export class FileMemory implements StreamMemory {
  readonly lagMs = 0;
  private readonly directory: string;
  private readonly id: string;

  constructor(directory: string, id: string) {
    this.directory = directory;
    this.id = id;
  }

  async read(name: MemoryName): Promise<string | undefined> {
    return readIfThere(this.place(name));
  }

  async write(name: MemoryName, text: string): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const path = this.place(name);
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

  async forget(): Promise<void> {
    for (const name of ["cursor", "sink"] as const) await rm(this.place(name), { force: true });
  }

  place(name: MemoryName): string {
    return join(this.directory, this.id + SUFFIX[name]);
  }
}
