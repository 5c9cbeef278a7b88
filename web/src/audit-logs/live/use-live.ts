import { useCallback, useEffect, useState } from "react";
import type { LoggedEvent } from "../../api/events.ts";
import type { Problem } from "../../api/problem.ts";
import { loaded, type NotLoaded } from "../../shell/lazy-part.tsx";
import { useLogAccess } from "../log-access.ts";
import { eventKey } from "../table/expansion-context.ts";
import { CLIENT_ROWS_MAX } from "../use-events.ts";
import type { LiveStream, StreamState } from "./live-stream.ts";
import { isReading } from "./reading.ts";

/** How long the page says that a lost stream is back. */
const RESUMED_SHOWN_MS = 6_000;

export interface LiveState {
  /** Undefined while it is off. */
  readonly stream: StreamState | undefined;
  /** Why it cannot be on; undefined when it can. */
  readonly hindrance: string | undefined;
  readonly toggle: () => void;
  /** What came and is among the rows. */
  readonly arrived: readonly LoggedEvent[];
  /** How many came and wait, because somebody is reading. */
  readonly waiting: number;
  /** More came than the page holds; the oldest of those were let go. */
  readonly overflowed: boolean;
  /** Puts what waits among the rows. */
  readonly release: () => void;
}

interface Arrivals {
  readonly of: string;
  readonly shown: readonly LoggedEvent[];
  readonly waiting: readonly LoggedEvent[];
  readonly overflowed: boolean;
}

const NONE: Arrivals = { of: "", shown: [], waiting: [], overflowed: false };

/** Adds what is not there yet, at most as many as the page holds. */
function added(before: readonly LoggedEvent[], events: readonly LoggedEvent[]): readonly LoggedEvent[] {
  const known = new Set(before.map(eventKey));
  const fresh = events.filter((event) => !known.has(eventKey(event)));
  return [...before, ...fresh].slice(-CLIENT_ROWS_MAX);
}

/** Among the rows at once, or held back while somebody reads. @param of the reading of the log that they follow. */
function withEvents(before: Arrivals, of: string, events: readonly LoggedEvent[]): Arrivals {
  const now = Date.now();
  const dated = events.map((event) => ({ ...event, arrived: now }));
  const { shown, waiting, overflowed } = before.of === of ? before : NONE;
  if (waiting.length === 0 && !isReading()) return { of, shown: added(shown, dated), waiting, overflowed };
  const all = added(waiting, dated);
  return { of, shown, waiting: all, overflowed: overflowed || all.length === CLIENT_ROWS_MAX };
}

interface LiveOptions {
  /** Undefined while there is nothing to follow. */
  readonly query: URLSearchParams | undefined;
  /** What the rows were read as of; undefined until they are there. */
  readonly position: string | undefined;
  /** Why new events cannot be among these; undefined when they can. */
  readonly hindrance: string | undefined;
}

/** New events as they come, held back while they would move what somebody reads. */
export function useLive({ query, position, hindrance }: LiveOptions): LiveState {
  const { request, key, onOver } = useLogAccess();
  const [on, setOn] = useState(false);
  const [stream, setStream] = useState<StreamState>();
  const [arrivals, setArrivals] = useState(NONE);

  const text = query?.toString();
  /** One reading of the log: its rows and what follows them belong together. */
  const reading = text === undefined || position === undefined ? undefined : `${key} ${position} ${text}`;
  const following = on && hindrance === undefined ? reading : undefined;
  useEffect(() => {
    if (following === undefined || position === undefined) return;
    const receive = (events: readonly LoggedEvent[]) => setArrivals((before) => withEvents(before, following, events));
    let live: LiveStream | undefined;
    let left = false;
    setStream({ phase: "connecting" });
    void loaded(import("./live-stream.ts")).then(
      (module) => {
        if (left) return;
        live = new module.LiveStream({
          request,
          query: new URLSearchParams(text),
          after: position,
          onEvents: receive,
          onState: (state) => {
            setStream(state);
            if (state.phase === "ended" && state.problem.code === "unauthenticated") onOver();
          },
        });
      },
      (problem: NotLoaded) => {
        if (!left) setStream({ phase: "ended", problem });
      },
    );
    return () => {
      left = true;
      live?.stop();
      setStream(undefined);
    };
  }, [following, request, text, position, onOver]);
  useEffect(() => {
    if (stream?.phase !== "open" || !stream.resumed) return;
    const timer = setTimeout(() => setStream({ phase: "open", resumed: false }), RESUMED_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [stream]);
  const { shown, waiting, overflowed } = arrivals.of === reading ? arrivals : NONE;
  return {
    stream,
    hindrance,
    toggle: useCallback(() => setOn((before) => !before), []),
    arrived: shown,
    waiting: waiting.length,
    overflowed,
    release: useCallback(
      () => setArrivals((before) => ({ ...before, shown: added(before.shown, before.waiting), waiting: [] })),
      [],
    ),
  };
}

export function endedText(problem: Problem): string {
  return problem.code === "forbidden" ? "Live ended: you no longer have access" : `Live ended: ${problem.message}`;
}
