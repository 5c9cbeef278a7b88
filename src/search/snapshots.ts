import type { Resource } from "@daybook/sdk";
import { fold } from "@daybook/sdk/filters";
import { type ByteWriter, COMMA, type EntryLayout, type Field, fieldNumber, OPEN_BRACKET } from "../event/index.ts";
import { foldedIfOther, writeFolded, writeFoldedIfOther, writeText } from "./cells.ts";

/**
 * Who and what, each distinct one stored once: many events point at one row by its number.
 *
 * A number says which entry it comes from: the actor of the entry at position p is number p, its resource 2p + 1 and its targets
 * 2p + 2. So a number stands for the same content whenever it is made again, after a crash or a rebuild, and nothing has to count.
 * The same content can have several numbers, since the memory of those that were given is bounded; every query takes all of them.
 * A row can be emptied or deleted to forget a person: the numbers in events stay.
 */

/** As it is read back: one row of a snapshot less its organization and number: which part or place, its id, the id folded if that is another one, and the other texts that are searched. */
export type SnapshotRow = readonly [string | number, string, string, readonly string[]];

/** Writes what is equal for equal content of one entry's actor and whom they acted for. */
export function writeActorKey(entry: EntryLayout, to: ByteWriter): void {
  writeKey(entry, entry.has(PRINCIPAL) ? BOTH : ACTOR, to);
}

/** Writes the rows of that content under a number, each as a line. */
export function writeActorRows(entry: EntryLayout, number: number, to: ByteWriter): void {
  writeRow(entry, [number, '"actor"'], ACTOR, to);
  if (entry.has(PRINCIPAL)) writeRow(entry, [number, '"on_behalf_of"'], ON_BEHALF_OF, to);
}

export function writeResourceKey(entry: EntryLayout, to: ByteWriter): void {
  writeKey(entry, RESOURCE, to);
}

export function writeResourceRows(entry: EntryLayout, number: number, to: ByteWriter): void {
  writeRow(entry, [number, "0"], RESOURCE, to);
}

/** @param others at least one. */
export function writeTargetsKey(entry: EntryLayout, others: readonly Resource[], to: ByteWriter): void {
  entry.write(TENANT, to);
  for (const { id = "", name = "" } of others) to.text(JSON.stringify(id) + JSON.stringify(name));
}

export function writeTargetsRows(
  entry: EntryLayout,
  others: readonly Resource[],
  number: number,
  to: ByteWriter,
): void {
  for (const [place, { id = "", name = "" }] of others.entries()) {
    const row: SnapshotRow = [place, id, foldedIfOther(id), name === "" ? [] : [fold(name)]];
    beginRow(entry, number, to);
    to.text(`${JSON.stringify(row).slice(1)}\n`);
  }
}

/** What else the event was done to. */
export function othersOf(entry: EntryLayout): readonly Resource[] {
  return entry.value<readonly Resource[]>(TARGETS) ?? NONE;
}

export const NO_TARGETS = 0;

export const resourceNumber = (position: number) => 2 * position + 1;
export const targetsNumber = (position: number) => 2 * position + 2;

/** Their first field is the id. */
const numbersOf = (...fields: [Field, ...Field[]]) => fields.map(fieldNumber) as [number, ...number[]];
const ACTOR = numbersOf("actor.id", "actor.name", "actor.email");
const ON_BEHALF_OF = numbersOf("actor.on_behalf_of.id", "actor.on_behalf_of.name", "actor.on_behalf_of.email");
const BOTH = [...ACTOR, ...ON_BEHALF_OF];
const RESOURCE = numbersOf("resource.id", "resource.name");
const TENANT = fieldNumber("tenant_id");
const PRINCIPAL = fieldNumber("actor.on_behalf_of");
const TARGETS = fieldNumber("targets");
const NONE: readonly Resource[] = [];

/** The organization's and these texts one after the other. Each says itself where it ends, and what is absent counts as empty. */
function writeKey(entry: EntryLayout, fields: readonly number[], to: ByteWriter): void {
  entry.write(TENANT, to);
  for (const field of fields) writeText(entry, field, to);
}

function writeRow(
  entry: EntryLayout,
  [number, part]: readonly [number, string],
  [id, ...others]: readonly [number, ...number[]],
  to: ByteWriter,
): void {
  beginRow(entry, number, to);
  to.latin1(part);
  to.byte(COMMA);
  writeText(entry, id, to);
  to.byte(COMMA);
  writeFoldedIfOther(entry, id, to);
  to.byte(COMMA);
  let before = OPEN_BRACKET;
  for (const field of others) {
    if (entry.isEmpty(field)) continue;
    to.byte(before);
    writeFolded(entry, field, to);
    before = COMMA;
  }
  if (before === OPEN_BRACKET) to.byte(OPEN_BRACKET);
  to.latin1("]]\n");
}

function beginRow(entry: EntryLayout, number: number, to: ByteWriter): void {
  to.byte(OPEN_BRACKET);
  entry.write(TENANT, to);
  to.byte(COMMA);
  to.number(number);
  to.byte(COMMA);
}
