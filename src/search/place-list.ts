import type { Place } from "./place.ts";

/** Numbers of each place. */
const NUMBERS = 3;

/** Places as numbers one after the other, as the engine gives them: an export has hundreds of thousands of them, and an object for each costs more than naming it. */
export class PlaceList {
  readonly count: number;
  /** Of each: timestamp, sequence, position. */
  private readonly numbers: Float64Array;

  constructor(numbers: Float64Array) {
    this.numbers = numbers;
    this.count = numbers.length / NUMBERS;
  }

  static of(places: readonly Place[]): PlaceList {
    return new PlaceList(
      Float64Array.from(places.flatMap(({ timestamp, sequence, position }) => [timestamp, sequence, position])),
    );
  }

  sequence(index: number): number {
    return this.numbers[NUMBERS * index + 1] as number;
  }

  position(index: number): number {
    return this.numbers[NUMBERS * index + 2] as number;
  }

  at(index: number): Place {
    const timestamp = this.numbers[NUMBERS * index] as number;
    return { timestamp, sequence: this.sequence(index), position: this.position(index) };
  }

  /** The first of them. */
  first(most = this.count): Place[] {
    return Array.from({ length: Math.min(most, this.count) }, (_, index) => this.at(index));
  }

  get last(): Place | undefined {
    return this.count > 0 ? this.at(this.count - 1) : undefined;
  }
}
