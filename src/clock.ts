/** Time, and waiting in it. Nobody can set it back; a test can move it on. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Calls back once after so many milliseconds. @returns a function that calls it off. */
  after(ms: number, then: () => void): () => void;
}

export const CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

/** Waits so long, or until `signal` aborts. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const over = () => {
      callOff();
      signal.removeEventListener("abort", over);
      resolve();
    };
    const callOff = clock.after(ms, over);
    signal.addEventListener("abort", over);
  });
}

/**
 * Does work whose signal aborts with `signal`, or with a `TimeoutError` after so many milliseconds. Not `AbortSignal.any` with `AbortSignal.timeout`:
 * in Node 20 that is collected as garbage before its time, and then never aborts.
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const limit = new AbortController();
  const aborted = () => limit.abort(signal.reason);
  const callOff = clock.after(ms, () => limit.abort(new DOMException("It took too long.", "TimeoutError")));
  signal.addEventListener("abort", aborted);
  try {
    return await work(limit.signal);
  } finally {
    callOff();
    signal.removeEventListener("abort", aborted);
  }
}
