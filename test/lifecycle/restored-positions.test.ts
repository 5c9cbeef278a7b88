import { cpSync } from "node:fs";
import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { anEvent, type Problem } from "../support/events.ts";
import { shifted } from "../support/positions.ts";
import { cli, TestServer, temporaryDirectory } from "../support/server.ts";

/** A backup is restored: what readers kept of the log before is still a place in it, as far as it was restored, and else is refused. */

interface Page {
  readonly data: Event[];
  readonly next_cursor: string | null;
  readonly indexed_through: string;
}

const RANGE = "start=2026-03-01&end=2026-03-31";

let server: TestServer;
let key: string;
/** Of the backup, and of what was recorded after it and is lost. */
let kept: Page;
let lost: Page;

async function get(path: string, init: RequestInit = {}): Promise<{ status: number; body: Page & Problem }> {
  const response = await server.fetch(path, init, key);
  return { status: response.status, body: (await response.json()) as Page & Problem };
}

async function record(...ids: string[]): Promise<void> {
  const events = ids.map((id, i) => anEvent({ id, timestamp: new Date(Date.UTC(2026, 2, 2, 0, i)).toISOString() }));
  expect((await server.post(key, events)).status).toBe(201);
  await server.caughtUp(key);
  // Positions of an earlier log are looked up in the tree.
  for (let metrics = ""; !/^daybook_tree_lag 0$/m.test(metrics); ) {
    metrics = await server.metrics();
  }
}

beforeAll(async () => {
  server = await TestServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  await record("a", "b", "c");
  kept = (await get(`/v1/events?${RANGE}&limit=1`)).body;
  await server.stop();
  const backup = temporaryDirectory();
  cpSync(server.dataDir, backup, { recursive: true });
  server = await TestServer.start({ dataDir: server.dataDir });
  await record("d", "e");
  lost = (await get(`/v1/events?${RANGE}&limit=1`)).body;
  await server.remove();
  const { code, stderr } = await cli(["restore", "--data-dir", backup]);
  expect([code, stderr]).toEqual([0, ""]);
  server = await TestServer.start({ dataDir: backup });
  await record("f", "g", "h");
});
afterAll(() => server.remove());

it("gives its positions a new name", async () => {
  const now = (await get("/v1/events?limit=1")).body.indexed_through;
  expect(now.split(":")[0]).not.toBe(kept.indexed_through.split(":")[0]);
});

it("translates a position of the restored part: as_of, since, a cursor, Last-Event-ID", async () => {
  const ids = async (query: string) => (await get(`/v1/events?${RANGE}&${query}`)).body.data.map(({ id }) => id);
  expect(await ids(`as_of=${kept.indexed_through}`)).toEqual(["c", "b", "a"]);
  expect(await ids(`since=${kept.indexed_through}`)).toEqual(["h", "g", "f"]);
  const { body } = await get(`/v1/events?${RANGE}&limit=1&cursor=${kept.next_cursor}`);
  expect(body.data.map(({ id }) => id)).toEqual(["b"]);
  const leave = new AbortController();
  const headers = { "last-event-id": shifted(kept.indexed_through, -1) };
  const live = await server.fetch(`/v1/events/live?${RANGE}`, { headers, signal: leave.signal }, key);
  let text = "";
  for await (const piece of live.body ?? []) {
    text += Buffer.from(piece).toString("utf8");
    if (text.includes('"id":"h"')) break;
  }
  leave.abort();
  expect([...text.matchAll(/"id":"(.)"/g)].map(([, id]) => id)).toEqual(["c", "f", "g", "h"]);
});

it("refuses a position that was not restored, and says so", async () => {
  for (const name of ["as_of", "since"]) {
    const { status, body } = await get(`/v1/events?${RANGE}&${name}=${lost.indexed_through}`);
    expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([400, "invalid_parameter", name]);
    expect(body.detail).toContain("not restored");
  }
  const cursor = await get(`/v1/events?${RANGE}&limit=1&cursor=${lost.next_cursor}`);
  expect([cursor.status, cursor.body.code]).toEqual([400, "invalid_cursor"]);
  const headers = { "last-event-id": lost.indexed_through };
  const live = await get("/v1/events/live", { headers });
  expect([live.status, live.body.errors?.[0]?.pointer]).toEqual([400, "Last-Event-ID"]);
});
