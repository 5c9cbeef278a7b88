import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Held, MemoryBudget } from "./memory-budget.ts";

const KIB = 1024;
const of = (organization: string) => ({ organization, key: "a" });

/** Those that were let in, in order. */
function taking(budget: MemoryBudget) {
  const held: { organization: string; held: Held }[] = [];
  return {
    held,
    take(organization: string, bytes: number) {
      const taken = budget.take(of(organization), bytes);
      if (taken instanceof Held) held.push({ organization, held: taken });
      else taken.then((one) => held.push({ organization, held: one })).catch(() => undefined);
    },
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("the budget of memory", () => {
  it("lets one organization have half of it, and another one in at once", async () => {
    const budget = new MemoryBudget({ bytes: 1024 * KIB });
    const { held, take } = taking(budget);
    for (let count = 0; count < 20; count++) take("acme", 48 * KIB);
    expect(held).toHaveLength(8);
    expect(budget.waiting).toBe(12);
    take("globex", 48 * KIB);
    expect(held.at(-1)?.organization).toBe("globex");
    held[0]?.held.release();
    await settled();
    expect(held).toHaveLength(9);
  });

  it("is never exceeded, keeps nobody waiting who fits, and is whole again at the end", async () => {
    const step = fc.oneof(
      fc.record({ take: fc.constantFrom("acme", "globex", "initech"), kib: fc.integer({ min: 0, max: 400 }) }),
      fc.record({ release: fc.nat() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const budget = new MemoryBudget({ bytes: 1024 * KIB });
        const { held, take } = taking(budget);
        for (const one of steps) {
          if ("take" in one) take(one.take, one.kib * KIB);
          else if (held.length > 0) held.splice(one.release % held.length, 1)[0]?.held.release();
          await settled();
          expect(budget.heldBytes).toBe(held.reduce((sum, { held: { bytes } }) => sum + bytes, 0));
          expect(budget.heldBytes).toBeLessThanOrEqual(1024 * KIB);
          if (budget.heldBytes === 0) expect(budget.waiting).toBe(0);
        }
        for (let guard = 0; held.length > 0 && guard < 100; guard++) {
          held.shift()?.held.release();
          await settled();
        }
        expect([budget.heldBytes, budget.waiting]).toEqual([0, 0]);
      }),
      { numRuns: 200 },
    );
  });

  it("refuses with Retry-After who would wait too long, or beside too many", async () => {
    vi.useFakeTimers();
    try {
      const onRefused = vi.fn();
      const budget = new MemoryBudget({ bytes: 100 * KIB, waitMs: 1_000, waitingMax: 4, onRefused });
      const first = budget.take(of("acme"), 60 * KIB) as Held;
      const refusals = [1, 2, 3].map(async () =>
        Promise.resolve(budget.take(of("acme"), 60 * KIB)).catch((error) => error),
      );
      // Places are left for others.
      expect(budget.waiting).toBe(2);
      expect(budget.take(of("globex"), 0)).toBeInstanceOf(Held);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await Promise.all(refusals)).toMatchObject([OVERLOADED, OVERLOADED, OVERLOADED]);
      expect(onRefused).toHaveBeenCalledTimes(3);
      first.release();
      expect(budget.take(of("acme"), 60 * KIB)).toBeInstanceOf(Held);
    } finally {
      vi.useRealTimers();
    }
  });

  it("forgets who left while waiting", async () => {
    const budget = new MemoryBudget({ bytes: 100 * KIB });
    budget.take(of("acme"), 80 * KIB);
    const left = new AbortController();
    const waiting = budget.take(of("acme"), 80 * KIB, { left: () => left.signal });
    left.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    expect(budget.waiting).toBe(0);
  });

  it("holds back recording while asked to, and reading of the same key meanwhile goes on", async () => {
    let lags = true;
    const budget = new MemoryBudget({ bytes: 100 * KIB, mustWait: () => lags });
    const recording = budget.take(of("acme"), 0, { recording: true });
    expect(recording).toBeInstanceOf(Promise);
    await budget.take(of("acme"), 0);
    lags = false;
    budget.admit();
    expect(await recording).toBeInstanceOf(Held);
  });

  it("gives no more than there is to what grows, and what is no longer needed back", () => {
    const budget = new MemoryBudget({ bytes: 100 * KIB });
    const held = budget.take(of("acme"), 10 * KIB) as Held;
    expect(() => held.resize(200 * KIB)).toThrow(expect.objectContaining(OVERLOADED));
    held.resize(20 * KIB);
    expect(budget.heldBytes).toBe(36 * KIB);
    held.shrink(50 * KIB);
    expect(budget.heldBytes).toBe(36 * KIB);
    held.shrink(0);
    expect(budget.heldBytes).toBe(16 * KIB);
    held.release();
    held.release();
    expect(budget.heldBytes).toBe(0);
  });
});

const OVERLOADED = { code: "overloaded", status: 503, retryAfterSeconds: 2 };
