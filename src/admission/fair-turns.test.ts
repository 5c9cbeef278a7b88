import { expect, it } from "vitest";
import { FairTurns } from "./fair-turns.ts";

const KIB = 1024;
const acme = { organization: "acme", key: "a" };
const globex = { organization: "globex", key: "a" };

/** Rounds of an event loop that is wound by hand. */
function rounds() {
  const due: (() => void)[] = [];
  return {
    schedule: (round: () => void) => void due.push(round),
    due,
    async next() {
      due.shift()?.();
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
}

it("lets little work begin at once, and bounds what one round takes", async () => {
  const loop = rounds();
  const turns = new FairTurns(loop.schedule);
  expect(turns.next(acme, 100 * KIB)).toBeUndefined();
  expect(turns.next(acme, 100 * KIB)).toBeUndefined();
  expect(turns.next(acme, 1)).toBeInstanceOf(Promise);
  await loop.next();
  expect(turns.waiting).toBe(0);
  await loop.next();
  // Nothing is left to do, so the event loop is left alone.
  expect(loop.due).toHaveLength(0);
});

it("works on what a neighbour sends in the next round, whatever others have waiting", async () => {
  const loop = rounds();
  const turns = new FairTurns(loop.schedule);
  const order: string[] = [];
  const work = (sender: typeof acme, name: string, bytes: number) => {
    void Promise.resolve(turns.next(sender, bytes)).then(() => order.push(name));
  };
  for (let number = 0; number < 10; number++) work(acme, `flood ${number}`, 1024 * KIB);
  await loop.next();
  work(globex, "neighbour", KIB);
  await loop.next();
  expect(order.slice(0, 3)).toEqual(["flood 0", "flood 1", "neighbour"]);
  for (let round = 0; round < 12; round++) await loop.next();
  expect(order).toHaveLength(11);
});
