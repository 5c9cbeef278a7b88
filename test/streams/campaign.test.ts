import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { campaign } from "../log/campaign.ts";
import { Random } from "../log/random.ts";
import { anEvent } from "../support/events.ts";
import { cli, ServerProcess, temporaryDirectory } from "../support/server.ts";
import { BUCKET, type Journaled, type Mode } from "./receiver-process.ts";
import { Receivers } from "./receivers.ts";

/** Every sink and everything that goes wrong with a receiver: what is lost, and what comes twice. */

/** How often each fault but the outage is tried. */
const ROUNDS = campaign("DAYBOOK_TEST_STREAM_ROUNDS", 1, 25);
const OUTAGE_SECONDS = campaign("DAYBOOK_TEST_STREAM_OUTAGE_SECONDS", 1, 60);
const SEED = Number(process.env.DAYBOOK_TEST_STREAM_SEED ?? 20261127);
/** Events of each round, and how many are recorded at once. */
const EVENTS = 60;
const BATCH = 10;
/** During an outage events trickle in: never more often than this, and no more than these. */
const TRICKLE = { everyMs: 100, events: 360 };

const FAULTS = ["happy", "outage", "receiver killed", "server killed", "slow", "poison"] as const;
type Fault = (typeof FAULTS)[number];

/** What each sink knows of its receiver. */
const SINKS = {
  webhook: ({ http }) => ({ config: { url: `${http}/webhook` } }),
  splunk_hec: ({ http }) => ({ config: { url: `${http}/splunk_hec`, acknowledge: true }, secrets: { token: "t" } }),
  datadog: ({ http }) => ({ config: { url: `${http}/datadog` }, secrets: { api_key: "k" } }),
  s3: ({ s3 }) => ({
    config: { endpoint: s3, region: "us-east-1", bucket: BUCKET, access_key_id: "S3RVER", linger_seconds: 1 },
    secrets: { secret_access_key: "S3RVER" },
  }),
  syslog: ({ syslog: port }) => ({ config: { host: "127.0.0.1", port, transport: "tcp" } }),
  otlp: ({ http }) => ({ config: { url: `${http}/otlp` } }),
  elasticsearch: ({ http }) => ({ config: { url: `${http}/elasticsearch`, index: "audit" } }),
  http: ({ http }) => ({ config: { url: `${http}/http` } }),
  file: () => ({ config: {} }),
} satisfies Record<string, (at: { http: string; s3: string; syslog: number }) => object>;
type SinkName = keyof typeof SINKS;
const NAMES = Object.keys(SINKS) as SinkName[];

/** Receivers without a process of their own, and those that do not look into events. */
const CANNOT: Partial<Record<SinkName, readonly Fault[]>> = {
  file: ["receiver killed", "slow", "poison"],
  s3: ["poison"],
  syslog: ["poison"],
};
/** These refuse one event of a request and take the others, which so come before it. */
const TAKES_A_PART: readonly SinkName[] = ["otlp", "elasticsearch"];
/** No acknowledgement: what is on its way to a process that is killed is lost. */
const UNACKNOWLEDGED: readonly SinkName[] = ["syslog"];
/** What is stored under a name is stored once. */
const STORES_ONCE: readonly SinkName[] = ["s3", "elasticsearch"];

/** What a receiver was doing when it, or the server, was killed: the one must not be lost, the other comes twice. */
const HANGS = ["hang after", "hang before"] as const satisfies readonly Mode[];

const directory = temporaryDirectory();
const files = join(directory, "files");
const args = ["--stream-networks", "127.0.0.0/8", "--stream-directory", files];
const counts = new Map<string, { lost: number; repeated: number }>();
let receivers: Receivers;
let server: ServerProcess;
let key: string;
let fileStream: string;
let recorded = 0;

