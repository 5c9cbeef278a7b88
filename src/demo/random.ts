/**
 * A small seeded generator: sfc32 (Chris Doty-Humphrey, PractRand), its state filled by splitmix32 from the seed.
 * The same seed gives the same numbers on every machine; it is not for secrets.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** @param seed any integer; its low 32 bits and the 21 above them count. */
  constructor(seed: number) {
    const fill = splitmix32((seed ^ Math.floor(seed / 2 ** 32)) | 0);
    this.a = fill();
    this.b = fill();
    this.c = fill();
    for (let round = 0; round < 12; round++) this.uint32();
  }

  /** 0 … 2^32 − 1. */
  uint32(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 ≤ x < 1. */
  float(): number {
    return this.uint32() / 2 ** 32;
  }

  /** An integer, 0 ≤ n < `bound`. */
  below(bound: number): number {
    return Math.floor(this.float() * bound);
  }

  /** An integer, `from` ≤ n ≤ `to`. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** True in a share of `probability` of all cases. */
  chance(probability: number): boolean {
    return this.float() < probability;
  }

  /** @throws RangeError when there is nothing to pick from. */
  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError("nothing to pick from");
    return value;
  }

  /** Lower-case hexadecimal, eight digits. */
  hex8(): string {
    return this.uint32().toString(16).padStart(8, "0");
  }
}

function splitmix32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}

/** Picks by weight: a weight of 2 comes up twice as often as one of 1. */
export class Weighted<T> {
  private readonly values: readonly T[];
  private readonly cumulative: readonly number[];
  private readonly total: number;

  constructor(choices: readonly (readonly [weight: number, value: T])[]) {
    let total = 0;
    this.values = choices.map(([, value]) => value);
    this.cumulative = choices.map(([weight]) => {
      total += weight;
      return total;
    });
    this.total = total;
  }

  pick(random: Random): T {
    const point = random.float() * this.total;
    let index = 0;
    while (point >= (this.cumulative[index] ?? Number.POSITIVE_INFINITY)) index++;
    const value = this.values[index];
    if (value === undefined) throw new RangeError("nothing to pick from");
    return value;
  }
}
