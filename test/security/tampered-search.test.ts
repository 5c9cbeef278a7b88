import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COLUMNS } from "../../src/search/columns.ts";
import { tablesOf } from "../../src/search/schema.ts";
import { ClickHouseFront } from "../search/clickhouse-front.ts";
import { AppServer } from "../support/app-server.ts";
import { makeKey, setUp } from "../support/console-session.ts";
import { parseCsv } from "../support/csv.ts";
import { anEvent, type Results } from "../support/events.ts";
import { sameLog } from "../support/positions.ts";

/** Somebody who can write to search's store, while the server runs: what each reader is then shown. */

interface Damaged {
  readonly damaged: true;
  readonly tenant_id: string;
  readonly sequence?: number;
  readonly reason: string;
}
type Item = Event | Damaged;
interface Page {
  readonly data: Item[];
  readonly next_cursor: string | null;
  readonly indexed_through: string;
}

const RANGE = "start=2026-03-01&end=2026-03-31";
const NAMES = COLUMNS.map(({ name }) => name);
/** In each of globex's events, and in acme's that the viewer's filter excludes. */
const SECRET = "SECRET-OF-OTHERS";

const directory = mkdtempSync(join(tmpdir(), "daybook-tampered-"));
const front = new ClickHouseFront(directory);
let server: AppServer;
let acme: string;
let globex: string;
let viewer: string;
let platform: string;
/** What each reader was shown before anything was changed. */
const before = new Map<string, string[]>();
/** Of each event, in its organization. */
const sequences = new Map<string, number>();

beforeAll(async () => {
  await front.start();
  server = await AppServer.start({ args: ["--clickhouse-url", front.url, "--embed-origins", "https://app.example"] });
  const session = await setUp(server, { id: "acme", name: "Acme" });
  const put = { method: "PUT", body: '{"name":"Globex"}', headers: { "content-type": "application/json" } };
  platform = (await makeKey(server, session, "daybook", "events:read", "events:write", "organizations:write")).key;
  await server.fetch("/v1/organizations/globex", put, platform);
  acme = (await makeKey(server, session, "acme", "events:read", "events:write")).key;
  globex = await server.key(["--org", "globex", "--scopes", "events:read"]);
  const at = (minute: number) => new Date(Date.UTC(2026, 2, 10, 0, minute)).toISOString();
  const of = (tenant_id: string, id: string, minute: number, fields: object = {}) =>
    anEvent({ id, tenant_id, timestamp: at(minute), action: "db.update", ...fields });
  const events = Array.from({ length: 12 }, (_, i) => [
    of("acme", `a${i}`, 2 * i, { description: `row ${i}`, actor: { type: "user", id: `u${i}`, name: `Ada ${i}` } }),
    of("globex", `g${i}`, 2 * i + 1, { description: SECRET, actor: { type: "user", id: `o${i}`, name: SECRET } }),
  ]).flat();
  const hidden = of("acme", "hidden", 60, { action: "hr.secret", description: SECRET });
  const { results } = (await (await server.post(platform, [...events, hidden])).json()) as Results;
  for (const { id = "", sequence = -1 } of results) sequences.set(id, sequence);
  await server.caughtUp(platform);
  const issued = await server.fetch(
    "/v1/viewer-tokens",
    {
      method: "POST",
      body: JSON.stringify({ organization: "acme", filter: { action: ["db.*"] } }),
      headers: { "content-type": "application/json" },
    },
    platform,
  );
  viewer = ((await issued.json()) as { token: string }).token;
  for (const key of [acme, globex, viewer])
    before.set(
      key,
      (await items(key)).map((item) => JSON.stringify(item)),
    );
});
afterAll(async () => {
  await server.remove();
  await front.close();
  rmSync(directory, { recursive: true, force: true });
});

async function eventsTable(): Promise<[string]> {
  const page = (await (await server.fetch(`/v1/events?${RANGE}&limit=1`, {}, acme)).json()) as Page;
  return [tablesOf(page.indexed_through.split(":")[0] ?? "").events];
}

