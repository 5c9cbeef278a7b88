import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KEY_BYTES, writeKey } from "./key.ts";
import { RECORD_BYTES, readPosition } from "./run-format.ts";
import { Tail } from "./tail.ts";

/** Few names, so that many come again; and enough of them that the arrays grow. */
const names = fc.array(fc.integer({ min: 0, max: 900 }).map(String), { maxLength: 1_500 });

function keyOf(name: string): Buffer {
  const key = Buffer.alloc(KEY_BYTES);
  writeKey(name, key, 0);
  return key;
}

function tailOf(added: readonly string[]): Tail {
  const tail = new Tail();
  for (const [position, name] of added.entries()) tail.add(name, position);
  return tail;
}

describe("ids that are in no run yet", () => {
  it("are found at every position, in the order of the log, and no others are", () => {
    fc.assert(
      fc.property(names, (added) => {
        const tail = tailOf(added);
        expect(tail.size).toBe(added.length);
        for (const name of new Set([...added, "never added"])) {
          const found: number[] = [];
          tail.find(keyOf(name), found);
          expect(found).toEqual(added.flatMap((other, position) => (other === name ? [position] : [])));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("become records in the order of keys, those of one key in the order of the log", async () => {
    await fc.assert(
      fc.asyncProperty(names, async (added) => {
        const sorted = await tailOf(added).sorted();
        const records = Array.from({ length: sorted.length / RECORD_BYTES }, (_, index) => {
          const at = index * RECORD_BYTES;
          return [sorted.toString("hex", at, at + KEY_BYTES), readPosition(sorted, at)];
        });
        const expected = added
          .map((name, position) => [keyOf(name).toString("hex"), position] as const)
          .sort(([left, first], [right, second]) => (left < right ? -1 : left > right ? 1 : first - second));
        expect(records).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});
