import { expect, it } from "vitest";
import { Milestone } from "../milestone.ts";
import { RecentActs } from "./recent-acts.ts";

const HOUR_MS = 3_600_000;
const signal = new AbortController().signal;

/** A search that has read so far, and goes on when asked to. */
function searchAt(position: number) {
  const milestone = new Milestone(position);
  return {
    flush: () => milestone.position,
    advance: (to: number) => milestone.move(to),
    reached: (wanted: number, until: AbortSignal) => milestone.reached(wanted, until),
  };
}

it("lets a reading wait until search has read what was just done, and no later reading after that", async () => {
  const log = { end: 5 };
  const acts = new RecentActs(log);
  const search = searchAt(2);
  acts.note("acme");
  let answered = false;
  const reading = acts.searched("acme", search, signal).then(() => {
    answered = true;
  });
  search.advance(4);
  await new Promise(setImmediate);
  expect(answered).toBe(false);
  search.advance(5);
  await reading;
  log.end = 9;
  await acts.searched("acme", search, signal);
});

it("keeps nobody of another organization waiting, nor anybody when nothing was done", async () => {
  const acts = new RecentActs({ end: 5 });
  acts.note("acme");
  await acts.searched("globex", searchAt(0), signal);
});

it("says that search is behind when it takes too long, and waits no more for what was done long ago", async () => {
  let now = 0;
  const acts = new RecentActs({ end: 5 }, () => now);
  acts.note("acme");
  now = 9_990;
  await expect(acts.searched("acme", searchAt(0), signal)).rejects.toMatchObject({ code: "search_unavailable" });
  now = HOUR_MS;
  await acts.searched("acme", searchAt(0), signal);
});

it("ends with a request that was cancelled", async () => {
  const acts = new RecentActs({ end: 5 });
  acts.note("acme");
  await expect(acts.searched("acme", searchAt(0), AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
});