/** Every item of the list, page after page. */
async function items(key: string, query = ""): Promise<Item[]> {
  const all: Item[] = [];
  for (let cursor = ""; ; ) {
    const response = await server.fetch(`/v1/events?${RANGE}&limit=1000${query}${cursor}`, {}, key);
    expect(response.status).toBe(200);
    const page = (await response.json()) as Page;
    all.push(...page.data);
    if (page.next_cursor === null) return all;
    cursor = `&cursor=${page.next_cursor}`;
  }
}

/** The row of an event, whose id begins with its organization's letter. */
const row = (id: string) =>
  `tenant_id = '${id.startsWith("g") ? "globex" : "acme"}' AND sequence = ${sequences.get(id)}`;

async function update(id: string, column: string, value: string): Promise<void> {
  const [table] = await eventsTable();
  await front.execute(`ALTER TABLE ${table} UPDATE ${column} = ${value} WHERE ${row(id)} SETTINGS mutations_sync = 2`);
}

async function copy(id: string, replaced: Readonly<Record<string, string>>): Promise<void> {
  const [table] = await eventsTable();
  const values = NAMES.map((name) => replaced[name] ?? `x.${name}`).join(", ");
  await front.execute(
    `INSERT INTO ${table} (${NAMES.join(", ")}) SETTINGS insert_deduplicate = 0, async_insert = 0 SELECT ${values} FROM ${table} AS x WHERE ${row(id)}`,
  );
}

async function remove(id: string): Promise<void> {
  const [table] = await eventsTable();
  await front.execute(`ALTER TABLE ${table} DELETE WHERE ${row(id)} SETTINGS mutations_sync = 2`);
}

const isDamaged = (item: Item): item is Damaged => "damaged" in item;

/** Whatever was done, nobody is shown what was not recorded for them. */
async function expectOnlyOwn(): Promise<Map<string, Damaged[]>> {
  const damaged = new Map<string, Damaged[]>();
  for (const key of [acme, globex, viewer]) {
    const shown = await items(key);
    const own = before.get(key) ?? [];
    for (const item of shown) if (!isDamaged(item)) expect(own).toContain(JSON.stringify(item));
    const texts = await Promise.all(
      ["ndjson", "csv"].map(async (format) =>
        (await server.fetch(`/v1/events/export?${RANGE}&format=${format}`, {}, key)).text(),
      ),
    );
    if (key === viewer) for (const text of texts) expect(text).not.toContain(SECRET);
    const lines = (texts[0] ?? "").trimEnd().split("\n");
    expect(lines).toEqual(shown.map((item) => JSON.stringify(item)));
    const [header = [], ...rows] = parseCsv(texts[1] ?? "");
    const reasons = rows.map((row) => row[header.indexOf("damaged")]);
    expect(reasons).toEqual(shown.map((item) => (isDamaged(item) ? item.reason : "")));
    damaged.set(key, shown.filter(isDamaged));
  }
  expect(JSON.stringify(damaged.get(acme))).not.toContain(SECRET);
  return damaged;
}

