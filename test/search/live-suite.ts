import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { encodeEntry } from "../../src/event/codec.ts";
import type { LiveEvents } from "../../src/read/live.ts";
import type { Sighting } from "../../src/search/contract.ts";
import { random } from "./generate.ts";
import { type Backend, type Following, following, NOW, request } from "./harness.ts";
import { MemoryLog } from "./memory-log.ts";
import { type NaiveEvent, naiveEvents, naiveMatches } from "./naive.ts";

const DAY = 86_400_000;

interface Fields {
  at?: number;
  actor?: string;
  ip?: string;
  action?: string;
}

function append(log: MemoryLog, { at = NOW, actor, ip, action = "a.b" }: Fields = {}, organization = "acme"): void {
  const id = `e${log.end}`;
  const event = {
    timestamp: new Date(at).toISOString(),
    action,
    actor: { type: "user" as const, ...(actor === undefined ? {} : { id: actor }) },
    resource: { type: "r" },
    ...(ip === undefined ? {} : { context: { ip } }),
  };
  // An hour apart: whoever is seen again is within a day of the first time, or later.
  const recordedAt = NOW + log.end * 3_600_000;
  log.append(organization, (sequence) =>
    encodeEntry(event, { id, organization, sequence, recordedAt, source: { type: "daybook" } }),
  );
}

const at = (position: number) => ({ by: "position" as const, value: position });

function sightings(events: readonly NaiveEvent[]): Sighting[] {
  return events.flatMap(({ event, at }) => {
    const { id: actorId } = event.actor;
    const ip = event.context?.ip;
    return actorId === undefined || ip === undefined
      ? []
      : [
          {
            id: event.id,
            timestamp: at,
            recordedAt: Date.parse(event.recorded_at),
            sequence: event.sequence,
            actorId,
            ip,
          },
        ];
  });
}

function isNew(one: Sighting, everything: readonly Sighting[]): boolean {
  return !everything.some(
    (other) =>
      other.actorId === one.actorId &&
      other.ip === one.ip &&
      other.timestamp >= one.timestamp - 90 * DAY &&
      (other.timestamp < one.timestamp || (other.timestamp === one.timestamp && other.sequence < one.sequence)),
  );
}

/** Whether neither it nor the first record of its actor at its address is of more than a day before that record. */
function showsFirst(one: Sighting, everything: readonly Sighting[]): boolean {
  const alike = everything.filter(({ actorId, ip }) => actorId === one.actorId && ip === one.ip);
  const first = alike.reduce((a, b) => (a.sequence < b.sequence ? a : b));
  return [one, first].every(({ timestamp }) => first.recordedAt - timestamp <= DAY);
}

