import fc from "fast-check";
import { expect, it } from "vitest";
import { Slots } from "./slots.ts";

const of = (organization: string) => ({ organization, key: "" });

/** Work that ends when asked to. */
function working(slots: Slots) {
  const running: { organization: string; end: () => void }[] = [];
  return {
    running,
    ask(organization: string, signal?: AbortSignal) {
      const work = () => new Promise<void>((end) => running.push({ organization, end }));
      return slots.run(of(organization), work, signal);
    },
    async end(at: number) {
      running.splice(at, 1)[0]?.end();
      await settled();
    },
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const names = (running: readonly { organization: string }[]) => running.map(({ organization }) => organization);

it("leave a place to others, whatever one organization asks for", async () => {
  const { running, ask } = working(new Slots(3));
  for (let count = 0; count < 10; count++) void ask("acme");
  await settled();
  expect(names(running)).toEqual(["acme", "acme"]);
  void ask("globex");
  await settled();
  expect(names(running)).toEqual(["acme", "acme", "globex"]);
});

it("are never more than there are, never empty while one waits who can have one, and serve everybody", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("acme", "globex", "initech"), { maxLength: 30 }),
      fc.infiniteStream(fc.nat()),
      async (asked, choice) => {
        const slots = new Slots(3);
        const { running, ask, end } = working(slots);
        for (const organization of asked) void ask(organization);
        for (let served = 0; served < asked.length; served++) {
          await settled();
          expect(running.length).toBeLessThanOrEqual(3);
          expect(running.length).toBeGreaterThan(0);
          if (slots.waiting > 0) expect(running.length).toBeGreaterThanOrEqual(2);
          await end(choice.next().value % running.length);
        }
        await settled();
        expect([running.length, slots.waiting]).toEqual([0, 0]);
      },
    ),
    { numRuns: 100 },
  );
});

it("are not kept for who gave up, and given back by what fails", async () => {
  const slots = new Slots(1);
  const { running, ask, end } = working(slots);
  void ask("acme");
  const left = new AbortController();
  const waiting = ask("acme", left.signal);
  left.abort(new Error("gone"));
  await expect(waiting).rejects.toThrow("gone");
  await end(0);
  await expect(slots.run(of("acme"), () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  void ask("globex");
  await settled();
  expect(names(running)).toEqual(["globex"]);
});
