import { expect, it } from "vitest";
import { damagedRow } from "../../api/damaged.ts";
import { eventsOf, type LoggedEvent, type LogItem } from "../../api/events.ts";
import { loggedEvent } from "../event/event.fixture.ts";
import { mergeRows } from "./merge-rows.ts";

/** @param second of one minute. */
function row(sequence: number, second: number): LoggedEvent {
  const timestamp = `2026-11-22T00:00:${String(second).padStart(2, "0")}.000Z`;
  return loggedEvent({ sequence, timestamp, id: `e${sequence}` });
}

const paged = [row(3, 30), row(2, 20), row(1, 10)];
const sequences = (rows: readonly LogItem[]) => rows.map(({ sequence }) => sequence);
const merge = (live: readonly LoggedEvent[], complete = true, max = 100) =>
  sequences(mergeRows(paged, live, { complete, max }));

it("puts what is new before what was there, by time and then by place", () => {
  expect(merge([row(4, 40), row(5, 40)])).toEqual([5, 4, 3, 2, 1]);
});

it("puts what happened earlier where it belongs", () => {
  expect(merge([row(4, 25), row(5, 20)])).toEqual([3, 4, 5, 2, 1]);
});

it("leaves what belongs after the last row to its page, unless no page follows", () => {
  expect(merge([row(4, 5)], false)).toEqual([3, 2, 1]);
  expect(merge([row(4, 5)], true)).toEqual([3, 2, 1, 4]);
});

it("shows nothing twice", () => {
  expect(merge([row(3, 30), row(4, 40), row(1, 10)])).toEqual([4, 3, 2, 1]);
});

it("holds the newest rows only", () => {
  expect(merge([row(4, 40)], true, 3)).toEqual([4, 3, 2]);
});

it("is the very same list while nothing came", () => {
  expect(mergeRows(paged, [], { complete: false, max: 3 })).toBe(paged);
});

it("keeps what is damaged in its place", () => {
  const damaged = damagedRow({ damaged: true, tenant_id: "acme", sequence: 2, reason: "body" }, row(2, 20).timestamp);
  const rows = mergeRows([row(3, 30), damaged, row(1, 10)], [row(4, 25)], { complete: true, max: 100 });
  expect(sequences(rows)).toEqual([3, 4, 2, 1]);
  expect(eventsOf(rows).map(({ sequence }) => sequence)).toEqual([3, 4, 1]);
});