/** New matches as they come, and what is fresh about them, wherever search is kept. */
export function describeLive(name: string, open: () => Promise<Backend>): void {
  describe(name, () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await open();
    });
    afterAll(() => backend.close());

    describe("a live stream", () => {
      /** Reads until `through` is reached. */
      async function readThrough(stream: AsyncIterator<LiveEvents>, through: number) {
        const events: LiveEvents["events"][number][] = [];
        for (let reached = -1; reached < through; ) {
          const { value } = await stream.next();
          events.push(...value.events);
          expect(value.through.value).toBeGreaterThan(reached);
          reached = value.through.value;
        }
        return events;
      }

      test("gives each new match once, in the order they were recorded, whatever their timestamps", async () => {
        const log = new MemoryLog({ chunkEntries: 3 });
        const followed = await following(backend, log);
        const next = random(7);
        const add = (count: number) => {
          for (let i = 0; i < count; i++) {
            const at = NOW - Math.floor(next() * 20 * DAY);
            append(log, { at, action: next() < 0.5 ? "db.update" : "auth.login" }, next() < 0.7 ? "acme" : "globex");
          }
        };
        add(30);
        await followed.caughtUp();
        const { query } = request("acme", "action=db.*", { log });
        const stop = new AbortController();
        const stream = followed.reader.live(query, { after: at(9) }, stop.signal)[Symbol.asyncIterator]();
        const found = await readThrough(stream, log.end - 1);
        for (let round = 0; round < 5; round++) {
          add(25);
          found.push(...(await readThrough(stream, log.end - 1)));
        }
        const all = naiveMatches(naiveEvents(log.stored), { ...query, asOf: at(log.end - 1), since: at(9) });
        const expected = all
          .sort((a, b) => a.position - b.position)
          .map(({ position, json }) => ({ at: at(position), json }));
        expect(expected.length).toBeGreaterThan(20);
        expect(found).toEqual(expected);
        stop.abort();
        await expect(stream.next()).rejects.toThrow();
        await followed.close();
      });

      test("goes on over more matches than one statement gives", async () => {
        const log = new MemoryLog();
        for (let i = 0; i < 1_203; i++) append(log);
        const followed = await following(backend, log);
        const stop = new AbortController();
        const stream = followed.reader.live(
          request("acme", "", { log, position: 1 }).query,
          { after: at(-1) },
          stop.signal,
        );
        const found = await readThrough(stream[Symbol.asyncIterator](), 1_202);
        expect(found.map((event) => event.at.value)).toEqual(log.stored.map(({ position }) => position));
        stop.abort();
        await followed.close();
      });

      test("shares its work with those of the same filter, wherever each began", async () => {
        const log = new MemoryLog();
        for (let i = 0; i < 40; i++) append(log, { action: i % 2 === 0 ? "a.b" : "c.d" });
        const followed = await following(backend, log);
        await followed.caughtUp();
        const asked = vi.spyOn(followed.search, "recorded");
        const { query } = request("acme", "action=a.*", { log });
        const stop = new AbortController();
        const open = (after: number) =>
          followed.reader.live({ ...query }, { after: at(after) }, stop.signal)[Symbol.asyncIterator]();
        const from = [-1, -1, 9, -1, 20, 39, 39];
        const streams = from.map(open);
        const found = await Promise.all(streams.slice(0, 5).map((stream) => readThrough(stream, 39)));
        // One leaves; the others do not notice.
        await streams.shift()?.return?.(undefined);
        for (let round = 0; round < 3; round++) {
          for (let i = 0; i < 10; i++) append(log);
          await followed.caughtUp();
          const came = await Promise.all(streams.map((stream) => readThrough(stream, log.end - 1)));
          for (const [index, events] of came.entries()) {
            found[index + 1] = [...(found[index + 1] ?? []), ...events];
          }
        }
        const matching = log.stored
          .map(({ position }) => position)
          .filter((position) => position >= 40 || position % 2 === 0);
        for (const [index, after] of from.entries()) {
          const expected = matching.filter((position) => position > after && (index > 0 || position < 40));
          expect(found[index]?.map((event) => event.at.value)).toEqual(expected);
        }
        // Each on its own would ask 7 × 4 times at least.
        expect(asked.mock.calls.length).toBeLessThanOrEqual(14);
        stop.abort();
        await followed.close();
      });

      test("names those that show somebody at a new address, as of each batch", async () => {
        const log = new MemoryLog({ chunkEntries: 7 });
        append(log);
        const followed = await following(backend, log);
        const next = random(23);
        const stop = new AbortController();
        const { query } = request("acme", "start=2020-01-01&action=a.*", { log });
        const stream = followed.reader
          .live(query, { after: at(-1), newAddresses: true }, stop.signal)
          [Symbol.asyncIterator]();
        let named = 0;
        for (let round = 0, read = 0; round < 8; round++) {
          for (let i = 0; i < 25; i++) {
            append(log, {
              at: NOW - Math.floor(next() * 150) * DAY,
              actor: next() < 0.5 ? "ada" : "bob",
              ip: `192.0.2.${Math.floor(next() * (round + 2) * 3)}`,
              action: next() < 0.7 ? "a.b" : "c.d",
            });
          }
          while (read < log.end) {
            const { value } = await stream.next();
            const events = naiveEvents(log.stored).slice(0, value.through.value + 1);
            const came = naiveMatches(events, { ...query, asOf: value.through, since: at(read - 1) });
            const expected = sightings(came).filter((one) => isNew(one, sightings(events)));
            expect([...value.newAddresses].sort()).toEqual(expected.map(({ id }) => id).sort());
            named += value.newAddresses.size;
            read = value.through.value + 1;
          }
        }
        expect(named).toBeGreaterThan(40);
        stop.abort();
        await followed.close();
      });
    });

    describe("new addresses", () => {
      let log: MemoryLog;
      let followed: Following;
      beforeAll(async () => {
        log = new MemoryLog();
        const next = random(11);
        const pick = (values: readonly string[]) => values[Math.floor(next() * values.length)] as string;
        for (let i = 0; i < 300; i++) {
          append(log, {
            at: NOW - Math.floor(next() * 4) * 45 * DAY - Math.floor(next() * 3),
            actor: pick(["ada", "bob", "carl", "dora"]),
            ip: pick(["192.0.2.1", "192.0.2.2", "2001:db8::1", "192.0.2.9", "192.0.2.10"]),
            action: pick(["a.b", "c.d"]),
          });
        }
        // New again and again, but for one that a filter hides the reason of.
        const eve = (days: number, action: string) =>
          append(log, { actor: "eve", ip: "192.0.2.3", at: NOW - days * DAY, action });
        for (const days of [0, 91, 200, 330]) eve(days, "c.d");
        eve(340, "a.b");
        append(log, { actor: "ada" });
        append(log, { ip: "192.0.2.77" });
        append(log, { actor: "ada", ip: "192.0.2.1", at: NOW - DAY }, "globex");
        followed = await following(backend, log);
        await followed.caughtUp();
      });
      afterAll(() => followed.close());

      const sightingsOf = (search: string) =>
        sightings(naiveMatches(naiveEvents(log.stored), request("acme", search, { log }).query));

      test("are those that nobody of that name was seen at in the 90 days before", async () => {
        const everything = sightingsOf("start=2020-01-01");
        let fresh = 0;
        let first = 0;
        await fc.assert(
          fc.asyncProperty(
            fc.nat(everything.length),
            fc.integer({ min: 1, max: 80 }),
            fc.constantFrom("start=2020-01-01", "start=2020-01-01&action=c.d"),
            async (from, count, search) => {
              const page = sightingsOf(search).slice(from, from + count);
              const { query } = request("acme", search, { log });
              const expected = page.filter((one) => isNew(one, everything)).map(({ id }) => id);
              fresh += expected.length;
              expect([...(await followed.search.newAddresses(query, page))].sort()).toEqual(expected.sort());
              const firstSeen = new Set(sightingsOf(`${search}&first_seen=true`).map(({ id }) => id));
              const near = page.filter((one) => firstSeen.has(one.id) && showsFirst(one, everything));
              first += near.length;
              const found = await followed.search.firstSightings(query, page);
              expect([...found.keys()].sort()).toEqual(near.map(({ id }) => id).sort());
            },
          ),
          { numRuns: 60, seed: 20261122 },
        );
        expect(fresh).toBeGreaterThan(50);
        expect(first).toBeGreaterThan(20);
      });

      test("of nobody do not exist", async () => {
        const { query } = request("acme", "", { log });
        expect(await followed.search.newAddresses(query, [])).toEqual(new Set());
      });

      test("do not tell what a fixed filter hides", async () => {
        const { query } = request("acme", "start=2020-01-01", { log, within: { action: ["nothing.*"] } });
        const [latest] = sightingsOf("start=2020-01-01");
        if (latest === undefined) throw new Error("there is no sighting");
        expect(await followed.search.newAddresses(query, [latest])).toEqual(new Set([latest.id]));
        expect(await followed.search.firstSightings(query, [latest])).toEqual(new Map());
      });
    });
  });
}
