import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { anEvent, type Problem } from "../support/events.ts";
import { sameLog, shifted } from "../support/positions.ts";
import type { TestServer } from "../support/server.ts";

interface Page {
  data: Event[];
  next_cursor: string | null;
  total: { value: number; relation: string };
  indexed_through: string;
}

let server: TestServer;
let key: string;
let other: string;

beforeAll(async () => {
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  other = await server.key(["--org", "globex", "--create", "--scopes", "events:write,events:read"]);
});
afterAll(() => server.remove());

const RANGE = "start=2026-03-01&end=2026-03-31";

async function page(query: string, as = key): Promise<Page> {
  const response = await server.fetch(`/v1/events?${query}`, {}, as);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
}

async function refused(query: string, as = key): Promise<Problem> {
  const response = await server.fetch(`/v1/events?${query}`, {}, as);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return (await response.json()) as Problem;
}

async function record(events: readonly Record<string, unknown>[], as = key): Promise<void> {
  expect((await server.post(as, events)).status).toBe(201);
  await server.caughtUp(as);
}

const at = (minute: number) => new Date(Date.UTC(2026, 2, 10, 0, minute)).toISOString();

describe("pages", () => {
  it("neither skip nor repeat, whatever arrives between them and however late its time", async () => {
    // Ten of each minute: a page ends among equal times, which only the sequence tells apart.
    const events = Array.from({ length: 300 }, (_, i) => anEvent({ id: `p-${i}`, timestamp: at(Math.floor(i / 10)) }));
    await record([...events].sort((a, b) => String(a.id).localeCompare(String(b.id))));
    const whole = await page(`${RANGE}&limit=1000`);
    expect(whole.next_cursor).toBeNull();
    const expected = whole.data.map(({ id }) => id);
    expect(new Set(expected).size).toBe(300);

    const seen: string[] = [];
    let cursor: string | null = "";
    for (let n = 0; cursor !== null; n++) {
      // The limit may change from page to page.
      const limit = [7, 50, 1, 23][n % 4];
      const one: Page = await page(`${RANGE}&limit=${limit}${cursor === "" ? "" : `&cursor=${cursor}`}`);
      expect(one.total).toEqual({ value: 300, relation: "eq" });
      expect(one.indexed_through).toEqual(whole.indexed_through);
      seen.push(...one.data.map(({ id }) => id));
      cursor = one.next_cursor;
      // Newer, older, and right among those that are being read.
      await record([0, 15, 29, 40].map((minute) => anEvent({ id: `late-${n}-${minute}`, timestamp: at(minute) })));
    }
    expect(seen).toEqual(expected);
    expect((await page(`${RANGE}&limit=1`)).total.value).toBeGreaterThan(300);
  });

  it("are one where the limit is the number of matches", async () => {
    await record(Array.from({ length: 5 }, () => anEvent({ action: "five.of", timestamp: at(0) })));
    expect(await page(`${RANGE}&action=five.of&limit=5`)).toMatchObject({ next_cursor: null, total: { value: 5 } });
    const four = await page(`${RANGE}&action=five.of&limit=4`);
    const rest = await page(`${RANGE}&action=five.of&limit=4&cursor=${four.next_cursor}`);
    expect([four.data.length, rest.data.length, rest.next_cursor]).toEqual([4, 1, null]);
  });

  it("hold 50 events by default, and at most 1000", async () => {
    await record(Array.from({ length: 1000 }, () => anEvent({ action: "many.of", timestamp: at(1) })));
    await record(Array.from({ length: 3 }, () => anEvent({ action: "many.of", timestamp: at(2) })));
    expect((await page(`${RANGE}&action=many.of`)).data).toHaveLength(50);
    expect((await page(`${RANGE}&action=many.of&limit=1000`)).data).toHaveLength(1000);
    expect((await page(`${RANGE}&action=many.of&limit=1`)).total).toEqual({ value: 1003, relation: "eq" });
  });

  it("keep the range that was open, or counted from now, when the first one was read", async () => {
    const now = Date.now();
    await record(
      [3, 2, 1].map((n) => anEvent({ action: "recent.of", timestamp: new Date(now - n * 1000).toISOString() })),
    );
    const first = await page("action=recent.of&limit=2");
    await record([anEvent({ action: "recent.of" })]);
    const second = await page(`action=recent.of&limit=2&cursor=${first.next_cursor}`);
    expect(first.data.length + second.data.length).toBe(3);
    expect(second.next_cursor).toBeNull();
  });

  it("take filters in any order, and repeated values once", async () => {
    const first = await page(`${RANGE}&action=five.of&action=many.of&limit=2`);
    const again = await page(
      `limit=3&action=many.of&action=five.of&action=five.of&${RANGE}&cursor=${first.next_cursor}`,
    );
    expect(again.data).toHaveLength(3);
  });

  it("go by the position that was asked for", async () => {
    const { indexed_through } = await page(`${RANGE}&limit=1`);
    const before = shifted(indexed_through, -2);
    const first = await page(`${RANGE}&as_of=${before}&limit=1`);
    expect(first.indexed_through).toBe(before);
    const second = await page(`${RANGE}&as_of=${before}&limit=1&cursor=${first.next_cursor}`);
    expect(second.indexed_through).toBe(before);
  });
});