describe("search that somebody changed", () => {
  it("shows each reader exactly their own before that", async () => {
    const damaged = await expectOnlyOwn();
    expect([...damaged.values()].flat()).toEqual([]);
    expect(before.get(acme)).toHaveLength(13);
    expect(before.get(viewer)).toHaveLength(12);
  });

  it("names another organization's entry: a damaged row, without a word of it", async () => {
    const [table] = await eventsTable();
    await update("a0", "position", `(SELECT max(position) FROM ${table} WHERE ${row("g0")})`);
    const damaged = await expectOnlyOwn();
    expect(damaged.get(acme)).toEqual([{ damaged: true, tenant_id: "acme", reason: "search" }]);
  });

  it("names a position beyond the log: a damaged row", async () => {
    await update("a1", "position", "1000000");
    expect((await expectOnlyOwn()).get(acme)).toHaveLength(2);
  });

  it("gives an entry a wrong sequence: a damaged row", async () => {
    await copy("a2", { sequence: "0" });
    await remove("a2");
    expect((await expectOnlyOwn()).get(acme)).toHaveLength(3);
  });

  it("invents an entry: a damaged row", async () => {
    await copy("a3", { sequence: "1", position: "777777" });
    expect((await expectOnlyOwn()).get(acme)).toHaveLength(4);
  });

  it("names an entry twice: once it is shown", async () => {
    await copy("a4", {});
    const damaged = await expectOnlyOwn();
    const shown = (await items(acme)).filter((item) => !isDamaged(item) && item.id === "a4");
    expect(shown).toHaveLength(1);
    expect(damaged.get(acme)?.length).toBeGreaterThanOrEqual(4);
  });

  it("moves another organization's row to this one: a damaged row, without a word of it", async () => {
    const shown = (await expectOnlyOwn()).get(acme)?.length ?? 0;
    await copy("g5", { tenant_id: "'acme'", sequence: "0" });
    await remove("g5");
    const damaged = await expectOnlyOwn();
    expect(damaged.get(acme)).toHaveLength(shown + 1);
    expect(damaged.get(acme)?.every((item) => !("sequence" in item))).toBe(true);
  });

  it("leaves an entry out: it is missing, which verifying finds", async () => {
    await remove("a6");
    await expectOnlyOwn();
  });

  it("says that what a fixed filter excludes matches it: a damaged row, without a word of it", async () => {
    const shown = (await expectOnlyOwn()).get(viewer)?.length ?? 0;
    await update("hidden", "action", "'db.update'");
    const damaged = (await expectOnlyOwn()).get(viewer) ?? [];
    expect(damaged).toHaveLength(shown + 1);
    expect(damaged.every((item) => !("sequence" in item))).toBe(true);
  });

  it("names other people than acted: whoever picks a person is not shown them", async () => {
    const [table] = await eventsTable();
    await front.execute(
      `ALTER TABLE ${table.replace("events", "actors")} UPDATE id = 'somebody-else' WHERE tenant_id = 'acme' AND id = 'u8' SETTINGS mutations_sync = 2`,
    );
    const response = await server.fetch(`/v1/events/facets?field=actor_id&names=true&${RANGE}`, {}, acme);
    const text = await response.text();
    const { values } = JSON.parse(text) as { values: object[] };
    expect(values).toContainEqual({ value: "u9", count: 1, name: "Ada 9" });
    expect(values).toContainEqual({ damaged: true, count: 1, reason: "search" });
    expect(text).not.toContain("somebody-else");
    expect(text).not.toContain(SECRET);
    expect(text).not.toMatch(/"o\d/);
  });

  it("streams the same to whoever follows live", async () => {
    const { indexed_through } = (await (await server.fetch(`/v1/events?${RANGE}&limit=1`, {}, acme)).json()) as Page;
    const leave = new AbortController();
    const headers = { "last-event-id": sameLog(indexed_through, -1) };
    const init = { headers, signal: leave.signal };
    const response = await server.fetch("/v1/events/live?start=2026-03-01&end=2026-03-31", init, viewer);
    let text = "";
    for await (const piece of response.body ?? []) {
      text += Buffer.from(piece).toString("utf8");
      if (text.includes('"id":"a11"')) break;
    }
    leave.abort();
    expect(text).toContain('"damaged":true');
    expect(text).not.toContain(SECRET);
  });

  it("is an alarm, which ends once a verification has found that the log is as it was", async () => {
    expect(server.output()).toContain("an entry cannot be shown");
    expect(server.output()).toContain("integrity: what is stored was changed");
    await expect.poll(() => server.output(), { timeout: 60_000 }).toContain("integrity: the alarm has ended");
  });
});
