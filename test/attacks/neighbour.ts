import { setTimeout as pause } from "node:timers/promises";
import { anEvent } from "../support/events.ts";
import { Connection, requestBytes } from "./connection.ts";

/** Between two events of the neighbour. */
const EVERY_MS = 100;
/** Of so many events, one is looked for until it can be searched. */
const LOOKED_FOR = 5;
const LOOK_AGAIN_MS = 20;
const LOST_MS = 60_000;

export interface Experience {
  readonly posts: readonly number[];
  readonly visible: readonly number[];
  /** Answers other than 201. */
  readonly refused: number;
}

/** A customer who records an event now and then, while somebody else floods the server: how long each takes. */
export async function neighbour(url: string, key: string, signal: AbortSignal): Promise<Experience> {
  const connection = new Connection(url);
  const posts: number[] = [];
  const visible: number[] = [];
  const looking: Promise<void>[] = [];
  let refused = 0;
  for (let count = 0; !signal.aborted; count++) {
    const request = requestBytes("POST", "/v1/events", key, "", JSON.stringify(anEvent({ id: undefined })));
    const began = performance.now();
    const { status, body } = await connection.send(request);
    posts.push(performance.now() - began);
    if (status !== 201) refused++;
    else if (count % LOOKED_FOR === 0)
      looking.push(untilVisible(url, key, sequenceIn(body)).then((ms) => void visible.push(ms)));
    await pause(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(looking);
  connection.close();
  return { posts, visible, refused };
}

function sequenceIn(body: string): number {
  return (JSON.parse(body) as { results: { sequence: number }[] }).results[0]?.sequence ?? 0;
}

async function untilVisible(url: string, key: string, sequence: number): Promise<number> {
  const connection = new Connection(url);
  const request = requestBytes("GET", "/v1/events?limit=1", key);
  const began = performance.now();
  for (;;) {
    const { body } = await connection.send(request);
    const [, through = "-1"] = /"indexed_through":"[^:]+:(-?\d+)"/.exec(body) ?? [];
    const ms = performance.now() - began;
    if (Number(through) >= sequence || ms > LOST_MS) {
      connection.close();
      return ms;
    }
    await pause(LOOK_AGAIN_MS);
  }
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
