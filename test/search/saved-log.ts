import { readFileSync, writeFileSync } from "node:fs";
import { MemoryLog } from "./memory-log.ts";

/** Hands a log over to another process: two that are generated differ, because every entry holds a nonce. */
export function saveLog(log: MemoryLog, file: string): void {
  const entries = log.stored.map(({ organization, header, body }) => [
    organization,
    base64(header),
    body && base64(body),
  ]);
  writeFileSync(file, JSON.stringify({ id: log.id, entries }));
}

export function loadLog(file: string): MemoryLog {
  const { id, entries } = JSON.parse(readFileSync(file, "utf8")) as {
    id: string;
    entries: [string, string, string?][];
  };
  const log = new MemoryLog({ id, chunkEntries: 150 });
  for (const [organization, header, body] of entries) {
    log.append(organization, () => ({
      header: Buffer.from(header, "base64"),
      body: body === undefined ? undefined : Buffer.from(body, "base64"),
    }));
  }
  return log;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
