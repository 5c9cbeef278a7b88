import { describe, expect, it } from "vitest";
import { type Followed, SearchLag, TICK_MS } from "./search-lag.ts";

/** A log and its search, and a clock. */
function followed() {
  const state = { end: 0, position: 0, following: true as boolean } satisfies Followed;
  const lag = new SearchLag(() => state);
  let now = 0;
  return {
    state,
    lag,
    record(organization: string, bytes: number, entries = 100) {
      state.end += entries;
      lag.recorded(organization, bytes, now);
    },
    /** @param progress entries that search gets further by, each tick. */
    pass(ms: number, progress = 0) {
      for (const end = now + ms; now < end; ) {
        now += TICK_MS;
        state.position = Math.min(state.end, state.position + progress);
        lag.tick(now);
      }
    },
  };
}

describe("while search lags", () => {
  it("whoever records more than a fair share waits, until search has caught up", () => {
    const { state, lag, record, pass } = followed();
    record("globex", 1_000);
    pass(TICK_MS);
    for (let number = 0; number < 60; number++) record("acme", 100_000);
    pass(TICK_MS, 1);
    expect(lag.mustWait("acme")).toBe(false);
    for (let number = 0; number < 60; number++) record("acme", 100_000);
    pass(TICK_MS, 1);
    expect([lag.mustWait("acme"), lag.mustWait("globex"), lag.mustWait("initech")]).toEqual([true, false, false]);
    state.position = state.end;
    pass(TICK_MS);
    expect(lag.mustWait("acme")).toBe(false);
  });

  it("nobody waits where nobody else records", () => {
    const { lag, record, pass } = followed();
    for (let number = 0; number < 100; number++) record("acme", 1_000_000);
    pass(1_000, 1);
    expect(lag.mustWait("acme")).toBe(false);
  });

  it("nobody waits for search that is down, or still reads what the log held at start", () => {
    const { state, lag, record, pass } = followed();
    record("globex", 1_000);
    pass(TICK_MS);
    // Few, but large.
    for (let number = 0; number < 1_000; number++) record("acme", 1_000_000, 1);
    pass(1_000, 1);
    expect(lag.mustWait("acme")).toBe(true);
    pass(6_000);
    expect(lag.mustWait("acme")).toBe(false);
    pass(100, 1);
    expect(lag.mustWait("acme")).toBe(true);
    state.following = false;
    pass(TICK_MS, 1);
    expect(lag.mustWait("acme")).toBe(false);
  });
});
