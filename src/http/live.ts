import { setTimeout as pause } from "node:timers/promises";
import { z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import { filtersGiven, liveParameters, type Mark } from "../query/index.ts";
import type { LiveEvents } from "../read/index.ts";
import { type Positions, resolveQuery } from "../read/index.ts";
import { reading } from "./allow.ts";
import { file } from "./answers.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";
import { everySecond, REAUTHORIZE_MS, stillAllowed } from "./still-allowed.ts";
import { timesById } from "./times-by-id.ts";

/** After this many of those without an event, a line that says where the stream is: proxies close what is silent. */
const SILENT_ROUNDS = 15;

const DAY_MS = 86_400_000;

const PERMISSION = "audit_log.read";

/**
 * `GET /v1/events/live`: new matches as server-sent events (WHATWG HTML §9.2), as soon as they can be searched. Each carries its
 * position as id, so that a reader who comes back with `Last-Event-ID` misses nothing and gets nothing twice.
 */
export function liveRoute(
  api: Api,
  {
    identity,
    reader,
    readingEvents,
    logger,
    admission,
    stopping,
  }: Pick<Parts, "identity" | "reader" | "readingEvents" | "logger" | "admission" | "stopping">,
): void {
  api.route(
    {
      method: "get",
      path: "/v1/events/live",
      tag: "Events",
      summary: "New matches as they come",
      description:
        "Server-sent events named `event`; `id` is a position. The stream starts now, or after `Last-Event-ID`. With `new_ip=true` there are two more kinds of message, without an `id`, before the events that they are about. `new_ip` is a JSON array: the ids of events whose actor was not seen from that address in the 90 days before. `first_seen` is a JSON object: the ids of events from the actor's first 24 hours at that address, each with the time when the actor was first recorded there. The stream ends when the reader loses access.",
      allow: reading(PERMISSION),
      share: "live",
      query: liveParameters,
      headers: z.object({
        "Last-Event-ID": z.string().optional().meta({ description: "A position: only what was recorded after it." }),
      }),
      answers: { 200: file("The stream", "text/event-stream") },
      problems: [404, 429, 503],
    },
    async ({ c, by, query: parameters }) => {
      const scope = await reader.scope(by);
      const { positions } = scope;
      // With the same filter, streams of one day share one evaluation: what "30 days ago" is does not differ by when each began.
      const query = resolveQuery(parameters, { ...scope, now: scope.now - (scope.now % DAY_MS) });
      const after = resumeAfter(c.req.header("last-event-id"), positions) ?? positions.mark(positions.indexed);
      await readingEvents.viewed(by, c.get("origin"), { live: true, filters: filtersGiven(parameters) });
      const left = new AbortController();
      const signal = AbortSignal.any([left.signal, stopping]);
      const mayStillRead = stillAllowed(identity, c.req.raw.headers, PERMISSION, by.organization);
      const found = reader.live(query, { after, newAddresses: parameters.new_ip ?? false }, signal);
      const idOf = (mark: Mark) => positions.format(mark);
      const turn = (bytes: number) => admission.turns.next({ organization: by.organization, key: "live" }, bytes);
      const lines = frames(found, { after, idOf, mayStillRead, turn, signal });
      const end = (error: unknown) => {
        if (error !== undefined && !signal.aborted)
          logger.warn("a live stream ended", { request_id: c.get("requestId"), error });
        left.abort();
      };
      return c.body(stream(lines, end), 200, {
        "content-type": "text/event-stream",
        // nginx would gather what is meant to arrive at once.
        "x-accel-buffering": "no",
      });
    },
  );
}

/** @throws DaybookError invalid_parameter, tree_unavailable */
function resumeAfter(id: string | undefined, positions: Positions): Mark | undefined {
  if (id === undefined || id === "") return undefined;
  const mark = positions.parse(id);
  if ("by" in mark) return mark;
  const errors = [{ pointer: "Last-Event-ID", message: mark.fault }];
  throw new DaybookError("invalid_parameter", `Last-Event-ID ${mark.fault}.`, { errors });
}

interface FrameOptions {
  /** What was recorded up to here was given before. */
  readonly after: Mark;
  readonly idOf: (mark: Mark) => string;
  /** Throws once the reader can no longer read. */
  readonly mayStillRead: () => Promise<void>;
  /** Resolves when it is its turn to send so many bytes. */
  readonly turn: (bytes: number) => Promise<void> | undefined;
  readonly signal: AbortSignal;
}

/** What a stream is made of, piece by piece. */
export async function* frames(
  found: AsyncIterable<LiveEvents>,
  { after, idOf, mayStillRead, turn, signal }: FrameOptions,
): AsyncGenerator<string | Uint8Array> {
  const batches = found[Symbol.asyncIterator]();
  // The first line tells the reader that the stream is open.
  yield openAt(idOf(after));
  let next = batches.next();
  let through = after;
  for (let silent = 0; ; ) {
    const woken = new AbortController();
    const round = pause(REAUTHORIZE_MS, undefined, { signal: AbortSignal.any([signal, woken.signal]) });
    const batch = await Promise.race([next, round]).finally(() => {
      woken.abort();
      round.catch(() => undefined);
    });
    await mayStillRead();
    if (batch !== undefined) {
      if (batch.done) return;
      through = batch.value.through;
      next = batches.next();
      // Awaited in the next round; the reader may leave before.
      next.catch(() => undefined);
      const { events, newAddresses, firstSightings } = batch.value;
      // Before the events: whoever is cut off between them gets it again with the rest.
      if (newAddresses.size > 0) yield `event: new_ip\ndata: ${JSON.stringify([...newAddresses])}\n\n`;
      if (firstSightings.size > 0) yield `event: first_seen\ndata: ${JSON.stringify(timesById(firstSightings))}\n\n`;
      // Whoever reads slowly is given these long after they were found.
      const mayReadOn = everySecond(mayStillRead);
      for (const chunk of chunksOf(batch.value, idOf)) {
        await mayReadOn();
        await turn(chunk.length);
        yield chunk;
      }
      if (events.length > 0) silent = 0;
    } else if (++silent >= SILENT_ROUNDS) {
      yield openAt(idOf(through));
      silent = 0;
    }
  }
}

/** Sent at once; one event can be longer. */
const CHUNK_BYTES = 64 * 1024;

/** Of pieces that several streams send. They all write positions in the same way: of one organization, or of the log. */
const written = new WeakMap<LiveEvents, readonly Uint8Array[]>();

/** The events of a piece as they are sent, written once for all streams that share it. */
function chunksOf(piece: LiveEvents, idOf: (mark: Mark) => string): readonly Uint8Array[] {
  const known = written.get(piece);
  if (known !== undefined) return known;
  const chunks: Uint8Array[] = [];
  let text = "";
  for (const { at, json } of piece.events) {
    if (text !== "" && text.length + json.length > CHUNK_BYTES) {
      chunks.push(Buffer.from(text, "utf8"));
      text = "";
    }
    text += `id: ${idOf(at)}\nevent: event\ndata: ${json}\n\n`;
  }
  if (text !== "") chunks.push(Buffer.from(text, "utf8"));
  written.set(piece, chunks);
  return chunks;
}

/** A comment, and an id that whoever reconnects sends back; neither is an event. */
function openAt(id: string): string {
  return `: open\nid: ${id}\n\n`;
}

/** @param end called once, with why it ended. */
function stream(lines: AsyncGenerator<string | Uint8Array>, end: (error: unknown) => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await lines.next();
          if (!done) return controller.enqueue(typeof value === "string" ? Buffer.from(value, "utf8") : value);
        } catch (error) {
          end(error);
        }
        controller.close();
      },
      cancel: () => end(undefined),
    },
    { highWaterMark: 0 },
  );
}
