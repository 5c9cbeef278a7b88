import { afterAll, beforeAll, expect, it } from "vitest";
import { openClient } from "../../src/search/client.ts";
import { COLUMNS } from "../../src/search/columns.ts";
import { tablesOf } from "../../src/search/schema.ts";
import type { Finding } from "../../src/verify/contract.ts";
import { campaign } from "../log/campaign.ts";
import { Random } from "../log/random.ts";
import { cli } from "../support/server.ts";
import { DataDirectory, type Stored } from "./fixture.ts";

/** By SQL on the stopped directory, as an operator with a grudge would: each one must be found and named, and nothing else. */

const TAMPERINGS = campaign("DAYBOOK_TEST_TAMPERINGS", 200, 1_000);
const ORGANIZATIONS = ["acme", "globex", "initech", "daybook"];
const NAMES = COLUMNS.map(({ name }) => name);

const data = new DataDirectory();

beforeAll(
  async () => {
    await data.fill({ entries: 3 * TAMPERINGS + 400, organizations: ORGANIZATIONS, rounds: 4 });
  },
  90_000 + 100 * TAMPERINGS,
);
afterAll(() => data.remove());

/** What is done to the table, gathered: an engine takes half a second for each change of rows, however many it touches. */
class Statements {
  private readonly inserts: string[] = [];
  private readonly deletes: string[] = [];
  private readonly updates: string[] = [];

  copy({ position }: Stored, replaced: Readonly<Record<string, string>>): void {
    const values = NAMES.map((name) => (replaced[name] === undefined ? `x.${name}` : replaced[name]));
    this.inserts.push(`SELECT ${values.join(", ")} FROM ${table()} AS x WHERE x.position = ${position}`);
  }

  delete({ position }: Stored, rest = ""): void {
    this.deletes.push(`(position = ${position} ${rest})`);
  }

  update({ position }: Stored, column: string, value: string): void {
    this.updates.push(`UPDATE ${column} = ${value} WHERE position = ${position}`);
  }

  async run(sql: (statement: string) => Promise<void>): Promise<void> {
    for (let at = 0; at < this.inserts.length; at += 40) {
      const rows = this.inserts.slice(at, at + 40).join(" UNION ALL ");
      await sql(`INSERT INTO ${table()} (${NAMES.join(", ")}) SETTINGS insert_deduplicate = 0 ${rows}`);
    }
    await sql(`ALTER TABLE ${table()} ${this.updates.join(", ")} SETTINGS mutations_sync = 2`);
    await sql(`ALTER TABLE ${table()} DELETE WHERE ${this.deletes.join(" OR ")} SETTINGS mutations_sync = 2`);
  }
}

/** @returns what is to be found. */
type Tampering = (statements: Statements, target: Stored, random: Random) => Partial<Finding>[];

const table = () => tablesOf(data.logId).events;
/** Of a row without an entry: search holds no ids. */
const placeOf = ({ organization, sequence }: Stored) => ({ organization, sequence });
const named = ({ organization, sequence, id }: Stored) => ({ organization, sequence, id });

const CHANGES: Readonly<Record<string, string>> = {
  description: "'nothing to see here'",
  actor: "actor + 1000000000",
  resource: "if(resource = 1, 3, 1)",
  targets: "1",
  role: "'owner'",
  ip: "toIPv6('198.51.100.1')",
  request_id: "'another'",
  folded_types: "['nothing']",
  outcome: "if(outcome = 'denied', 'success', 'denied')",
  metadata: "['6:forgedtrue']",
  recorded_at: "recorded_at - 1",
};

