import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { events } from "../lifecycle/events.ts";
import { alterCompressed, alterRaw, sealOnlySegment } from "../support/altered-entries.ts";
import { AppServer } from "../support/app-server.ts";
import { parseCsv } from "../support/csv.ts";
import type { Problem, Results } from "../support/events.ts";
import { sameLog } from "../support/positions.ts";
import { type TestServer, temporaryDirectory } from "../support/server.ts";

/** Entries that somebody changed in the log's files, with every checksum right, while the server runs: what each way of reading gives. */

interface Damaged {
  readonly damaged: true;
  readonly tenant_id: string;
  readonly sequence: number;
  readonly reason: string;
}
type Item = Event | Damaged;

/** Some blocks of the compressed segment: the last one is read when the server starts, and stays in memory for a while. */
const SEALED = 200;
const COUNT = 260;
const RANGE = "start=2025-01-01&end=2025-12-31";
/** What is changed, and what a reader is shown. */
const ALTERED = new Map([
  ["event-12", "header"],
  ["event-241", "header"],
  ["event-246", "body"],
  ["event-251", "body"],
]);

let server: TestServer;
let key: string;
let viewer: string;
let before: Event[];
const sequences = new Map<string, number>();

const get = (path: string, by = key) => server.fetch(path, {}, by);

async function list(by = key, range = RANGE): Promise<{ data: Item[]; indexed_through: string }> {
  const response = await get(`/v1/events?${range}&limit=1000`, by);
  expect(response.status).toBe(200);
  return (await response.json()) as { data: Item[]; indexed_through: string };
}

async function record(from: number, to: number): Promise<void> {
  const { results } = (await (await server.post(key, events(to - from, from))).json()) as Results;
  for (const { id = "", sequence = -1 } of results) sequences.set(id, sequence);
}

beforeAll(async () => {
  const dataDir = temporaryDirectory();
  server = await AppServer.start({ dataDir });
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  await record(0, SEALED);
  await server.caughtUp(key);
  const first = (await list()).data as Event[];
  await server.stop();
  const log = join(dataDir, "log");
  const compressed = await sealOnlySegment(log, "acme");
  server = await AppServer.start({ dataDir, args: ["--embed-origins", "https://app.example"] });
  // What it finds by itself at start is not what this is about.
  while (!server.output().includes("log: scanned")) await pause(20);
  const platform = await server.key(["--platform", "--scopes", "events:read"]);
  const issued = await server.fetch(
    "/v1/viewer-tokens",
    {
      method: "POST",
      body: JSON.stringify({ organization: "acme", filter: { action: ["auth.*", "api_key.*"] } }),
      headers: { "content-type": "application/json" },
    },
    platform,
  );
  viewer = ((await issued.json()) as { token: string }).token;
  await record(SEALED, COUNT);
  await server.caughtUp(key);
  // Only what is in the open segment, so that no further block is in memory.
  before = [
    ...((await list(key, `start=${events(1, SEALED)[0]?.timestamp}&end=2025-12-31`)).data as Event[]),
    ...first,
  ];
  expect(before).toHaveLength(COUNT);
  const raw = readdirSync(log).find((name) => name.endsWith(".seg")) ?? "";
  await alterCompressed(compressed, "event-12");
  alterRaw(join(log, raw), "event-241", "header");
  alterRaw(join(log, raw), "event-246", "whole body");
  alterRaw(join(log, raw), "event-251", "body");
});
afterAll(() => server.remove());

const damagedItem = (id: string): Damaged => ({
  damaged: true,
  tenant_id: "acme",
  sequence: sequences.get(id) ?? -1,
  reason: ALTERED.get(id) ?? "",
});

/** The page as it was, with what says so in the place of what was changed. */
const expected = (): Item[] => before.map((event) => (ALTERED.has(event.id) ? damagedItem(event.id) : event));

