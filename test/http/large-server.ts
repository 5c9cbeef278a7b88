import { expect } from "vitest";
import { peakMiB } from "../../bench/process.ts";
import { residentMiB } from "../../bench/process-tree.ts";
import { anEvent } from "../support/events.ts";
import { ServerProcess } from "../support/server.ts";

/** A server whose log holds entries near the limit. */

export const ENTRY_BYTES = 240_000;
export const RANGE = "start=2026-03-01&end=2026-03-31";
const BATCH = 20;

/** @param count events `large-0` and on, one second after the other, of action `large.entry` of organization `acme`. */
export async function startWithLargeEntries(
  count: number,
  args: readonly string[],
): Promise<{ server: ServerProcess; key: string }> {
  const server = await ServerProcess.start({ args });
  const key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  for (let from = 0; from < count; from += BATCH) {
    const events = Array.from({ length: BATCH }, (_, i) =>
      anEvent({
        id: `large-${from + i}`,
        action: "large.entry",
        timestamp: new Date(Date.UTC(2026, 2, 2, 0, 0, from + i)).toISOString(),
        metadata: { blob: "x".repeat(ENTRY_BYTES), at: from + i },
      }),
    );
    expect((await server.post(key, events)).status).toBe(201);
  }
  await server.caughtUp(key);
  return { server, key };
}

/** How much more memory a server held at most while `work` ran. */
export async function aboveIdle(server: ServerProcess, work: () => Promise<unknown>): Promise<number> {
  const pid = server.child.pid ?? 0;
  const idle = residentMiB(pid);
  return (await peakMiB(pid, work)) - idle;
}

/** Reads an answer to its end, and keeps none of it. @returns its length in bytes. */
export async function drain(server: ServerProcess, path: string, key: string): Promise<number> {
  const response = await server.fetch(path, {}, key);
  expect(response.status).toBe(200);
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += chunk.length;
  return bytes;
}