const TAMPERINGS_BY_NAME: Readonly<Record<string, Tampering>> = {
  update(statements, target, random) {
    const [column, value] = random.pick(Object.entries(CHANGES));
    statements.update(target, column, value);
    return [{ kind: "row_changed", ...named(target), message: expect.stringContaining(column) }];
  },
  "another time"(statements, target) {
    statements.copy(target, { timestamp: "x.timestamp - INTERVAL 3 DAY" });
    const time = target.timestamp.replace("T", " ").replace("Z", "");
    statements.delete(target, `AND timestamp = toDateTime64('${time}', 3, 'UTC')`);
    return [{ kind: "row_changed", ...named(target), message: expect.stringContaining("timestamp") }];
  },
  delete(statements, target) {
    statements.delete(target);
    return [{ kind: "row_missing", ...named(target) }];
  },
  insert(statements, target, random) {
    const position = random.chance(0.5) ? target.position : data.entries.length + random.integer(1000);
    statements.copy(target, { position: String(position), sequence: "x.sequence + 1000000" });
    return [{ kind: "row_extra", organization: target.organization, sequence: target.sequence + 1_000_000 }];
  },
  duplicate(statements, target) {
    statements.copy(target, {});
    return [{ kind: "row_extra", ...placeOf(target) }];
  },
  move(statements, target, random) {
    const other = random.pick(ORGANIZATIONS.filter((one) => one !== target.organization));
    statements.copy(target, { tenant_id: `'${other}'` });
    statements.delete(target, `AND tenant_id = '${target.organization}'`);
    return [{ kind: "row_moved", ...named(target), moved_to: other }];
  },
  displace(statements, target) {
    statements.update(target, "position", String(data.entries.length + 5_000 + target.position));
    return [
      { kind: "row_missing", ...named(target) },
      { kind: "row_extra", ...placeOf(target) },
    ];
  },
};

const sorted = (findings: readonly Partial<Finding>[]) => [...findings].sort((a, b) => key(a).localeCompare(key(b)));
const key = (finding: Partial<Finding>) =>
  `${finding.organization} ${String(finding.sequence).padStart(9, "0")} ${finding.kind}`;

it("finds nothing in what nobody touched", async () => {
  const { report, findings } = await data.verify();
  expect(findings).toEqual([]);
  const notes = [expect.stringContaining("There is no identity to check")];
  expect(report).toMatchObject({ ok: true, entries: data.entries.length, rows: data.entries.length, notes });
  expect(report.checkpoints).toBeGreaterThanOrEqual(ORGANIZATIONS.length);
});

/** An engine's change of rows takes long where it shares its cores. */
const TIMEOUT_MS = 90_000 + 1_000 * TAMPERINGS;

it(`finds and names each of ${TAMPERINGS} tamperings with search, and nothing else`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const random = new Random(4);
  const statements = new Statements();
  const { client, close } = openClient({ directory: data.at("search") });
  // Not the last entries: a missing end of search is what it has not read yet.
  const targets = data.entries.slice(0, -50).sort(() => random.next() - 0.5);
  const kinds = Object.keys(TAMPERINGS_BY_NAME);
  const expected: Partial<Finding>[] = [];
  for (let done = 0; done < TAMPERINGS; done++) {
    const tamper = TAMPERINGS_BY_NAME[kinds[done % kinds.length] ?? ""] as Tampering;
    expected.push(...tamper(statements, targets[done] as Stored, random));
  }
  await statements.run(async (query) => {
    await client.command({ query });
  });
  await close();
  const { report, findings } = await data.verify();
  expect(findings.map(({ part }) => part)).toEqual(findings.map(() => "search"));
  expect(sorted(findings)).toEqual(sorted(expected).map((one) => expect.objectContaining(one)));
  expect(report).toMatchObject({ ok: false, findings: expected.length });
  const tried = kinds.map((kind, at) => `${Math.ceil((TAMPERINGS - at) / kinds.length)} ${kind}`).join(", ");
  process.stdout.write(`${TAMPERINGS} tamperings (${tried}), ${findings.length} findings, each named as it was made\n`);
});

