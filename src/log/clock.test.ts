import { expect, test } from "vitest";
import { LogClock } from "./clock.ts";

const NOON = Date.UTC(2026, 10, 26, 12);
const MINUTE = 60_000;
const YEARS = 3 * 365 * 24 * 60 * MINUTE;

/** A clock whose sources are set by hand. */
function clockAt(last = 0) {
  const now = { wall: NOON, monotonic: 5, uptime: 1_000 };
  const notices: [number, boolean][] = [];
  const clock = new LogClock(
    {
      wall: () => now.wall,
      monotonic: () => now.monotonic,
      uptime: () => now.uptime,
      onOffset: (...notice) => notices.push(notice),
    },
    last,
  );
  const pass = (ms: number) => {
    for (const name of ["wall", "monotonic", "uptime"] as const) now[name] += ms;
  };
  return { clock, now, notices, pass };
}

test("follows the wall clock, a little jump included", () => {
  const { clock, now, notices, pass } = clockAt();
  pass(MINUTE);
  expect(clock.take()).toBe(NOON + MINUTE);
  now.wall += 5 * MINUTE;
  expect(clock.take()).toBe(NOON + 6 * MINUTE);
  expect(notices).toEqual([]);
});

test("does not follow a jump of three years, and goes on as if nothing had been once the clock is back", () => {
  const { clock, now, notices, pass } = clockAt();
  now.wall += YEARS;
  pass(MINUTE);
  expect(clock.take()).toBe(NOON + MINUTE);
  expect(clock.offset).toBe(YEARS);
  pass(MINUTE);
  now.wall -= YEARS;
  expect(clock.take()).toBe(NOON + 2 * MINUTE);
  expect(clock.offset).toBe(0);
  expect(notices).toEqual([
    [YEARS, true],
    [0, false],
  ]);
});

test("runs on from the last entry where the clock is behind it at start, and reports that", () => {
  const { clock, notices, pass } = clockAt(NOON + YEARS);
  expect(clock.take()).toBe(NOON + YEARS);
  pass(MINUTE);
  expect(clock.take()).toBe(NOON + YEARS + MINUTE);
  expect(notices).toEqual([[-YEARS, true]]);
});

test("slows down for a clock that is a little behind, until both agree", () => {
  const { clock, now, pass } = clockAt();
  now.wall -= 10_000;
  const taken = [0, 0, 0].map(() => {
    pass(10_000);
    return clock.take() - NOON;
  });
  expect(taken).toEqual([5_000, 10_000, 20_000]);
});

test("follows the clock of a machine that has slept", () => {
  const { clock, now, notices } = clockAt();
  now.wall += 60 * MINUTE;
  now.uptime += 60 * MINUTE + 10;
  expect(clock.take()).toBe(NOON + 60 * MINUTE);
  expect(notices).toEqual([]);
});

test("never goes back, whatever the clocks do", () => {
  const { clock, now } = clockAt();
  let last = 0;
  for (const [wall, monotonic] of [
    [YEARS, 0],
    [-YEARS, 1],
    [-5 * MINUTE, 0],
    [5 * MINUTE, 7],
    [9 * MINUTE, 0],
    [-19 * MINUTE, 3],
  ] as const) {
    now.wall += wall;
    now.monotonic += monotonic;
    const time = clock.take();
    expect(time).toBeGreaterThanOrEqual(last);
    last = time;
  }
});
