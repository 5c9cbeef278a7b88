import { fold, formatAddress, metadataLeaves, parseAddress } from "@daybook/sdk/filters";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryEvent } from "../../test/support/arbitrary-event.ts";
import { decodeEntry, encodeFields, fieldsOf, readEvent, type StoredEvent } from "../event/index.ts";
import type { LogEntry } from "../log/index.ts";
import { COLUMNS } from "./columns.ts";
import { FirstSeen } from "./first-seen.ts";
import { leafText } from "./leaf-texts.ts";
import { RowMaker } from "./rows.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const source = { type: "api_key", id: "k1" } as const;
const POSITION = 4_000_000_000_000;

const maker = () => new RowMaker(new FirstSeen(async () => [], { max: 100, complete: true }));
const none = () => false;

function entryOf(input: object, position = POSITION): LogEntry {
  const event = fieldsOf(readEvent(JSON.stringify(input), JSON.parse(JSON.stringify(input)), NOW));
  const parts = encodeFields(event, { id: "e1", organization: "acme", source, sequence: 7, recordedAt: NOW });
  const [header, body] = [Uint8Array.from(parts.header), Uint8Array.from(parts.body)];
  return { position, organization: "acme", sequence: 7, leafHash: new Uint8Array(32), header, body, leaf: "stored" };
}

/** The same event in bytes that no version writes, so that it has to be decoded. */
function otherwise(entry: LogEntry): LogEntry {
  return {
    ...entry,
    body: Buffer.from(
      Buffer.from(entry.body ?? [])
        .toString()
        .replace("{", "{ "),
    ),
  };
}

function linesOf(bytes: Uint8Array | undefined): unknown[] {
  const lines = Buffer.from(bytes ?? [])
    .toString()
    .split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => JSON.parse(line));
}

/** What a row must hold, by the event itself. */
function expectedCells(event: StoredEvent, numbers: { actor: number; resource: number; targets: number }): object {
  const { actor, resource, targets = [], context = {}, metadata } = event;
  const types = [...new Set([resource.type, ...targets.map(({ type }) => type)])];
  const address = parseAddress(context.ip ?? "");
  const time = (text: string) => text.replace("T", " ").replace("Z", "");
  const leaves = metadata === undefined ? [] : metadataLeaves(JSON.parse(metadata));
  return {
    tenant_id: "acme",
    timestamp: time(event.timestamp),
    sequence: 7,
    position: POSITION,
    recorded_at: time(event.recorded_at),
    action: event.action,
    outcome: event.outcome,
    actor_type: actor.type,
    role: actor.role ?? "",
    ...numbers,
    resource_types: types,
    folded_types: types.map(fold),
    description: fold(event.description ?? ""),
    ip: address === undefined ? null : formatAddress(address),
    request_id: context.request_id ?? "",
    session_id: context.session_id ?? "",
    trace_id: context.trace_id ?? "",
    user_agent: context.user_agent ?? "",
    source: [event.source.type, ...(event.source.id ? [event.source.id] : [])],
    metadata: leaves.filter(({ value }) => value !== "").map(({ path, value }) => leafText(path, value)),
    first_seen: false,
  };
}

describe("the row maker", () => {
  it("makes of every entry the row of its event, however the entry is laid out", () => {
    fc.assert(
      fc.property(arbitraryEvent, (input) => {
        const entry = entryOf(input);
        const event = decodeEntry(entry.header, entry.body);
        const { actor, resource, targets = [] } = event;
        const texts = (id = "", ...others: (string | undefined)[]) => {
          return [id, fold(id) === id ? "" : fold(id), others.flatMap((text) => (text ? [fold(text)] : []))];
        };
        for (const one of [entry, otherwise(entry)]) {
          const made = maker().make([one], none);
          const [cells] = linesOf(made.events.lines) as unknown[][];
          const things = linesOf(made.resources) as [string, number, ...unknown[]][];
          // A single target that is named as the resource is has its number.
          const targetsNumber = targets.length === 0 ? 0 : Math.max(...things.map(([, number]) => number));
          const numbers = { actor: POSITION, resource: 2 * POSITION + 1, targets: targetsNumber };
          const row = Object.fromEntries(COLUMNS.map(({ name }, index) => [name, cells?.[index]]));
          expect(row).toEqual(expectedCells(event, numbers));
          const people = [actor, ...(actor.on_behalf_of ? [actor.on_behalf_of] : [])];
          expect(linesOf(made.actors)).toEqual(
            people.map(({ id = "", name, email }, at) => {
              return ["acme", POSITION, ["actor", "on_behalf_of"][at], ...texts(id, name, email)];
            }),
          );
          const number = 2 * POSITION + 1;
          expect(things[0]).toEqual(["acme", number, 0, ...texts(resource.id, resource.name)]);
          const others = things.filter(([, other]) => other !== number);
          if (targetsNumber !== number) {
            expect(others).toEqual(
              targets.map(({ id = "", name }, at) => ["acme", number + 1, at, ...texts(id, name)]),
            );
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("marks the first events of an actor at an address, and names known people and things by their number", async () => {
    const input = {
      action: "a",
      actor: { type: "user", id: "ada", name: "Ada" },
      resource: { type: "t", id: "r" },
      context: { ip: "2001:DB8::1" },
      description: "AZaz@[`{09",
      timestamp: "2026-11-20T08:00:00.000Z",
    };
    const rows = maker();
    const first = rows.make([entryOf(input, 5), entryOf({ ...input, context: {} }, 6)], none);
    const second = rows.make([entryOf(input, 7), entryOf(input, 8)], (position) => position === 7);
    expect(second).toMatchObject({ from: 7, to: 9, actors: undefined, resources: undefined });
    const made = await rows.finish([first, second]);
    const events = made.events.flatMap(linesOf) as unknown[][];
    const column = (name: string) => events.map((row) => row[COLUMNS.findIndex((one) => one.name === name)]);
    expect(column("position")).toEqual([5, 6, 8]);
    expect(column("actor")).toEqual([5, 5, 5]);
    expect(column("resource")).toEqual([11, 11, 11]);
    expect(column("description")).toEqual(Array(3).fill("azaz@[`{09"));
    expect(column("first_seen")).toEqual([true, false, true]);
    expect(column("ip")).toEqual(["2001:db8:0:0:0:0:0:1", null, "2001:db8:0:0:0:0:0:1"]);
    expect(made.sightings.flatMap(linesOf)).toEqual([
      ["acme", "ada", "2001:db8:0:0:0:0:0:1", "2026-11-22 12:00:00.000", "2026-11-20 08:00:00.000"],
    ]);
    expect([...first.months]).toEqual([202611]);
  });
});
