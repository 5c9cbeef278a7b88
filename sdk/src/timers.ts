/** Timers that never keep a process alive by themselves, and a way to keep it alive while somebody waits. */

/** Calls back after `ms`; the process may end before. Returns what cancels it. */
export function later(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  // Node gives an object, browsers a number.
  const handle: unknown = timer;
  if (typeof handle === "object" && handle !== null && "unref" in handle && typeof handle.unref === "function") {
    handle.unref();
  }
  return () => clearTimeout(timer);
}

/** Resolves after `ms`, or as soon as a signal aborts. */
export function pause(ms: number, ...signals: AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      for (const signal of signals) signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = later(ms, end);
    for (const signal of signals) signal.addEventListener("abort", end);
    if (signals.some((signal) => signal.aborted)) end();
  });
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits for work that depends on such timers without letting the process end meanwhile. */
export async function holdingOpen<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, LONGEST_TIMER_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
