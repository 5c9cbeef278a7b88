import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { changeRole, join, setUp } from "../support/console-session.ts";
import { parseCsv } from "../support/csv.ts";
import { anEvent } from "../support/events.ts";
import { cli, type TestServer } from "../support/server.ts";

const RANGE = "start=2026-03-01&end=2026-03-31";

let server: TestServer;
let key: string;

/** What makes CSV hard, one a row; the id says which. */
const HARD: Record<string, Record<string, unknown>> = {
  quotes: { description: 'say "hi", "", and "' },
  commas: { description: "a,b,,c" },
  lines: { description: "one\r\ntwo\nthree\rfour" },
  spaces: { description: "  kept  " },
  formula: { description: "=1+1", actor: { type: "user", name: "@SUM(A1)", id: "+1" }, resource: { type: "-x" } },
  full_width: { description: "＝1+1" },
  tab: { description: "\tx", context: { user_agent: "\rx" } },
  json: { metadata: { b: '"\r\n', "1": [",", null] }, targets: [{ type: "a,b", id: '"' }] },
  json_formula: { changes: [{ path: "=x" }] },
  unicode: { description: "Ünï 🦉 \u2028 \ufeff" },
  control: { description: "\u0000\u0001\u001b" },
  backslash: { description: "\\ \\N \\n" },
  null_text: { description: "NULL" },
  empty: { description: "" },
  absent: {},
};

beforeAll(async () => {
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  const events = Object.entries(HARD).map(([id, fields], i) =>
    anEvent({ id, timestamp: new Date(Date.UTC(2026, 2, 2, 0, i)).toISOString(), ...fields }),
  );
  expect((await server.post(key, events)).status).toBe(201);
  await server.caughtUp(key);
});
afterAll(() => server.remove());

const download = (query: string) => server.fetch(`/v1/events/export?${query}`, {}, key);

async function rows(query: string): Promise<Record<string, string>[]> {
  const [header = [], ...records] = parseCsv(await (await download(`format=csv&${RANGE}&${query}`)).text());
  return records.map((record) => {
    expect(record).toHaveLength(header.length);
    return Object.fromEntries(header.map((name, i) => [name, record[i] ?? ""]));
  });
}

/** The events of a query as the list gives them, page after page. */
async function listed(query: string): Promise<Event[]> {
  const events: Event[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const response = await server.fetch(`/v1/events?limit=1000&${query}${cursor && `&cursor=${cursor}`}`, {}, key);
    const page = (await response.json()) as { data: Event[]; next_cursor: string | null };
    events.push(...page.data);
    cursor = page.next_cursor;
  }
  return events;
}

