import { beforeEach, describe, expect, it, vi } from "vitest";
import { Gathering } from "./gathering.ts";

const LIMITS = { lingerMs: 100, spacingMs: 600, unreadMs: 10_000, readAgainMs: 10_000 };

describe("what waits to be inserted", () => {
  let gathering: Gathering;
  beforeEach(() => {
    vi.useFakeTimers();
    gathering = new Gathering(LIMITS, () => Date.now());
    return () => vi.useRealTimers();
  });

  /** Begins to wait. @returns after how many milliseconds it left, so far undefined. */
  function waiting(): { readonly leftAfter: number | undefined } {
    const since = Date.now();
    const state: { leftAfter: number | undefined } = { leftAfter: undefined };
    void gathering.due(since, new AbortController().signal).then(() => {
      state.leftAfter = Date.now() - since;
    });
    return state;
  }

  it("leaves soon after a pause, where somebody reads", async () => {
    gathering.read();
    const first = waiting();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(first.leftAfter).toBe(100);
  });

  it("keeps a distance from the batch before", async () => {
    gathering.read();
    gathering.left(1);
    const next = waiting();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(next.leftAfter).toBe(600);
  });

  it("keeps a greater distance from a batch of many months", async () => {
    const done = gathering.reading();
    gathering.left(120);
    const next = waiting();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(next.leftAfter).toBe(7_200);
    done();
  });

  it("waits long where nobody reads", async () => {
    const first = waiting();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(first.leftAfter).toBe(10_000);
  });

  it("is called for by the first who reads", async () => {
    const first = waiting();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(first.leftAfter).toBeUndefined();
    gathering.read();
    await vi.advanceTimersByTimeAsync(0);
    expect(first.leftAfter).toBe(5_000);
  });

  it("can be called for without a reader, each time", async () => {
    for (const after of [3_000, 4_000]) {
      const first = waiting();
      await vi.advanceTimersByTimeAsync(after);
      gathering.call();
      await vi.advanceTimersByTimeAsync(0);
      expect(first.leftAfter).toBe(after);
      gathering.left(1);
    }
  });

  it("counts on readers for a while, and for as long as one waits", async () => {
    gathering.read();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(gathering.isRead).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(gathering.isRead).toBe(false);
    const done = gathering.reading();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(gathering.isRead).toBe(true);
    done();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(gathering.isRead).toBe(false);
  });

  it("leaves nothing behind once it is no longer wanted", async () => {
    const left = new AbortController();
    const due = gathering.due(Date.now(), left.signal);
    left.abort();
    await due;
    expect(vi.getTimerCount()).toBe(0);
  });
});
