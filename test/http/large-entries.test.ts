import { connect, type Socket } from "node:net";
import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { peakMiB } from "../../bench/process.ts";
import { residentMiB } from "../../bench/process-tree.ts";
import { anEvent } from "../support/events.ts";
import { sameLog } from "../support/positions.ts";
import { ServerProcess } from "../support/server.ts";

/** Entries near the limit: whatever is read of them, memory holds a few at a time. */

const COUNT = process.env.DAYBOOK_TEST_LONG === "1" ? 1_000 : 160;
const ENTRY_BYTES = 240_000;
const BATCH = 20;
/** What reading can take above what the server takes anyway. */
const ABOVE_IDLE_MIB = 64;
const RANGE = "start=2026-03-01&end=2026-03-31";

let server: ServerProcess;
let key: string;

beforeAll(async () => {
  server = await ServerProcess.start({ args: ["--reader-timeout", "20"] });
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  for (let from = 0; from < COUNT; from += BATCH) {
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
});
afterAll(() => server.remove());

const EXPECTED = Array.from({ length: COUNT }, (_, i) => `large-${COUNT - 1 - i}`);

/** Reads an answer to its end, and keeps none of it. @returns its length in bytes. */
async function drain(path: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await server.fetch(path, { headers }, key);
  expect(response.status).toBe(200);
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += chunk.length;
  return bytes;
}

/** How much more memory the server held at most while `work` ran. */
async function aboveIdle(work: () => Promise<unknown>): Promise<number> {
  const pid = server.child.pid ?? 0;
  const idle = residentMiB(pid);
  return (await peakMiB(pid, work)) - idle;
}

describe("entries near the limit", () => {
  it.each([
    ["NDJSON", "format=ndjson"],
    ["CSV", "format=csv"],
    ["a bundle", "format=ndjson&proof=1"],
  ])("are exported as %s in bounded memory", async (_, format) => {
    const path = `/v1/events/export?${format}&${RANGE}&action=large.entry`;
    // The first export starts the thread that writes, and the heap grows to its working size.
    await drain(path);
    let bytes = 0;
    const taken = await aboveIdle(async () => {
      bytes = await drain(path);
    });
    expect(bytes).toBeGreaterThan(COUNT * ENTRY_BYTES);
    expect(taken).toBeLessThan(ABOVE_IDLE_MIB);
  });

  it("make shorter pages, none above 32 MiB and each with a cursor, and none is skipped", async () => {
    const ids: string[] = [];
    const lengths: number[] = [];
    for (let cursor = ""; ; ) {
      const response = await server.fetch(`/v1/events?${RANGE}&action=large.*&limit=1000${cursor}`, {}, key);
      const text = await response.text();
      const page = JSON.parse(text) as { data: Event[]; next_cursor: string | null };
      expect(text.length).toBeLessThanOrEqual(32 * 1024 * 1024 + 1024);
      lengths.push(page.data.length);
      ids.push(...page.data.map(({ id }) => id));
      if (page.next_cursor === null) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect(ids).toEqual(EXPECTED);
    expect(lengths.length).toBe(Math.ceil(COUNT / (lengths[0] ?? 0)));
    expect(lengths[0]).toBeGreaterThan(100);
  });

  it("are streamed live in bounded memory", async () => {
    const page = await (await server.fetch("/v1/events?limit=1", {}, key)).json();
    const headers = { "last-event-id": sameLog((page as { indexed_through: string }).indexed_through, -1) };
    const stream = async () => {
      const leave = new AbortController();
      const init = { headers, signal: leave.signal };
      const response = await server.fetch(`/v1/events/live?${RANGE}&action=large.*`, init, key);
      let seen = 0;
      for await (const chunk of response.body ?? []) {
        seen += Buffer.from(chunk).toString("latin1").split("event: event\n").length - 1;
        if (seen === COUNT) break;
      }
      leave.abort();
    };
    await stream();
    expect(await aboveIdle(stream)).toBeLessThan(ABOVE_IDLE_MIB);
  });

  it("wait for 24 readers who do not read in bounded memory, until these are cut off", async () => {
    const { host } = new URL(server.url);
    const { hostname, port } = new URL(server.url);
    const stalled: Socket[] = [];
    const open = (path: string) => {
      const socket = connect(Number(port), hostname);
      socket.pause();
      socket.on("error", () => undefined);
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${key}\r\n\r\n`);
      stalled.push(socket);
    };
    const brokenOff = async () => {
      const query = "action=audit_log.export&outcome=failure&limit=100";
      const page = await (await server.fetch(`/v1/events?${query}`, {}, key)).json();
      return (page as { data: Event[] }).data.length;
    };
    const taken = await aboveIdle(async () => {
      for (let i = 0; i < 24; i++) {
        open(`/v1/events/export?format=${i % 2 ? "csv" : "ndjson"}&${RANGE}&action=large.entry`);
      }
      await expect.poll(brokenOff, { timeout: 80_000, interval: 500 }).toBe(24);
    });
    // Half a megabyte of entries in a few places for each, and what the sockets take.
    expect(taken).toBeLessThan(24 * 8);
    for (const socket of stalled) socket.destroy();
    expect(await drain(`/v1/events/export?format=csv&${RANGE}&action=large.entry`)).toBeGreaterThan(0);
  });
});