it("is repaired by a rebuild", { timeout: TIMEOUT_MS }, async () => {
  const { code, stdout, stderr } = await cli(["rebuild", "search", "--data-dir", data.path]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toMatchObject({ rebuilt: "search", entries: data.entries.length });
  const { report, findings } = await data.verify();
  expect(findings).toEqual([]);
  expect(report.rows).toBe(data.entries.length);
});

/** Runs statements on the stopped directory. @returns the rows of the last one. */
async function onTables(...statements: string[]): Promise<unknown[][]> {
  const { client, close } = openClient({ directory: data.at("search") });
  const last = statements.pop() ?? "";
  for (const query of statements) await client.command({ query });
  const rows = await (await client.query({ query: last, format: "JSONCompactEachRow" })).json<unknown[]>();
  await close();
  return rows as unknown as unknown[][];
}

const WAIT = "SETTINGS mutations_sync = 2";

it("finds what was changed in the tables of actors and resources, in every event that names it", {
  timeout: TIMEOUT_MS,
}, async () => {
  const { actors, resources, events } = tablesOf(data.logId);
  const [picked] = await onTables(
    `SELECT min(actor), any(resource), max(resource) FROM ${events} WHERE actor != 0 AND tenant_id = 'acme'`,
  );
  const [actor, one, other] = (picked ?? []).map(Number);
  const named = await onTables(
    `ALTER TABLE ${actors} UPDATE others = ['nobody'] WHERE number = ${actor} AND tenant_id = 'acme' ${WAIT}`,
    `ALTER TABLE ${resources} DELETE WHERE number = ${one} AND tenant_id = 'acme' ${WAIT}`,
    `INSERT INTO ${resources} SELECT tenant_id, number, place, 'second', folded_id, others FROM ${resources} WHERE number = ${other} AND tenant_id = 'acme'`,
    `SELECT sequence FROM ${events} WHERE tenant_id = 'acme' AND (actor = ${actor} OR resource IN (${one}, ${other})) ORDER BY sequence SETTINGS output_format_json_quote_64bit_integers = 0`,
  );
  const { findings } = await data.verify();
  expect(named.length).toBeGreaterThan(2);
  expect(findings.map(({ kind, organization }) => [kind, organization])).toEqual(
    named.map(() => ["row_changed", "acme"]),
  );
  expect(findings.map(({ sequence }) => sequence).sort((a, b) => Number(a) - Number(b))).toEqual(
    named.map(([sequence]) => sequence),
  );
  await cli(["rebuild", "search", "--data-dir", data.path]);
});

it.each(["recorded_at", "happened_at"])(
  "finds a wrong first_seen, and a wrong %s of a first sighting",
  {
    timeout: TIMEOUT_MS,
  },
  async (time) => {
    const { sightings, events } = tablesOf(data.logId);
    const [before] = await onTables(`SELECT count() FROM ${events} WHERE first_seen`);
    expect(Number(before?.[0])).toBeGreaterThan(0);
    const last = data.entries.at(-60) as Stored;
    const [pair] = await onTables(`SELECT actor_id, toString(ip) FROM ${sightings} WHERE tenant_id = 'acme' LIMIT 1`);
    await onTables(
      `ALTER TABLE ${events} UPDATE first_seen = NOT first_seen WHERE position = ${last.position} ${WAIT}`,
      `ALTER TABLE ${sightings} UPDATE ${time} = ${time} - 1 WHERE tenant_id = 'acme' AND actor_id = '${pair?.[0]}' AND ip = toIPv6('${pair?.[1]}') ${WAIT}`,
      "SELECT 1",
    );
    const { findings } = await data.verify();
    const messages = findings.map(({ message }) => message);
    expect(messages).toEqual([
      expect.stringContaining(`Entry ${last.sequence} of ${last.organization} was changed in search: first_seen`),
      expect.stringMatching(/of acme was changed in search: sightings differ/),
    ]);
    await cli(["rebuild", "search", "--data-dir", data.path]);
  },
);
