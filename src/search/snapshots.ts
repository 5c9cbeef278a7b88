import { fold } from "@daybook/sdk/filters";
import { type IndexedTexts, stringOf, type ThingTexts } from "../event/index.ts";
import { Recent } from "./recent.ts";

/**
 * Who and what, each distinct one stored once: many events point at one row by its number.
 *
 * A number says which entry it comes from: the actor of the entry at position p is number p, its resource 2p + 1 and its targets
 * 2p + 2. So a number stands for the same content whenever it is made again, after a crash or a rebuild, and nothing has to count.
 * The same content can have several numbers, since the memory of those that were given is bounded; every query takes all of them.
 * A row can be emptied or deleted to forget a person: the numbers in events stay.
 */

/** One row of a snapshot less its organization and number: which part or place, id, and the texts that are searched. */
export type SnapshotRow = readonly [string | number, string, readonly string[]];

export interface Snapshot {
  /** JSON text of the organization's id. */
  readonly tenant: string;
  /** Equal for equal content: JSON texts of strings, which say themselves where they end. */
  readonly key: string;
  /** In their order. Made only when asked for: most events name what is known. */
  readonly rows: () => readonly SnapshotRow[];
}

export function actorSnapshot({ tenant_id: tenant, actor, on_behalf_of: principal }: IndexedTexts): Snapshot {
  const people = principal === undefined ? [actor] : [actor, principal];
  let key = tenant;
  for (const { id = EMPTY, name = EMPTY, email = EMPTY } of people) key += id + name + email;
  return {
    tenant,
    key,
    rows: () =>
      people.map(({ id, name, email }, at) => [PARTS[at] as string, stringOrEmpty(id), searched(id, name, email)]),
  };
}

export function resourceSnapshot({ tenant_id: tenant, resource }: IndexedTexts): Snapshot {
  return thingsSnapshot(tenant, [resource]);
}

/** @returns undefined when there are no targets. */
export function targetsSnapshot({ tenant_id: tenant, targets }: IndexedTexts): Snapshot | undefined {
  return targets.length === 0 ? undefined : thingsSnapshot(tenant, targets);
}

/** The parts that an actor's snapshot has, in their order. */
const PARTS = ["actor", "on_behalf_of"] as const;

export const NO_TARGETS = 0;

export const resourceNumber = (position: number) => 2 * position + 1;
export const targetsNumber = (position: number) => 2 * position + 2;

function thingsSnapshot(tenant: string, things: readonly ThingTexts[]): Snapshot {
  let key = tenant;
  for (const { id = EMPTY, name = EMPTY } of things) key += id + name;
  return {
    tenant,
    key,
    rows: () => things.map(({ id, name }, at) => [at, stringOrEmpty(id), searched(id, name)]),
  };
}

/** What is absent counts as empty. */
const EMPTY = '""';

const stringOrEmpty = (text = EMPTY) => stringOf(text);

function searched(...texts: readonly (string | undefined)[]): string[] {
  const folded: string[] = [];
  for (const text of texts) if (text !== undefined && text !== EMPTY) folded.push(fold(stringOf(text)));
  return folded;
}

/** The numbers that were given or asked for last. */
export class Numbers {
  private readonly recent: Recent<number>;

  constructor(max: number) {
    this.recent = new Recent(max);
  }

  /** The number that this content has, or `fresh` from now on. */
  of(key: string, fresh: number): number {
    const known = this.recent.get(key);
    if (known !== undefined) return known;
    this.recent.set(key, fresh);
    return fresh;
  }
}
