import { expect, it } from "vitest";
import { Milestone } from "./milestone.ts";

it("resolves at once where the position is reached, else when it is", async () => {
  const milestone = new Milestone(3);
  expect(await milestone.reached(3)).toBe(3);
  const later = milestone.reached(5);
  const other = milestone.reached(7);
  milestone.move(4);
  milestone.move(6);
  expect(await later).toBe(6);
  milestone.move(7);
  expect(await other).toBe(7);
});

it("waits on where the position went back before anybody could see it", async () => {
  const milestone = new Milestone();
  const waiting = milestone.reached(2);
  milestone.move(2);
  milestone.move(0);
  milestone.move(3);
  expect(await waiting).toBe(3);
});

it("ends with the signal's reason, and waits for nobody any more", async () => {
  const milestone = new Milestone();
  const stop = new AbortController();
  const waiting = milestone.reached(1, stop.signal);
  stop.abort(new Error("left"));
  await expect(waiting).rejects.toThrow("left");
  await expect(milestone.reached(0, stop.signal)).rejects.toThrow("left");
  milestone.move(1);
  expect(milestone.position).toBe(1);
});
