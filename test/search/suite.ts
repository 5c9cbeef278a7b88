import { FACET_FIELDS, matcher } from "@daybook/sdk/filters";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DaybookError } from "../../src/errors.ts";
import { GROUP_KEYS, type Query } from "../../src/query/query.ts";
import { TOTAL_EXACT_MAX } from "../../src/search/contract.ts";
import { campaign } from "../log/campaign.ts";
import { parseCsv } from "../support/csv.ts";
import { arbitraryRequest, BASE, fixedOf, NEEDLES } from "./arbitrary.ts";
import { describeExport } from "./export-suite.ts";
import { fillLog } from "./generate.ts";
import { type Backend, exported, type Following, following, NOW, pageOf, request } from "./harness.ts";
import { append, arbitraryLog } from "./logs.ts";
import { MemoryLog } from "./memory-log.ts";
import { csvFields, type NaiveEvent, naiveEvents, naiveFacet, naiveMatches } from "./naive.ts";
import { naiveGroups, sorted } from "./naive-groups.ts";

export const CASES = campaign("DAYBOOK_QUERY_CASES", 500, 10_000);
/** One case takes a tenth of a second, several where others work, too. */
const TIMEOUT_MS = 300_000 + 600 * CASES;

/** What search must do wherever it is kept. */
export function describeSearch(name: string, open: () => Promise<Backend>, cases = CASES): void {
  describe(name, () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await open();
    });
    afterAll(() => backend.close());

    describe("queries over arbitrary events", { timeout: TIMEOUT_MS }, () => {
      let log: MemoryLog;
      let followed: Following;
      let events: NaiveEvent[];
      beforeAll(async () => {
        log = arbitraryLog(400);
        events = naiveEvents(log.stored);
        followed = await following(backend, log, { rowsMax: 210 });
        await followed.caughtUp();
      });
      afterAll(() => followed.close());

      test("answer like a naive evaluator, and like the SDK's matches", async () => {
        let matched = 0;
        await fc.assert(
          fc.asyncProperty(
            arbitraryRequest,
            fc.integer({ min: 15, max: 150 }),
            fc.constantFrom(...FACET_FIELDS),
            async (sent, limit, field) => {
              fc.pre(sent.search.get("end") === null || isOrdered(sent.organization, sent.search, log));
              const { query } = request(sent.organization, sent.search, { log });
              const expected = naiveMatches(events, query);
              if (expected.length > 0) matched++;
              expect(matchedBySdk(events, query)).toEqual(expected);
              const total = { value: expected.length, relation: "eq" };
              expect(await pages(followed, sent.organization, sent.search, limit, log)).toEqual({
                events: expected.map((e) => e.json),
                total,
              });
              expect(await followed.search.total(query)).toEqual(total);
              const { buckets } = await followed.search.histogram(query, 7);
              expect(sum(buckets.flatMap((bucket) => Object.values(bucket.counts)))).toBe(expected.length);
              const values = naiveFacet(naiveMatches(events, query, field), field);
              expect(await followed.search.facets(query, field)).toEqual({ values, more: false });
              // Of one case in four: each takes as long as a page.
              const by = GROUP_KEYS[limit % (4 * GROUP_KEYS.length)];
              if (by !== undefined) {
                const { groups } = await followed.search.groups(query, { by, limit: 1000 });
                expect(sorted(groups)).toEqual(sorted(naiveGroups(expected, by)));
              }
              if (field !== "actor_id" && field !== "on_behalf_of") return;
              const people = await followed.search.people(query, { field, find: undefined, limit: 1000 });
              expect(people.values.map(({ value, count }) => ({ value, count }))).toEqual(values);
            },
          ),
          { numRuns: cases, seed: 20261122 },
        );
        // Queries that find nothing would agree about anything.
        expect(matched).toBeGreaterThan(cases / 5);
      });

      test("never reach beyond a fixed filter, whatever is asked within it", async () => {
        let narrowed = 0;
        await fc.assert(
          fc.asyncProperty(
            arbitraryRequest,
            arbitraryRequest,
            fc.constantFrom(...FACET_FIELDS),
            async (asked, fixed, field) => {
              fc.pre(isOrdered(asked.organization, asked.search, log));
              const within = fixedOf(fixed.search);
              const { query } = request(asked.organization, asked.search, { log, within });
              const visible = naiveMatches(events, { ...query, selection: query.within ?? [] });
              const inside = (matches: NaiveEvent[]) => matches.filter((match) => visible.includes(match));
              const expected = inside(naiveMatches(events, query));
              if (expected.length > 0 && expected.length < naiveMatches(events, query).length) narrowed++;
              expect((await pageOf(followed, query, 1000)).items).toEqual(expected.map((e) => e.json));
              expect(await followed.search.facets(query, field)).toEqual({
                values: naiveFacet(inside(naiveMatches(events, query, field)), field),
                more: false,
              });
            },
          ),
          { numRuns: Math.ceil(cases / 4), seed: 20261125 },
        );
        expect(narrowed).toBeGreaterThan(cases / 80);
      });

      test("export what the pages show", async () => {
        await fc.assert(
          fc.asyncProperty(arbitraryRequest, async (sent) => {
            fc.pre(isOrdered(sent.organization, sent.search, log));
            const { query } = request(sent.organization, sent.search, { log });
            const expected = naiveMatches(events, query);
            expect(await exported(followed, query, { format: "ndjson" })).toBe(
              expected.map((e) => `${e.json}\n`).join(""),
            );
            const [header = [], ...records] = parseCsv(await exported(followed, query, { format: "csv", raw: true }));
            const rows = records.map((record) => Object.fromEntries(header.map((name, at) => [name, record[at]])));
            expect(rows).toEqual(expected.map(csvFields));
            expect(await followed.search.count(query)).toBe(expected.length);
            const sequences = expected.map(({ event }) => event.sequence).sort((a, b) => a - b);
            const found: number[] = [];
            for await (const chunk of followed.search.sequences(query, new AbortController().signal))
              found.push(...chunk);
            expect(found).toEqual(sequences);
            const [first, last] = [sequences[0], sequences.at(-1)];
            expect(await followed.search.stretch(query)).toEqual(sequences.length > 0 ? { first, last } : undefined);
          }),
          { numRuns: Math.ceil(cases / 10), seed: 20261123 },
        );
      });

      test.each(NEEDLES.filter((needle) => needle !== ""))("the needle %j is taken for itself", async (needle) => {
        for (const organization of ["acme", "globex"]) {
          const { query } = request(organization, new URLSearchParams({ start: "2020-01-01", q: needle }), { log });
          const page = await pageOf(followed, query, 1000);
          expect(page.items).toEqual(naiveMatches(events, query).map((event) => event.json));
        }
      });

      test.each([
        "first_seen=true",
        "time_of_day=17:00-18:00&tz=Asia/Kolkata",
        "weekday=mon&weekday=tue&tz=America/New_York",
        "metadata.tags=b",
        "metadata.a\\.b=dot",
        "metadata.n=1000",
        "on_behalf_of=user_3",
        "resource_id=key_1",
        "resource_type=d",
        "q=größe",
        "ip=::ffff:203.0.113.7",
        "ip=::203.0.113.7",
      ])("%s divides the events as the naive evaluator does", async (search) => {
        const { query } = request("acme", `start=2020-01-01&${search}`, { log });
        const expected = naiveMatches(events, query).map(({ position }) => position);
        const { places } = await followed.search.positions(query, 1000);
        expect(places.map(({ position }) => position)).toEqual(expected);
        expect(expected.length).toBeGreaterThan(0);
        const all = await followed.search.count({ ...query, selection: [] });
        expect(expected.length).toBeLessThan(all);
      });

      test("an action and its exclusion split everything between them", async () => {
        const count = (search: string) =>
          followed.search.count(request("acme", `start=2020-01-01${search}`, { log }).query);
        expect((await count("&action=api_key.*")) + (await count("&action=-api_key.*"))).toBe(await count(""));
        expect(await count("&action=api_key.*")).toBeGreaterThan(0);
      });

      test.each([
        ["not_actor_id=user_1", "actor_id=user_1"],
        ["not_role=admin", "role=admin"],
        ["not_ip=203.0.113.0/25", "ip=203.0.113.0/25"],
        ["not_outcome=failure&not_outcome=denied", "outcome=failure&outcome=denied"],
        ["not_resource_id=key_1", "resource_id=key_1"],
        ["not_request_id=r1", "request_id=r1"],
        ["not_session_id=r'1", "session_id=r'1"],
        ["not_who=ADA@EXAMPLE.com", "who=ada@example.COM"],
        ["not_resource=KEY_1", "resource=key_1"],
        ["not_sequence=1&not_sequence=3", "sequence=1&sequence=3"],
        // A beginning that is a whole type of its own.
        ["not_resource_type=DB", "resource_type=db"],
      ])("%s and its filter split everything between them, also what lacks the field", async (without, only) => {
        const count = (search: string) =>
          followed.search.count(request("acme", `start=2020-01-01&${search}`, { log }).query);
        const [left, taken, all] = [await count(without), await count(only), await count("")];
        expect(left + taken).toBe(all);
        expect(taken).toBeGreaterThan(0);
        expect(left).toBeGreaterThan(0);
      });

      test("a histogram's buckets follow one another from the start and count each family", async () => {
        const { query } = request("acme", "start=2026-05-01&end=2026-07-31", { log });
        const { intervalMs, buckets } = await followed.search.histogram(query, 10);
        expect(buckets.map((bucket) => bucket.start)).toEqual(
          Array.from({ length: 10 }, (_, i) => query.start + i * intervalMs),
        );
        const expected = buckets.map(() => ({}) as Record<string, number>);
        for (const { event, at } of naiveMatches(events, query)) {
          const counts = expected[Math.floor((at - query.start) / intervalMs)] as Record<string, number>;
          const family = event.action.split(".")[0] as string;
          counts[family] = (counts[family] ?? 0) + 1;
        }
        expect(buckets.map((bucket) => bucket.counts)).toEqual(expected);
        const failed = naiveMatches(events, query).filter(({ event }) => ["failure", "denied"].includes(event.outcome));
        expect(failed.length).toBeGreaterThan(0);
        expect(sum(buckets.map(({ failures }) => failures))).toBe(failed.length);
      });
    });

    test("a histogram with an open end reaches to the newest match, also where a clock was ahead", async () => {
      const log = new MemoryLog();
      for (const ahead of [-3_600_000, -1, 0, 300_000])
        append(log, "acme", { timestamp: new Date(NOW + ahead).toISOString() });
      const followed = await following(backend, log);
      await followed.caughtUp();
      const { query } = request("acme", `start=${new Date(NOW - 3_600_000).toISOString()}`, { log });
      const { intervalMs, buckets } = await followed.search.histogram(query, 4);
      expect(intervalMs).toBe(Math.ceil(3_900_001 / 4));
      expect(buckets.map((bucket) => bucket.counts)).toEqual([{ a: 1 }, {}, {}, { a: 3 }]);
      await followed.close();
    });

    describe("paging", () => {
      test("never skips or repeats while events arrive, however late their timestamps", async () => {
        const log = new MemoryLog({ chunkEntries: 7 });
        const add = (count: number, at: (i: number) => number) => {
          for (let i = 0; i < count; i++) append(log, "acme", { timestamp: new Date(at(i)).toISOString() });
        };
        add(60, (i) => BASE - (i % 20) * 1000);
        const followed = await following(backend, log);
        await followed.caughtUp();
        const before = naiveMatches(naiveEvents(log.stored), request("acme", "start=2026-01-01", { log }).query);
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const asked = request("acme", withCursor("start=2026-01-01&limit=7", cursor), {
            log,
            position: followed.search.position,
          });
          const page = await pageOf(followed, asked.query, asked.limit, asked.after);
          seen.push(...page.items);
          cursor = page.next && asked.cursorAfter(page.next);
          add(5, (i) => BASE - i * 3333);
          await followed.caughtUp();
        } while (cursor !== undefined);
        expect(seen).toEqual(before.map((event) => event.json));
        await followed.close();
      });

      test("totals are exact to their limit and a lower bound beyond it", async () => {
        const log = new MemoryLog();
        fillLog(log, { count: TOTAL_EXACT_MAX, seed: 3, now: NOW, days: 20, organizations: ["acme"] });
        const followed = await following(backend, log);
        await followed.caughtUp();
        const totals = async () => {
          const { query } = request("acme", "", { log });
          const { places, next, total } = await followed.search.positions(query, 50);
          expect(next).toEqual({ timestamp: places.at(-1)?.timestamp, sequence: places.at(-1)?.sequence });
          expect((await followed.search.positions(query, 50, next)).total).toBeUndefined();
          return [total, await followed.search.total(query)];
        };
        const exact = { value: TOTAL_EXACT_MAX, relation: "eq" };
        expect(await totals()).toEqual([exact, exact]);
        append(log, "acme", { timestamp: new Date(NOW - 1).toISOString() });
        await followed.caughtUp();
        const bound = { value: TOTAL_EXACT_MAX, relation: "gte" };
        expect(await totals()).toEqual([bound, bound]);
        await followed.close();
      });
    });

    describeExport(() => backend);

    test("a cursor serves its own organization and filters only", async () => {
      const log = new MemoryLog();
      for (let i = 0; i < 5; i++) append(log, "acme", {});
      const made = request("acme", "q=x", { log });
      const cursor = made.cursorAfter({ timestamp: BASE, sequence: 3 });
      expect(request("acme", withCursor("q=x&limit=9", cursor), { log }).after).toEqual({
        timestamp: BASE,
        sequence: 3,
      });
      const refused: [string, string][] = [
        ["globex", withCursor("q=x", cursor)],
        ["acme", withCursor("q=y", cursor)],
        ["acme", withCursor("q=x&action=a.b", cursor)],
        ["acme", withCursor("q=x&not_actor_id=a", cursor)],
        ["acme", withCursor("q=x&start=2026-01-01", cursor)],
        ["acme", withCursor("q=x", "garbage")],
        ["acme", withCursor("q=x", Buffer.from("[1,2,3]").toString("base64url"))],
        ["acme", withCursor("q=x", cursor.slice(0, -8))],
      ];
      for (const [organization, search] of refused) {
        expect(() => request(organization, search, { log })).toThrow(DaybookError);
        expect(() => request(organization, search, { log })).toThrow(/start again without a cursor/);
      }
    });
  });
}

