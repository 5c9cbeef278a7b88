import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { dataPaths } from "../data-paths.ts";
import { readIfThere } from "../durable-file.ts";

const running = z.object({ url: z.url(), token: z.string(), pid: z.number() });

/** Where a running server is, and what it takes to give it commands. */
export type Running = z.infer<typeof running>;

/** Lets commands on this data directory reach the server while it runs. Readable by its owner alone. */
export function announce(dataDir: string, server: Running): void {
  const path = announcement(dataDir);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.tmp`;
  // Removed first: the mode is given to a file only as it is made.
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, `${JSON.stringify(server)}\n`, { mode: 0o600 });
  renameSync(unfinished, path);
}

export function withdraw(dataDir: string): void {
  rmSync(announcement(dataDir), { force: true });
}

function announcement(dataDir: string): string {
  return join(dataPaths(dataDir).run, "server.json");
}

/** @returns undefined when no server was announced, or what announces it was cut off as it was written. */
export function readAnnouncement(dataDir: string): Running | undefined {
  const text = readIfThere(announcement(dataDir));
  if (text === undefined) return undefined;
  try {
    return running.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