beforeAll(async () => {
  mkdirSync(join(directory, "receivers"));
  receivers = await Receivers.start(join(directory, "receivers"), new Random(SEED));
  server = await ServerProcess.start({ dataDir: join(directory, "data"), args });
  const scopes = "events:write,streams:manage";
  const command = ["keys", "create", "--data-dir", server.dataDir, "--org", "acme", "--create", "--scopes", scopes];
  key = (await cli(command)).stdout.trim();
  const { ports } = receivers;
  const at = { http: `http://127.0.0.1:${ports.http}`, s3: `http://127.0.0.1:${ports.s3}`, syslog: ports.syslog };
  for (const name of NAMES) {
    const { id } = await ask<{ id: string }>("POST", { name, type: name, ...SINKS[name](at) });
    if (name === "file") fileStream = id;
  }
});

afterAll(async () => {
  process.stdout.write(table());
  await server?.stop("SIGKILL");
  await receivers?.kill();
  rmSync(directory, { recursive: true, force: true });
});

async function ask<T>(method: string, body?: unknown): Promise<T> {
  const init = {
    method,
    headers: { "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  };
  const response = await server.fetch("/v1/organizations/acme/streams", init, key);
  if (!response.ok) throw new Error(`${method} answered ${response.status}: ${await response.text()}`);
  return response.json() as Promise<T>;
}

/** @returns the ids of new events, once they are acknowledged. */
async function record(count: number, describedAs: (n: number) => string = () => "fine"): Promise<string[]> {
  const ids: string[] = [];
  for (let left = count; left > 0; left -= BATCH) {
    const added = Array.from({ length: Math.min(BATCH, left) }, () => `c-${++recorded}`);
    const events = added.map((id, n) => anEvent({ id, description: describedAs(n) }));
    expect((await sent(events)).status).toBe(201);
    ids.push(...added);
  }
  return ids;
}

/** As a client sends them: within an hour a connection can be lost, and then they are sent again under the same ids. */
async function sent(events: readonly object[]): Promise<Response> {
  for (let left = 5; left > 0; left--) {
    const response = await server.post(key, events).catch(() => undefined);
    if (response !== undefined) return response;
    await pause(1_000);
  }
  return server.post(key, events);
}

/** Records one event after the other for so long. */
async function trickle(ms: number): Promise<string[]> {
  const ids: string[] = [];
  const end = performance.now() + ms;
  while (performance.now() < end) {
    ids.push(...(await record(1)));
    await pause(Math.max(TRICKLE.everyMs, ms / TRICKLE.events));
  }
  return ids;
}

/** What one receiver has, in the order in which it came. */
function takenBy(name: SinkName): readonly Journaled[] {
  if (name !== "file") return receivers.journal().filter(({ sink, held }) => sink === name && held === undefined);
  const file = join(files, "acme", fileStream, "current.ndjson");
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  return lines.map((line) => JSON.parse(line)).filter(({ type }) => type === undefined);
}

/** As streams deliver in order, a receiver that has a later event has been given all before it. */
async function delivered(names: readonly SinkName[]): Promise<void> {
  const [last] = await record(1);
  for (const name of names) {
    await expect
      .poll(() => takenBy(name).some(({ id }) => id === last), { timeout: 60_000 + OUTAGE_SECONDS * 2_000 })
      .toBe(true);
  }
}

/** Resolves once each receiver of a process leaves a request without an answer. */
async function everyoneHolds(work: () => Promise<string[]>): Promise<string[]> {
  const before = receivers.journal().length;
  const ids = await work();
  const holding = () =>
    new Set(
      receivers
        .journal()
        .slice(before)
        .flatMap(({ sink, held }) => (held ? [sink] : [])),
    );
  const named = NAMES.filter((name) => name !== "file" && !UNACKNOWLEDGED.includes(name)).sort();
  await expect.poll(() => [...holding()].sort()).toEqual(named);
  return ids;
}

/** In each of these something goes wrong and ends. @returns the events that were recorded meanwhile. */
const SCENES: Record<Fault, (round: number) => Promise<string[]>> = {
  happy: () => record(EVENTS),

  async outage() {
    await receivers.kill();
    const kept = join(files, "acme");
    renameSync(kept, `${kept}.away`);
    writeFileSync(kept, "");
    const ids = await record(EVENTS / 2);
    await expect.poll(healths, { timeout: 60_000 }).toEqual(NAMES.map(() => "failing"));
    ids.push(...(await trickle(OUTAGE_SECONDS * 1_000)), ...(await record(EVENTS / 2)));
    rmSync(kept);
    renameSync(`${kept}.away`, kept);
    await expect.poll(() => receivers.start()).toBe(true);
    return ids;
  },

  async "receiver killed"(round) {
    await receivers.behave(HANGS[round % 2] ?? "take");
    const ids = await everyoneHolds(() => record(EVENTS));
    await receivers.kill();
    await expect.poll(() => receivers.start()).toBe(true);
    return ids;
  },

  async "server killed"(round) {
    await receivers.behave(HANGS[(round + 1) % 2] ?? "take");
    const ids = await everyoneHolds(() => record(EVENTS));
    await server.stop("SIGKILL");
    await receivers.behave("take");
    server = await ServerProcess.start({ dataDir: server.dataDir, args });
    return ids;
  },

  async slow() {
    await receivers.behave("slow");
    return record(EVENTS);
  },

  async poison() {
    await receivers.behave("refuse poison");
    return record(BATCH, (n) => (n === 4 ? "poison pill" : "fine"));
  },
};

async function healths(): Promise<string[]> {
  const { data } = await ask<{ data: { state: { health: string } }[] }>("GET");
  return data.map(({ state }) => state.health);
}

describe.each(FAULTS)("%s", (fault) => {
  it("loses nothing, and keeps the order", { timeout: (60_000 + OUTAGE_SECONDS * 3_000) * ROUNDS }, async () => {
    const names = NAMES.filter((name) => !CANNOT[name]?.includes(fault));
    for (let round = 0; round < (fault === "outage" ? 1 : ROUNDS); round++) {
      const ids = await SCENES[fault](round);
      await delivered(names);
      await receivers.behave("take");
      for (const name of names) count(name, fault, ids);
    }
  });
});

/** Adds up what was lost and repeated of these events, and says where it must not be. */
function count(name: SinkName, fault: Fault, ids: readonly string[]): void {
  const wanted = new Set(ids);
  const all = takenBy(name).filter(({ id = "" }) => wanted.has(id));
  const firsts = all.filter(({ id }, at) => all.findIndex((one) => one.id === id) === at);
  const inOrder = firsts.every(({ sequence = 0 }, at) => at === 0 || sequence > (firsts[at - 1]?.sequence ?? 0));
  if (fault !== "poison" || !TAKES_A_PART.includes(name)) expect([name, inOrder]).toEqual([name, true]);
  const stored = name === "s3" ? storedObjects(all) : all;
  const lost = ids.length - firsts.length;
  const repeated = stored.length - firsts.length;
  if (!UNACKNOWLEDGED.includes(name)) expect([name, lost]).toEqual([name, 0]);
  if (STORES_ONCE.includes(name) || fault === "happy" || fault === "slow") expect([name, repeated]).toEqual([name, 0]);
  const shortened = firsts.filter((one) => one.shortened !== undefined).map((one) => one.id);
  expect([name, shortened]).toEqual([name, fault === "poison" ? [ids[4]] : []]);
  const before = counts.get(`${name} ${fault}`) ?? { lost: 0, repeated: 0 };
  counts.set(`${name} ${fault}`, { lost: before.lost + lost, repeated: before.repeated + repeated });
}

/** An object that is written again replaces the one of its name. */
function storedObjects(all: readonly Journaled[]): readonly Journaled[] {
  return all.filter(
    (one, at) => !all.some((other, later) => later > at && other.object === one.object && other.id === one.id),
  );
}

/** As `test/CAMPAIGNS.md` has it: lost · repeated. */
function table(): string {
  const cell = (name: SinkName, fault: Fault) => {
    const found = counts.get(`${name} ${fault}`);
    return found === undefined ? "–" : `${found.lost} · ${found.repeated}`;
  };
  const rows = NAMES.map((name) => `| ${name} | ${FAULTS.map((fault) => cell(name, fault)).join(" | ")} |\n`);
  return `streams: ${ROUNDS} rounds, outage ${OUTAGE_SECONDS} s, seed ${SEED}, ${recorded} events\n| | ${FAULTS.join(" | ")} |\n${rows.join("")}`;
}