/** What the SDK's filters leave of what the time range, and whatever needs more than an event alone, left. */
function matchedBySdk(events: readonly NaiveEvent[], query: Query): NaiveEvent[] {
  const needsOthers = query.selection.filter(({ filter }) => filter === "first_seen");
  const fits = matcher(query.selection.filter(({ filter }) => filter !== "first_seen"));
  return naiveMatches(events, { ...query, selection: needsOthers }).filter(({ event }) => fits(event));
}

function isOrdered(organization: string, search: URLSearchParams, log: MemoryLog): boolean {
  try {
    request(organization, search, { log });
    return true;
  } catch (error) {
    if (error instanceof DaybookError && error.errors.every(({ pointer }) => pointer === "start")) return false;
    throw error;
  }
}

/** All pages, one after the other, by their cursors, and the total that came with the first. */
async function pages(
  { parts }: Following,
  organization: string,
  sent: URLSearchParams,
  limit: number,
  log: MemoryLog,
): Promise<{ events: string[]; total: unknown }> {
  const events: string[] = [];
  let total: unknown;
  let cursor: string | undefined;
  do {
    const asked = request(organization, withCursor(`${sent}&limit=${limit}`, cursor), { log });
    const page = await pageOf({ parts }, asked.query, asked.limit, asked.after);
    if (page.next) expect(page.items).toHaveLength(limit);
    events.push(...page.items);
    total ??= page.total;
    cursor = page.next && asked.cursorAfter(page.next);
  } while (cursor !== undefined);
  return { events, total };
}

function withCursor(search: string, cursor: string | undefined): string {
  return cursor === undefined ? search : `${search}&cursor=${cursor}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
