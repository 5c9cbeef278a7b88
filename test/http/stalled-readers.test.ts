import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { campaign } from "../log/campaign.ts";
import { sameLog } from "../support/positions.ts";
import type { ServerProcess } from "../support/server.ts";
import { aboveIdle, drain, RANGE, startWithLargeEntries } from "./large-server.ts";

/** Readers that ask for much and take nothing: each holds a bounded part of the server's memory, and is cut off. */

const READERS = campaign("DAYBOOK_TEST_STALLED_READERS", 24, 200);
const COUNT = 160;
/** Half a megabyte of entries in a few places, the first megabyte of a page, and what the connection takes. */
const MIB_EACH = 8;
/** A connection in /proc/net/tcp whose both ends are there. */
const ESTABLISHED = "01";

let server: ServerProcess;
let key: string;
let fromFirst: string;

beforeAll(async () => {
  ({ server, key } = await startWithLargeEntries(COUNT, ["--reader-timeout", "20"]));
  const page = await (await server.fetch("/v1/events?limit=1", {}, key)).json();
  fromFirst = sameLog((page as { indexed_through: string }).indexed_through, -1);
  // The first of each kind starts what then stays, and the heap grows to its working size: under several at a time it is larger, in newer
  // versions of Node.js by tens of megabytes.
  const { pages, NDJSON, CSV, bundles } = KINDS;
  const ending = [pages, NDJSON, CSV, bundles].map((kind) => drain(server, kind?.path ?? "", key));
  await Promise.all(ending);
});
afterAll(() => server.remove());

/** Sends a request, and never reads. */
function stall(path: string, headers: string): Socket {
  const { host, hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.pause();
  socket.on("error", () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${key}\r\n${headers}\r\n`);
  return socket;
}

/** How many of these connections the server still has. */
function held(sockets: readonly Socket[]): number {
  const clients = new Set(sockets.map(({ localPort }) => localPort));
  const lines = ["tcp", "tcp6"].flatMap((name) => readFileSync(`/proc/net/${name}`, "latin1").trim().split("\n"));
  const portOf = (address = "") => Number.parseInt(address.split(":")[1] ?? "", 16);
  const { port } = new URL(server.url);
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, remote, state]) => {
      return portOf(local) === Number(port) && clients.has(portOf(remote)) && state === ESTABLISHED;
    }).length;
}

async function brokenOff(): Promise<number> {
  const query = "action=audit_log.export&outcome=failure&limit=1000";
  const page = await (await server.fetch(`/v1/events?${query}`, {}, key)).json();
  return (page as { data: Event[] }).data.length;
}

const LARGE = `${RANGE}&action=large.entry`;

/** What is asked for, and whether it is recorded that it broke off. */
const KINDS: Readonly<Record<string, { path: string; recorded: boolean }>> = {
  pages: { path: `/v1/events?limit=1000&${LARGE}`, recorded: false },
  "live streams": { path: `/v1/events/live?${LARGE}`, recorded: false },
  NDJSON: { path: `/v1/events/export?format=ndjson&${LARGE}`, recorded: true },
  CSV: { path: `/v1/events/export?format=csv&${LARGE}`, recorded: true },
  bundles: { path: `/v1/events/export?format=ndjson&proof=1&${LARGE}`, recorded: true },
};
function kindOf(name = ""): { path: string; recorded: boolean } {
  const kind = KINDS[name];
  if (kind === undefined) throw new Error(`there is no ${name}`);
  return kind;
}

/** The campaign measures each kind by itself. */
const GROUPS: readonly (readonly [name: string, kinds: readonly string[]])[] =
  process.env.DAYBOOK_TEST_LONG === "1"
    ? Object.keys(KINDS).map((kind) => [kind, [kind]])
    : [["every kind of answer", Object.keys(KINDS)]];

describe(`${READERS} readers who do not read`, () => {
  it.each(GROUPS)("hold a bounded part of memory, and are cut off: %s", { timeout: 240_000 }, async (name, kinds) => {
    const asked = Array.from({ length: READERS }, (_, i) => kindOf(kinds[i % kinds.length]));
    const recorded = asked.filter((kind) => kind.recorded).length;
    const before = await brokenOff();
    const sockets: Socket[] = [];
    let most = 0;
    const taken = await aboveIdle(server, async () => {
      for (const kind of asked) sockets.push(stall(kind.path, `last-event-id: ${fromFirst}\r\n`));
      const left = () => {
        const now = held(sockets);
        most = Math.max(most, now);
        return most < READERS ? READERS : now;
      };
      await expect.poll(left, { timeout: 200_000, interval: 250 }).toBe(0);
      await expect.poll(brokenOff, { timeout: 30_000, interval: 500 }).toBe(before + recorded);
    });
    for (const socket of sockets) socket.destroy();
    process.stdout.write(`${READERS} × ${name} that nobody reads: ${taken.toFixed(0)} MiB above idle, all cut off\n`);
    expect(taken).toBeLessThan(READERS * MIB_EACH);
    // Who reads is served as ever.
    expect(await drain(server, `/v1/events/export?format=csv&${LARGE}`, key)).toBeGreaterThan(COUNT * 200_000);
  });
});