describe("a CSV export", () => {
  it("is a file of one header row and every match, in the order of the list", async () => {
    const response = await download(`format=csv&${RANGE}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBe(
      'attachment; filename="audit-logs_acme_2026-03-01_2026-03-31.csv"',
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
    const [header, ...records] = parseCsv(await response.text());
    const person = (prefix: string) => ["type", "id", "name", "email", "role"].map((field) => `${prefix}_${field}`);
    expect(header).toEqual([
      ...["timestamp", "id", "action", "outcome", ...person("actor"), ...person("on_behalf_of")],
      ...["resource_type", "resource_id", "resource_name", "targets", "description"],
      ...["ip", "ip_text", "user_agent", "request_id", "session_id", "trace_id", "changes", "metadata"],
      ...["tenant_id", "sequence", "recorded_at", "clock_at", "source_type", "source_id"],
      ...["leaf_hash", "schema_version", "damaged"],
    ]);
    expect(records.map((record) => record[1])).toEqual(Object.keys(HARD).reverse());
  });

  it("says in each cell what the API says in that field", async () => {
    const events = await listed(RANGE);
    const cells = await rows("raw=true");
    for (const [i, event] of events.entries()) {
      const { actor, resource, context } = event;
      const json = (value: unknown) => (value === undefined ? "" : JSON.stringify(value));
      expect(cells[i]).toMatchObject({
        timestamp: event.timestamp,
        id: event.id,
        action: event.action,
        outcome: event.outcome,
        actor_type: actor.type,
        actor_id: actor.id ?? "",
        actor_name: actor.name ?? "",
        resource_type: resource.type,
        description: event.description ?? "",
        user_agent: context?.user_agent ?? "",
        targets: json(event.targets),
        changes: json(event.changes),
        tenant_id: "acme",
        sequence: String(event.sequence),
        recorded_at: event.recorded_at,
        leaf_hash: event.leaf_hash,
        schema_version: "2",
      });
    }
    const json = cells.find(({ id }) => id === "json");
    expect(json?.metadata).toBe('{"1":[",",null],"b":"\\"\\r\\n"}');
  });

  it("keeps a spreadsheet from running what a caller wrote, unless it is asked for as it is", async () => {
    const guarded = await rows("");
    const raw = await rows("raw=true");
    const of = (all: typeof raw, id: string) => all.find((row) => row.id === id);
    expect(of(guarded, "formula")).toMatchObject({
      description: "'=1+1",
      actor_name: "'@SUM(A1)",
      actor_id: "'+1",
      resource_type: "'-x",
    });
    expect(of(raw, "formula")).toMatchObject({
      description: "=1+1",
      actor_name: "@SUM(A1)",
      actor_id: "+1",
      resource_type: "-x",
    });
    expect(of(guarded, "tab")).toMatchObject({ description: "'\tx", user_agent: "'\rx" });
    for (const row of guarded) {
      for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+\-@\t\r\n\0＝＋－＠]/);
    }
    expect(of(guarded, "control")?.description).toBe(`'${HARD.control?.description}`);
    expect(of(guarded, "full_width")?.description).toBe("'＝1+1");
    for (const id of ["quotes", "lines", "spaces", "unicode", "backslash", "null_text"]) {
      expect(of(guarded, id)?.description).toBe(HARD[id]?.description);
    }
  });

  it("begins with a byte order mark when that is asked for", async () => {
    const plain = Buffer.from(await (await download(`format=csv&${RANGE}`)).arrayBuffer());
    const marked = Buffer.from(await (await download(`format=csv&bom=true&${RANGE}`)).arrayBuffer());
    expect(plain.subarray(0, 9).toString("latin1")).toBe("timestamp");
    expect(marked).toEqual(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), plain]));
  });

  it("of nothing is a header row", async () => {
    expect(parseCsv(await (await download(`format=csv&${RANGE}&action=none`)).text())).toHaveLength(1);
  });
});

describe("an NDJSON export", () => {
  it("has the list's events as its lines, byte for byte", async () => {
    const list = await (await server.fetch(`/v1/events?${RANGE}`, {}, key)).text();
    const response = await download(`format=ndjson&${RANGE}`);
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="audit-logs_acme_.*\.ndjson"$/);
    const lines = (await response.text()).split("\n");
    expect(lines.pop()).toBe("");
    expect(list.startsWith(`{"data":[${lines.join(",")}],"next_cursor":`)).toBe(true);
  });

  it("of nothing is empty", async () => {
    expect(await (await download(`format=ndjson&${RANGE}&action=none`)).text()).toBe("");
  });
});

describe("an export", () => {
  it.each([
    ["", "format"],
    ["format=xml", "format"],
    ["format=csv&format=csv", "format"],
    ["format=csv&bom=yes", "bom"],
    ["format=csv&raw=", "raw"],
    ["format=csv&limit=5", "limit"],
    ["format=csv&cursor=x", "cursor"],
    ["format=csv&start=2026-03-03&end=2026-03-01", "start"],
    ["format=ndjson&ip=x", "ip"],
  ])("is refused for %j", async (query, name) => {
    expect(await (await download(query)).json()).toMatchObject({
      status: 400,
      code: "invalid_parameter",
      errors: [{ pointer: name }],
    });
  });

  it.each(["action=nothing.*", "q=say", "outcome=success&q=x", "resource_type=-", "actor_id=%2B1"])(
    "obeys the same filters as the list: %s",
    async (query) => {
      const ids = (await listed(`${RANGE}&${query}`)).map(({ id }) => id);
      expect((await rows(query)).map(({ id }) => id)).toEqual(ids);
    },
  );

  it("answers HEAD with its headers alone", async () => {
    const response = await server.fetch(`/v1/events/export?format=csv&${RANGE}`, { method: "HEAD" }, key);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-disposition")).toContain("attachment");
    expect(await response.text()).toBe("");
  });
});

