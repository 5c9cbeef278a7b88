import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { CLOCK, pause, within } from "./clock.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Work that ends only by its signal, which nothing but the signal's listener holds. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

it("ends work in time, also where garbage was collected meanwhile", async () => {
  const collecting = setInterval(collectGarbage, 10);
  const running = new AbortController().signal;
  try {
    await expect(within(CLOCK, 100, running, untilAborted)).rejects.toThrow("It took too long.");
  } finally {
    clearInterval(collecting);
  }
});

it("ends work with the signal that it was given, and leaves nothing on that signal", async () => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const listeners = () => getEventListeners(signal, "abort").length;
  expect(await within(CLOCK, 60_000, signal, async () => "done")).toBe("done");
  await pause(CLOCK, 1, signal);
  expect(listeners()).toBe(0);
  const ended = within(CLOCK, 60_000, signal, untilAborted);
  stopping.abort(new Error("the server stops"));
  await expect(ended).rejects.toThrow("the server stops");
  await pause(CLOCK, 60_000, signal);
  expect(listeners()).toBe(0);
});
