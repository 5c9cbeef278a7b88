import { setTimeout as pause } from "node:timers/promises";
import { anEvent } from "../support/events.ts";
import { Connection, requestBytes } from "./connection.ts";

/** What one key does to a server until the signal aborts. */
export interface Flood {
  readonly name: string;
  run(target: Target, signal: AbortSignal): Promise<Counts>;
}

export interface Target {
  readonly url: string;
  readonly key: string;
  /** `Last-Event-ID` of the first event. */
  readonly fromFirst: string;
}

/** Answers by status, and the events in those that were 201. */
export interface Counts {
  readonly statuses: Record<string, number>;
  readonly events: number;
}

const KIB = 1024;

/** 1,000 events in about so many bytes. */
function batch(bytes: number): string {
  const event = JSON.stringify(
    anEvent({ description: "x".repeat(Math.floor(bytes / 1000) - 160), metadata: { flood: true } }),
  );
  return `[${Array(1000).fill(event).join()}]`;
}

/** Sends the same request again and again on so many connections. */
function repeated(
  name: string,
  connections: number,
  events: number,
  request: (key: string) => Buffer,
  { closing = false } = {},
): Flood {
  return {
    name,
    async run({ url, key }, signal) {
      const bytes = request(key);
      const statuses: Record<string, number> = {};
      await Promise.all(
        Array.from({ length: connections }, async () => {
          const connection = new Connection(url);
          signal.addEventListener("abort", () => connection.close());
          while (!signal.aborted) {
            const { status, retryAfter } = await connection.send(bytes);
            if (signal.aborted) break;
            statuses[status] = (statuses[status] ?? 0) + 1;
            if (closing || status === 0) connection.close();
            // As the SDK does.
            if (status === 503 || status === 429)
              await pause(1000 * retryAfter, undefined, { signal }).catch(() => undefined);
          }
        }),
      );
      return { statuses, events: events * (statuses[201] ?? 0) };
    },
  };
}

/** Opens so many connections that send what they send once, and never read. */
function stalled(name: string, connections: number, request: (target: Target) => Buffer, reading = false): Flood {
  return {
    name,
    async run(target, signal) {
      const opened = Array.from({ length: connections }, () => new Connection(target.url));
      while (!signal.aborted) {
        // Who is cut off comes again.
        for (const connection of opened) {
          if (connection.isOpen) continue;
          const socket = connection.open(reading);
          if (reading) socket.on("data", () => undefined);
          socket.write(request(target));
        }
        await pause(250, undefined, { signal }).catch(() => undefined);
      }
      for (const connection of opened) connection.close();
      return { statuses: {}, events: 0 };
    },
  };
}

const post =
  (body: string, head = "") =>
  (key: string) =>
    requestBytes("POST", "/v1/events", key, head, body);
const SINGLE = JSON.stringify(anEvent({ description: "x".repeat(500) }));
const EVERYTHING = "start=2020-01-01&limit=1000";

export const UPLOADS = repeated("4.8 MB × 40", 40, 1000, post(batch(4800 * KIB)));
export const BATCHES = repeated("790 KB × 40", 40, 1000, post(batch(790 * KIB)));
export const STALLED_READERS = stalled("readers that do not read × 100", 100, ({ key }) =>
  requestBytes("GET", `/v1/events/export?format=ndjson&${EVERYTHING.replace("&limit=1000", "")}`, key),
);
export const STALLED_UPLOADS = stalled("stalled uploads × 200", 200, ({ key }) =>
  Buffer.concat([requestBytes("POST", "/v1/events", key, `content-length: ${4800 * KIB}\r\n`), Buffer.from("[")]),
);
export const LIVE_FROM_FIRST = stalled(
  "live from 0 × 300",
  300,
  ({ key, fromFirst }) =>
    requestBytes("GET", "/v1/events/live?start=2020-01-01", key, `last-event-id: ${fromFirst}\r\n`),
  true,
);

export const FLOODS: readonly Flood[] = [
  UPLOADS,
  BATCHES,
  repeated("single events × 256", 256, 1, post(SINGLE)),
  repeated("single events, each on a connection of its own × 64", 64, 1, post(SINGLE, "connection: close\r\n"), {
    closing: true,
  }),
  repeated("searches × 32", 32, 0, (key) => requestBytes("GET", `/v1/events?${EVERYTHING}&q=xxxx`, key), {
    closing: true,
  }),
  repeated("facets × 32", 32, 0, (key) =>
    requestBytes("GET", "/v1/events/facets?start=2020-01-01&field=actor_id", key),
  ),
  STALLED_READERS,
  STALLED_UPLOADS,
  LIVE_FROM_FIRST,
];
