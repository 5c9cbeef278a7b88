import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FairQueue } from "./fair-queue.ts";

interface Item {
  readonly organization: string;
  readonly key: string;
  readonly cost: number;
  readonly number: number;
}

const organizations = ["acme", "globex", "initech"];
const anItem = fc.record({
  organization: fc.constantFrom(...organizations),
  key: fc.constantFrom("a", "b"),
  cost: fc.integer({ min: 1, max: 100 }),
});

function filled(items: readonly Omit<Item, "number">[]): FairQueue<Item> {
  const queue = new FairQueue<Item>();
  for (const [number, item] of items.entries()) queue.push(item, { ...item, number }, item.cost);
  return queue;
}

function emptied(queue: FairQueue<Item>): Item[] {
  const items: Item[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

function served(items: readonly Item[], isCounted: (item: Item) => boolean): number {
  return items.filter(isCounted).reduce((sum, { cost }) => sum + cost, 0);
}

describe("a fair queue", () => {
  it("gives out everything once, and of one key in order", () => {
    fc.assert(
      fc.property(fc.array(anItem), (items) => {
        const out = emptied(filled(items));
        expect(out.map(({ number }) => number).sort((a, b) => a - b)).toEqual(items.map((_, number) => number));
        for (const organization of organizations) {
          for (const key of ["a", "b"]) {
            const numbers = out.filter((one) => one.organization === organization && one.key === key);
            expect(numbers).toEqual([...numbers].sort((a, b) => a.number - b.number));
          }
        }
      }),
    );
  });

  it("never lets organizations that wait, or keys of one, drift apart by more than their largest items", () => {
    fc.assert(
      fc.property(fc.array(anItem, { maxLength: 200 }), (items) => {
        const out = emptied(filled(items));
        const check = (one: (item: Item) => boolean, other: (item: Item) => boolean) => {
          // As long as both have something waiting.
          const both = Math.min(out.findLastIndex(one), out.findLastIndex(other));
          for (let at = 0; at <= both; at++) {
            const part = out.slice(0, at);
            expect(Math.abs(served(part, one) - served(part, other))).toBeLessThanOrEqual(200);
          }
        };
        check(
          ({ organization }) => organization === "acme",
          ({ organization }) => organization === "globex",
        );
        const ofAcme = (name: string) => (item: Item) => item.organization === "acme" && item.key === name;
        check(ofAcme("a"), ofAcme("b"));
      }),
    );
  });

  it("serves whoever comes seldom next, and gives nothing for having waited", () => {
    const queue = filled(Array.from({ length: 50 }, () => ({ organization: "acme", key: "a", cost: 100 })));
    const rare: Item = { organization: "globex", key: "a", cost: 1, number: -1 };
    for (let round = 0; round < 10; round++) {
      queue.shift();
      queue.push(rare, rare, 1);
      expect(queue.shift()).toBe(rare);
    }
    // It was away; from here on both have the same share.
    for (let count = 0; count < 50; count++) queue.push(rare, { ...rare, cost: 100 }, 100);
    const next = Array.from({ length: 20 }, () => queue.shift()?.organization);
    expect(next.filter((organization) => organization === "globex").length).toBeLessThanOrEqual(11);
  });

  it("lets one that comes back begin where the others are", () => {
    const of = (organization: string, cost: number): Item => ({ organization, key: "a", cost, number: 0 });
    const queue = filled([of("acme", 10), of("globex", 100), of("globex", 100), of("globex", 100), of("globex", 100)]);
    for (let count = 0; count < 3; count++) queue.shift();
    for (let count = 0; count < 40; count++) queue.push(of("acme", 10), of("acme", 10), 10);
    // Not before it has had as much as the one that is next.
    const next = Array.from({ length: 12 }, () => queue.shift()?.organization);
    expect(next.indexOf("globex")).toBe(11);
  });

  it("does not forget what was served to one that had nothing waiting for a moment", () => {
    const queue = filled(Array.from({ length: 100 }, () => ({ organization: "globex", key: "a", cost: 1 })));
    const large: Item = { organization: "acme", key: "a", cost: 10, number: -1 };
    let ofAcme = 0;
    queue.push(large, large, 10);
    for (let count = 0; count < 50; count++) {
      if (queue.shift() !== large) continue;
      ofAcme++;
      queue.push(large, large, 10);
    }
    expect(ofAcme).toBeLessThanOrEqual(6);
  });

  it("passes over what cannot be served now, within an organization too", () => {
    const queue = filled([
      { organization: "acme", key: "a", cost: 1 },
      { organization: "acme", key: "b", cost: 1 },
      { organization: "globex", key: "a", cost: 1 },
    ]);
    expect(queue.shift(({ key }) => key === "b")).toMatchObject({ organization: "acme", key: "b" });
    expect(queue.shift(({ key }) => key === "b")).toBeUndefined();
    expect(queue.size).toBe(2);
  });

  it("gives up what does not wait any more", () => {
    const queue = new FairQueue<string>();
    const sender = { organization: "acme", key: "a" };
    for (const item of ["first", "second", "third"]) queue.push(sender, item, 1);
    expect(queue.remove(sender, "second")).toBe(true);
    expect(queue.remove(sender, "second")).toBe(false);
    expect([queue.shift(), queue.shift(), queue.shift()]).toEqual(["first", "third", undefined]);
  });
});
