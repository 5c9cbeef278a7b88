import type { StoredEvent } from "../event/index.ts";
import type { Mark, Query } from "../query/index.ts";
import { NEW_ADDRESS_MS, pairOf, type Search, type Sighting, sightingOf } from "../search/index.ts";

/** So many pairs of actor and address a stream remembers; of more, the one it heard of first is looked up again. */
const REMEMBERED_MAX = 10_000;

/** What search knows of the addresses of some events. */
export interface SeenAddresses {
  /** The ids of those that show an actor at an address where they were not seen in the 90 days before. */
  readonly newAddresses: ReadonlySet<string>;
  /** When the actor was first there, by the ids of those near to it: see `Search.firstSightings`. */
  readonly firstSightings: ReadonlyMap<string, number>;
}

/**
 * Which events of a stream show an actor at a new address, batch by batch, and which are among the first there. Where the stream itself has shown that an actor was there
 * before, nothing is looked up: a busy stream asks only about people and places it has not had yet.
 */
export class LiveAddresses {
  private readonly search: Pick<Search, "newAddresses" | "firstSightings">;
  private readonly query: Query;
  /** The newest sighting of each pair. */
  private readonly remembered = new Map<string, Sighting>();

  constructor(search: Pick<Search, "newAddresses" | "firstSightings">, query: Query) {
    this.search = search;
    this.query = query;
  }

  /** Two queries at most. @param asOf the events were recorded up to here, and so was what counts as seen before. */
  async among(events: readonly StoredEvent[], asOf: Mark): Promise<SeenAddresses> {
    const sightings = events.flatMap(sightingOf).sort((a, b) => (isBefore(a, b) ? 1 : -1));
    const unknown = sightings.filter((sighting) => !this.sawBefore(sighting));
    const query = { ...this.query, asOf };
    const [newAddresses, firstSightings] = await Promise.all([
      this.search.newAddresses(query, unknown),
      this.search.firstSightings(query, sightings),
    ]);
    for (const sighting of sightings) this.remember(sighting);
    return { newAddresses, firstSightings };
  }

  private sawBefore(sighting: Sighting): boolean {
    const seen = this.remembered.get(pairOf(sighting));
    return seen !== undefined && isBefore(seen, sighting) && sighting.timestamp - seen.timestamp <= NEW_ADDRESS_MS;
  }

  private remember(sighting: Sighting): void {
    const pair = pairOf(sighting);
    const before = this.remembered.get(pair);
    if (before !== undefined && !isBefore(before, sighting)) return;
    this.remembered.set(pair, sighting);
    const [first] = this.remembered.keys();
    if (first !== undefined && this.remembered.size > REMEMBERED_MAX) this.remembered.delete(first);
  }
}

function isBefore(one: Sighting, other: Sighting): boolean {
  return one.timestamp < other.timestamp || (one.timestamp === other.timestamp && one.sequence < other.sequence);
}
