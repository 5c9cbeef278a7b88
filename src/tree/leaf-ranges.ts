import type { LeafRange } from "./contract.ts";

/** @throws RangeError on the way, when they are out of order or beyond the tree. */
export function* inOrder(ranges: Iterable<LeafRange>, size: number): Generator<LeafRange> {
  let end = 0;
  for (const range of ranges) {
    within(range.start, end, size - 1);
    within(range.end, range.start + 1, size);
    end = range.end;
    yield range;
  }
}

/** @throws RangeError */
export function within(value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new RangeError(`${value} is not between ${min} and ${max}`);
  }
}
