import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sameLog } from "../support/positions.ts";
import type { ServerProcess } from "../support/server.ts";
import { aboveIdle, drain, ENTRY_BYTES, RANGE, startWithLargeEntries } from "./large-server.ts";

/** Entries near the limit: whatever is read of them, memory holds a few at a time. */

const COUNT = process.env.DAYBOOK_TEST_LONG === "1" ? 1_000 : 160;
/** What reading can take above what the server takes anyway. */
const ABOVE_IDLE_MIB = 64;

let server: ServerProcess;
let key: string;

beforeAll(async () => {
  ({ server, key } = await startWithLargeEntries(COUNT, []));
});
afterAll(() => server.remove());

const EXPECTED = Array.from({ length: COUNT }, (_, i) => `large-${COUNT - 1 - i}`);

describe("entries near the limit", () => {
  it.each([
    ["NDJSON", "format=ndjson"],
    ["CSV", "format=csv"],
    ["a bundle", "format=ndjson&proof=1"],
  ])("are exported as %s in bounded memory", async (_, format) => {
    const path = `/v1/events/export?${format}&${RANGE}&action=large.entry`;
    // The first export starts the thread that writes, and the heap grows to its working size.
    await drain(server, path, key);
    let bytes = 0;
    const taken = await aboveIdle(server, async () => {
      bytes = await drain(server, path, key);
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
    expect(await aboveIdle(server, stream)).toBeLessThan(ABOVE_IDLE_MIB);
  });
});