describe("a large export", () => {
  const COUNT = 8_000;
  const QUERY = `${RANGE}&action=large.of`;

  beforeAll(async () => {
    for (let i = 0; i < COUNT / 1000; i++) {
      // Many in one millisecond: chunks end among equal times.
      const events = Array.from({ length: 1000 }, (_, n) =>
        anEvent({
          action: "large.of",
          timestamp: new Date(Date.UTC(2026, 2, 5, 0, 0, 0, n % 7)).toISOString(),
          description: "d".repeat(3000),
        }),
      );
      expect((await server.post(key, events)).status).toBe(201);
    }
    await server.caughtUp(key);
  });

  it("holds each match once, in the order of the list, in both formats", async () => {
    const lines = (await (await download(`format=ndjson&${QUERY}`)).text()).trimEnd().split("\n");
    const sequences = lines.map((line) => (JSON.parse(line) as Event).sequence);
    expect(new Set(sequences).size).toBe(COUNT);
    expect((await rows("action=large.of")).map(({ sequence }) => Number(sequence))).toEqual(sequences);
    expect((await listed(QUERY)).map(({ sequence }) => sequence)).toEqual(sequences);
  });

  /** A reader of the large export and what takes their access away. */
  const READERS: [
    who: string,
    format: string,
    () => Promise<[headers: Record<string, string>, end: () => Promise<void>]>,
  ][] = [
    [
      "key is revoked",
      "csv",
      async () => {
        const made = await cli([
          "keys",
          "create",
          "--data-dir",
          server.dataDir,
          "--org",
          "acme",
          "--scopes",
          "events:read",
          "--json",
        ]);
        const { key: own, id } = JSON.parse(made.stdout) as { key: string; id: string };
        const revoke = async () =>
          expect(await cli(["keys", "revoke", id, "--data-dir", server.dataDir])).toMatchObject({ code: 0 });
        return [{ authorization: `Bearer ${own}` }, revoke];
      },
    ],
    [
      "role is taken away",
      "ndjson",
      async () => {
        const owner = await setUp(server, { id: "acme", name: "Acme" });
        const auditor = await join(server, owner, "acme", "auditor");
        return [auditor, () => changeRole(server, owner, "acme", "auditor", "member")];
      },
    ],
  ];

  it.each(READERS)(
    "breaks off when its reader's %s, and is seen to be incomplete: %s",
    async (_what, format, reader) => {
      const [headers, end] = await reader();
      const url = new URL(`/v1/events/export?format=${format}&${QUERY}`, server.url);
      const sent = request(url, { headers });
      sent.end();
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      expect(response.statusCode).toBe(200);
      const ended = new Promise<string>((resolve) => {
        response.once("end", () => resolve("whole"));
        response.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      });
      // Nothing is read meanwhile, and the export is far larger than what sockets hold.
      await end();
      // Whether a reader can still read is asked again after a second.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      response.resume();
      expect(await ended).toBe("ECONNRESET");
      expect([401, 403]).toContain((await fetch(url, { headers })).status);
    },
  );

  it("stops working when its reader leaves, and the server goes on", async () => {
    for (let i = 0; i < 5; i++) {
      const leave = new AbortController();
      const response = await server.fetch(`/v1/events/export?format=ndjson&${QUERY}`, { signal: leave.signal }, key);
      const body = response.body?.getReader();
      await body?.read();
      leave.abort();
      await expect(body?.read()).rejects.toThrow();
    }
    expect((await download(`format=csv&${RANGE}&q=say`)).status).toBe(200);
    expect(server.output()).not.toMatch(/"level":"error"|UnhandledPromise/);
  });
});