describe("what a page shows as recorded", () => {
  const through = async (query: string, as = key) =>
    ((await page(`${query}&recorded_through=true`, as)) as Page & { recorded_through: string | null }).recorded_through;

  it("reaches to the newest of the organization at that position, whatever the filters and the times of events", async () => {
    await record([anEvent({ id: "t-late", timestamp: at(0) })]);
    const late = (await (await server.fetch("/v1/events/t-late", {}, key)).json()) as Event;
    const position = (await page(RANGE)).indexed_through;
    await record([anEvent()], other);
    expect(await through(`${RANGE}&action=nothing.at.all`)).toBe(late.recorded_at);
    await record([anEvent({ timestamp: at(2) })]);
    expect(await through(`as_of=${position}&limit=1`)).toBe(late.recorded_at);
    expect(await through("limit=1")).not.toBe(late.recorded_at);
  });

  it("is nothing before the first event, and not reported unless asked for", async () => {
    const young = await server.key(["--org", "young", "--create", "--scopes", "events:read"]);
    const before = sameLog((await page("limit=1", young)).indexed_through, -1);
    expect(await through(`as_of=${before}&limit=1`, young)).toBeNull();
    expect(await page(`as_of=${before}&limit=1`, young)).not.toHaveProperty("recorded_through");
  });
});

describe("a cursor", () => {
  const cursorOf = async (query: string, as = key) => (await page(`${query}&limit=1`, as)).next_cursor ?? "";

  it("is refused with other filters than its own", async () => {
    const cursor = await cursorOf(RANGE);
    expect(cursor).not.toBe("");
    for (const query of [
      `${RANGE}&action=a.b`,
      `${RANGE}&outcome=failure`,
      `${RANGE}&q=x`,
      `${RANGE}&as_of=${sameLog((await page(RANGE)).indexed_through, 2)}`,
      `${RANGE}&tz=Europe/Berlin`,
      "start=2026-03-01&end=2026-03-30",
      "start=2026-03-02&end=2026-03-31",
      "start=2026-03-01",
      "",
    ]) {
      expect(await refused(`${query}&cursor=${cursor}`)).toMatchObject({ status: 400, code: "invalid_cursor" });
    }
  });

  it("of another organization is refused like one that was never given out", async () => {
    await record([anEvent({ timestamp: at(0) }), anEvent({ timestamp: at(1) })], other);
    const foreign = await cursorOf(RANGE, other);
    const { request_id: _a, ...answer } = await refused(`${RANGE}&cursor=${foreign}`);
    const { request_id: _b, ...nonsense } = await refused(`${RANGE}&cursor=nonsense`);
    expect(answer).toEqual(nonsense);
  });

  it("that was changed or made up is refused", async () => {
    const cursor = await cursorOf(RANGE);
    const fields = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown[];
    const forged = (...changes: [number, unknown][]) => {
      const copy = [...fields];
      for (const [i, value] of changes) copy[i] = value;
      return Buffer.from(JSON.stringify(copy)).toString("base64url");
    };
    const bad = [
      ...["%00", "W10", "bnVsbA", "e30", cursor.slice(1), cursor.slice(0, -4), "x".repeat(5000)],
      // But for the end of the range, which may be open: a cursor is no secret, and grants nothing.
      ...fields.map((_, i) => forged([i, null])).filter((_, i) => i !== 3),
      ...fields.map((_, i) => forged([i, "x' OR 1=1"])),
      forged([1, sameLog(String(fields[1]), 1e15)]),
      forged([5, 8.64e15 + 1]),
      Buffer.from(JSON.stringify([...fields, 1])).toString("base64url"),
    ];
    for (const text of bad) {
      expect(await refused(`${RANGE}&cursor=${text}`)).toMatchObject({ status: 400, code: "invalid_cursor" });
    }
    expect(await refused(`${RANGE}&cursor=`)).toMatchObject({
      code: "invalid_parameter",
      errors: [{ pointer: "cursor" }],
    });
    expect(await refused(`${RANGE}&cursor=${cursor}&cursor=${cursor}`)).toMatchObject({ code: "invalid_parameter" });
  });

  it("that names a time far away finds what lies before it, and nothing else", async () => {
    const cursor = await cursorOf(RANGE);
    const fields = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown[];
    fields[5] = Date.UTC(1999, 0, 1);
    const text = Buffer.from(JSON.stringify(fields)).toString("base64url");
    expect(await page(`${RANGE}&cursor=${text}`)).toMatchObject({ data: [], next_cursor: null });
  });
});

describe("totals", () => {
  it("are exact to 10,000, and a lower bound beyond", async () => {
    const batch = (count: number) =>
      Array.from({ length: count }, () => anEvent({ action: "total.of", timestamp: at(0) }));
    for (let i = 0; i < 10; i++) expect((await server.post(key, batch(1000))).status).toBe(201);
    await server.caughtUp(key);
    expect((await page(`${RANGE}&action=total.of&limit=1`)).total).toEqual({ value: 10_000, relation: "eq" });
    await record(batch(1));
    expect((await page(`${RANGE}&action=total.of&limit=1`)).total).toEqual({ value: 10_000, relation: "gte" });
  });
});