describe("entries that somebody changed", () => {
  it("break a bundle off, and raise the alarm", async () => {
    expect(server.output()).not.toContain("integrity: what is stored was changed");
    const reading = async () => (await get(`/v1/events/export?format=ndjson&proof=1&${RANGE}`)).text();
    await expect(reading()).rejects.toThrow();
    expect(server.output()).toContain("an entry cannot be shown");
    await expect.poll(() => server.output()).toContain("integrity: what is stored was changed");
  });

  it("are shown as damaged in their places of the list, and nothing else changes", async () => {
    expect((await list()).data).toEqual(expected());
  });

  it("are lines of NDJSON that say so", async () => {
    const text = await (await get(`/v1/events/export?format=ndjson&${RANGE}`)).text();
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(expected());
  });

  it("are rows of CSV that say so, with nothing of the event but its place", async () => {
    const [header = [], ...rows] = parseCsv(await (await get(`/v1/events/export?format=csv&${RANGE}`)).text());
    const column = (name: string) => rows.map((row) => row[header.indexOf(name)]);
    expect(column("damaged")).toEqual(expected().map((item) => ("damaged" in item ? item.reason : "")));
    expect(column("id")).toEqual(expected().map((item) => ("damaged" in item ? "" : item.id)));
    expect(column("sequence")).toEqual(expected().map(({ sequence }) => String(sequence)));
    for (const row of rows.filter((_, at) => "damaged" in (expected()[at] ?? {}))) {
      const filled = header.filter((_, at) => row[at] !== "");
      expect(filled.sort()).toEqual(["damaged", "sequence", "tenant_id"]);
    }
  });

  it("are messages of a live stream that is resumed over them", async () => {
    const { indexed_through } = await list();
    const leave = new AbortController();
    const response = await server.fetch(
      `/v1/events/live?${RANGE}`,
      { headers: { "last-event-id": sameLog(indexed_through, -1) }, signal: leave.signal },
      key,
    );
    const items: Item[] = [];
    let text = "";
    for await (const piece of response.body ?? []) {
      text += Buffer.from(piece).toString("utf8");
      items.splice(
        0,
        items.length,
        ...[...text.matchAll(/^data: (.*)\n\n/gm)].map(([, data]) => JSON.parse(data ?? "")),
      );
      if (items.length >= COUNT) break;
    }
    leave.abort();
    expect(items).toEqual(expected().toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0)));
  });

  it.each([...ALTERED.keys()])("are answered by an error of their own: %s", async (id) => {
    for (const path of [`/v1/events/${id}`, `/v1/events/${id}/entry`, `/v1/proofs/inclusion?id=${id}`]) {
      const response = await get(path);
      expect(response.status, path).toBe(500);
      const problem = (await response.json()) as Problem;
      expect(problem.code).toBe("entry_damaged");
      expect(problem.detail).toContain(`Entry ${sequences.get(id)} of acme is damaged`);
    }
  });

  it("leave every other event and its entry as they were", async () => {
    const some = before.filter(({ id, sequence }) => !ALTERED.has(id) && (sequence < 20 || sequence % 10 === 0));
    for (const event of some) {
      expect(await (await get(`/v1/events/${event.id}`)).json()).toEqual(event);
      expect((await get(`/v1/events/${event.id}/entry`)).status).toBe(200);
    }
  });

  it("do not exist by themselves for a reader with a fixed filter, which may exclude them", async () => {
    expect((await get("/v1/events/event-3", viewer)).status).toBe(200);
    for (const id of ALTERED.keys()) {
      const response = await get(`/v1/events/${id}`, viewer);
      expect([response.status, ((await response.json()) as Problem).code]).toEqual([404, "not_found"]);
    }
    const { data } = await list(viewer);
    // event-251 is one that search says the filter excludes.
    expect(data.filter((item) => "damaged" in item)).toEqual(["event-246", "event-241", "event-12"].map(damagedItem));
  });

  it("keep the alarm on, which a full verification does not end", async () => {
    await expect.poll(() => server.output(), { timeout: 60_000 }).toContain('"findings":');
    expect(await server.metrics()).toMatch(/^daybook_integrity_alarm 1$/m);
    expect(server.output()).not.toContain("the alarm has ended");
  });
});
