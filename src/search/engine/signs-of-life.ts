import { readFileSync } from "node:fs";

/** How often a process is asked for a sign of life. */
const ASK_MS = 500;
/** Unanswered in a row, it hangs. A loaded machine can keep a process from answering for seconds. */
const UNANSWERED_MAX = 30;

interface Options {
  readonly ask: () => void;
  /** Called when it is sure not to answer any more. */
  readonly hangs: (reason: string) => void;
}

/**
 * Watches a process that should answer at any time. One that was stopped (SIGSTOP) is noticed within a second where the system says so;
 * any other hang after many questions without an answer. They are counted, not timed: a machine that slept does not count.
 */
export function whileUnresponsive(pid: number, { ask, hangs }: Options): { answered(): void; stop(): void } {
  let unanswered = 0;
  const timer = setInterval(() => {
    if (unanswered > 0 && isStopped(pid)) hangs("it was stopped by a signal");
    else if (unanswered >= UNANSWERED_MAX) hangs(`it did not answer for ${(ASK_MS * UNANSWERED_MAX) / 1000} s`);
    unanswered++;
    ask();
  }, ASK_MS);
  return {
    answered: () => {
      unanswered = 0;
    },
    stop: () => clearInterval(timer),
  };
}

/** State T of Linux; unknown elsewhere. */
function isStopped(pid: number): boolean {
  try {
    // The state follows the name of the program, which can hold anything, in parentheses.
    return /^.*\) T /s.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
