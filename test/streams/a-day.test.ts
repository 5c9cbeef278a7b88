import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FairTurns } from "../../src/admission/fair-turns.ts";
import { encodeEntry } from "../../src/event/codec.ts";
import { readEvent } from "../../src/event/validate.ts";
import { createLogger } from "../../src/logger.ts";
import { Destinations } from "../../src/streams/destinations.ts";
import { FileMemory } from "../../src/streams/file-memory.ts";
import type { StreamSources } from "../../src/streams/open-delivery.ts";
import { RunningStream } from "../../src/streams/running-stream.ts";
import { SecretBox } from "../../src/streams/secret-box.ts";
import { anEvent } from "../support/events.ts";
import { TreeFixture } from "../tree/fixture.ts";
import { MovedClock, until } from "./moved-clock.ts";

/** Streams of a real log to real receivers, by a clock that the test moves: a day takes seconds. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long a receiver has to answer. */
const ANSWER_MS = 30_000;
/** What a process that holds nothing more can differ by, after its garbage was collected. */
const NOISE_BYTES = 12 * 1024 * 1024;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
const heapBytes = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

/** A receiver for each path. It keeps only ids, and leaves without an answer what comes to one path while that hangs. */
class Receivers {
  readonly ids = new Map<string, string[]>();
  hanging: string | undefined;
  /** Requests that were left without an answer, and those of them that are still open. */
  attempts = 0;
  readonly open = new Set<ServerResponse>();
  private readonly server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const path = request.url ?? "";
    if (path === this.hanging) {
      this.attempts++;
      this.open.add(response);
      response.on("close", () => this.open.delete(response));
      return;
    }
    const records = JSON.parse(body) as { id?: string; type?: string; tree_size?: number }[];
    const named = records.map(({ id, type = "" }) => id ?? type);
    this.ids.set(path, [...this.at(path), ...named]);
    response.end();
  });

  at(path: string): readonly string[] {
    return this.ids.get(path) ?? [];
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

let fixture: TreeFixture;
let receivers: Receivers;
let url: string;
let clock: MovedClock;
let streams: RunningStream[];

beforeEach(async () => {
  fixture = new TreeFixture();
  await fixture.open();
  receivers = new Receivers();
  url = await receivers.start();
  clock = new MovedClock();
  streams = [];
});
afterEach(async () => {
  await Promise.all(streams.map((one) => one.stop()));
  receivers.close();
  await fixture.remove();
});

/** A stream of acme to a path of the receivers, from its first event on. */
async function stream(path: string, proof: "none" | "checkpoints"): Promise<RunningStream> {
  const sources: StreamSources = {
    log: fixture.log,
    tree: fixture.tree,
    signingKeys: fixture.keys,
    box: new SecretBox(Buffer.alloc(32)),
    destinations: new Destinations(["127.0.0.0/8"]),
    memories: (id) => new FileMemory(fixture.path("streams"), id),
    filesDirectory: undefined,
    turns: new FairTurns(),
    onDamage: () => undefined,
    clock,
  };
  const config = { url: url + path, framing: "array" };
  const settings = { type: "http", config, format: "daybook", filter: {}, proof, organizations: "own" };
  const stored = {
    id: path.slice(1),
    organization: "acme",
    name: path,
    settings: JSON.stringify(settings),
    secrets: "",
    enabled: true,
    createdBy: { type: "user" as const, id: "u" },
    createdAt: 0,
    updatedAt: 0,
  };
  const one = new RunningStream(stored, {
    sources,
    logger: createLogger(new PassThrough().resume()),
    onGone: () => undefined,
  });
  streams.push(one);
  await one.start();
  return one;
}

async function record(id: string, fields: Record<string, unknown> = {}): Promise<void> {
  const event = anEvent({ id, ...fields });
  const encode = (sequence: number, recordedAt: number) =>
    encodeEntry(readEvent(JSON.stringify(event), event, recordedAt), {
      id,
      organization: "acme",
      source: { type: "api_key", id: "key" },
      sequence,
      recordedAt,
    });
  await Promise.all(fixture.log.append([{ organization: "acme", encode }]));
}

it("one of twenty hangs for a day: it delays nobody, holds nothing, and then catches up", async () => {
  receivers.hanging = "/hanging";
  const hanging = await stream("/hanging", "none");
  const others = Array.from({ length: 19 }, (_, n) => `/other-${n}`);
  for (const path of others) await stream(path, "none");
  const ids: string[] = [];
  const heaps: number[] = [];
  let calls = 0;
  // The first event is as large as an event can be. Whoever held on to each attempt at it would hold 50 MiB at the end.
  const large = { metadata: { text: "x".repeat(200_000) } };
  for (let hour = 0; hour < 24; hour++) {
    for (let ten = 1; ten <= 6; ten++) {
      ids.push(`e-${ids.length}`);
      await record(ids.at(-1) ?? "", ids.length === 1 ? large : {});
      await until(() => others.every((path) => receivers.at(path).length === ids.length));
      const end = hour * HOUR_MS + ten * 10 * MINUTE_MS;
      for (;;) {
        // Only the hanging stream still waits: for an answer, or for its next attempt.
        await until(() => clock.waiting === 1);
        if (clock.next?.ms === ANSWER_MS && calls <= receivers.attempts) {
          await until(() => receivers.attempts > calls || receivers.open.size === 1);
        }
        calls = receivers.attempts;
        if ((clock.next?.at ?? 0) > end) break;
        clock.step();
      }
      clock.moveTo(end);
    }
    expect(receivers.open.size).toBeLessThanOrEqual(1);
    heaps.push(heapBytes());
  }
  for (const path of others) expect(receivers.at(path)).toEqual(ids);
  expect(hanging.state()).toMatchObject({ health: "failing", lag: ids.length, delivered: 0 });
  expect(hanging.state().lastError).toContain("did not answer within 30 seconds");
  // At most 5 minutes between two attempts, and 30 seconds for each.
  expect(receivers.attempts).toBeGreaterThan((24 * 60) / 5.5);
  expect((heaps.at(-1) ?? 0) - (heaps[1] ?? 0)).toBeLessThan(NOISE_BYTES);

  receivers.hanging = undefined;
  while (receivers.at("/hanging").length < ids.length) {
    await until(() => clock.waiting === 1 || receivers.at("/hanging").length === ids.length);
    // An attempt that began before is left without an answer, too.
    if (receivers.open.size === 1 || (clock.next?.ms ?? ANSWER_MS) !== ANSWER_MS) clock.step();
  }
  expect(receivers.at("/hanging")).toEqual(ids);
  await until(() => hanging.state().lag === 0);
  expect(hanging.state()).toMatchObject({ health: "ok", delivered: ids.length });
});

it("sends a checkpoint a minute after the one before, over all events since, and none while nothing is recorded", async () => {
  await stream("/proof", "checkpoints");
  const sent = () => receivers.at("/proof");
  await record("e-0");
  await fixture.signed("acme");
  await until(() => sent().includes("e-0") && clock.waiting === 1);
  // The first one goes as soon as it is signed.
  if (!sent().includes("daybook.checkpoint")) clock.step();
  await until(() => sent().length === 2 && clock.waiting === 0);
  for (let minute = 1; minute <= 5; minute++) {
    const before = sent().length;
    const began = clock.now();
    await record(`e-${minute}`);
    await fixture.signed("acme");
    await until(() => sent().length === before + 1 && clock.waiting === 1);
    expect(clock.next?.at).toBe(began + MINUTE_MS);
    clock.moveTo(began + MINUTE_MS - 1);
    expect(sent().length).toBe(before + 1);
    clock.step();
    await until(() => sent().length === before + 2 && clock.waiting === 0);
    expect(sent().slice(-2)).toEqual([`e-${minute}`, "daybook.checkpoint"]);
  }
});
