import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { uuidv7 } from "@daybook/sdk";
import type { Bench, Measure } from "../bench.ts";
import { LARGEST } from "../dataset.ts";
import type { Daybook } from "../daybook.ts";
import { atLeast, atMost } from "../goals.ts";
import { processorMs } from "../process-tree.ts";
import type { Figure } from "../results.ts";
import { percentile } from "../statistics.ts";

/** Streams of the largest organization: as many as it can have, one of which gets no answer in the end. */
const STREAMS = 20;
const EVENTS = 100;
const NEWLINE = 10;
const HANGING = "/hanging";
const STREAMS_PATH = `/v1/organizations/${LARGEST}/streams`;

interface Stream {
  readonly path: string;
  readonly id: string;
}

interface Taken {
  lines: number;
  firstAt: number;
  lastAt: number;
}

/** A sink on this machine: takes lines of JSON and throws them away, but for when each event came. */
class Sink {
  readonly url: string;
  readonly taken = new Map<string, Taken>();
  /** When an event came, by its path and id. Only while it is set. */
  arrivals: Map<string, number> | undefined;
  private readonly server: Server;
  private wake: () => void = () => undefined;

  private constructor(server: Server) {
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => void this.answer(request, response));
  }

  static async start(): Promise<Sink> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Sink(server);
  }

  /** Resolves once this holds: it is asked again with each request. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const { url = "" } = request;
    const body = await buffer(request).catch(() => undefined);
    // A stream that is deleted ends what it has under way.
    if (body === undefined || url === HANGING) return;
    response.end();
    this.take(url, body, startedAt);
  }

  private take(path: string, body: Buffer, startedAt: number): void {
    const now = performance.now();
    const { lines = 0, firstAt = startedAt } = this.taken.get(path) ?? {};
    let added = 0;
    for (let at = body.indexOf(NEWLINE); at >= 0; at = body.indexOf(NEWLINE, at + 1)) added++;
    this.taken.set(path, { lines: lines + added, firstAt, lastAt: now });
    for (const [, id = ""] of this.arrivals === undefined ? [] : body.toString().matchAll(/"id":"(probe-[^"]+)"/g)) {
      if (!this.arrivals?.has(`${path} ${id}`)) this.arrivals?.set(`${path} ${id}`, now);
    }
    this.wake();
  }
}

/** One stream that has much to deliver; then twenty that have little, of which one hangs in the end. */
export const streams: Measure = async (bench) => {
  const sink = await Sink.start();
  try {
    return [...(await replayed(bench, sink)), ...(await oneOfTwenty(bench.daybook, sink))];
  } finally {
    sink.close();
  }
};

async function replayed({ daybook, dataset }: Bench, sink: Sink): Promise<Figure[]> {
  const before = processorMs(daybook.pid);
  const path = "/all";
  const stream = await create(daybook, sink, { path, start: "beginning" });
  await sink.until(() => (sink.taken.get(path)?.lines ?? 0) >= dataset.largest);
  const { lines, firstAt, lastAt } = sink.taken.get(path) as Taken;
  const spentMs = processorMs(daybook.pid) - before;
  await remove(daybook, [stream]);
  return [
    {
      what: `one stream to an HTTP sink on this machine, ${lines.toLocaleString("en")} events, a fifth of the log`,
      unit: "events/s",
      daybook: (lines / (lastAt - firstAt)) * 1000,
      goal: atLeast(10_000),
      processor: { unit: "µs", an: "an event", daybook: (spentMs / lines) * 1000, postgres: undefined },
      note: "with signed checkpoints; the rest of the log is read, too",
    },
  ];
}

async function oneOfTwenty(daybook: Daybook, sink: Sink): Promise<Figure[]> {
  const paths = Array.from({ length: STREAMS }, (_, n) => `/stream-${n}`);
  const healthy: Stream[] = [];
  for (const path of paths.slice(1)) healthy.push(await create(daybook, sink, { path }));
  const without = await probe(daybook, sink, healthy);
  const hanging = await create(daybook, sink, { path: HANGING });
  const beside = await probe(daybook, sink, healthy);
  await remove(daybook, [...healthy, hanging]);
  const figures = (how: string, { receiptsMs, deliveriesMs }: Probed): Figure[] => [
    { what: `answer to an event, ${how}, p99`, unit: "ms", daybook: percentile(receiptsMs, 0.99) },
    {
      what: `from its receipt to the slowest of the nineteen sinks, ${how}, p99`,
      unit: "ms",
      daybook: percentile(deliveriesMs, 0.99),
      goal: atMost(2_000),
    },
  ];
  return [...figures("19 streams", without), ...figures("19 streams and one whose sink hangs", beside)];
}

interface Probed {
  readonly receiptsMs: readonly number[];
  readonly deliveriesMs: readonly number[];
}

/** Sends events one after the other, and waits for each to be at every sink. */
async function probe(daybook: Daybook, sink: Sink, streams: readonly Stream[]): Promise<Probed> {
  const receiptsMs: number[] = [];
  const deliveriesMs: number[] = [];
  for (let count = 0; count < EVENTS; count++) {
    const arrivals = new Map<string, number>();
    sink.arrivals = arrivals;
    const id = `probe-${uuidv7()}`;
    const resource = { type: "probe" };
    const event = { id, tenant_id: LARGEST, action: "probe.sent", actor: { type: "service" }, resource };
    const sentAt = performance.now();
    await post(daybook, "/v1/events", event);
    const receivedAt = performance.now();
    receiptsMs.push(receivedAt - sentAt);
    const keys = streams.map(({ path }) => `${path} ${id}`);
    await sink.until(() => keys.every((key) => arrivals.has(key)));
    deliveriesMs.push(Math.max(0, ...keys.map((key) => (arrivals.get(key) ?? 0) - receivedAt)));
  }
  sink.arrivals = undefined;
  return { receiptsMs, deliveriesMs };
}

async function create(
  daybook: Daybook,
  sink: Sink,
  { path, ...more }: { path: string; start?: "beginning" },
): Promise<Stream> {
  const response = await post(daybook, STREAMS_PATH, {
    name: path,
    type: "http",
    config: { url: sink.url + path },
    ...more,
  });
  return { path, id: ((await response.json()) as { id: string }).id };
}

async function remove(daybook: Daybook, streams: readonly Stream[]): Promise<void> {
  for (const { id } of streams) await daybook.call(`${STREAMS_PATH}/${id}`, { method: "DELETE" });
}

function post(daybook: Daybook, path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return daybook.call(path, { method: "POST", body: JSON.stringify(body), headers });
}
