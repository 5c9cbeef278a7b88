import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Config, toConfig } from "../config.ts";
import type { Finding, Patient } from "./contract.ts";
import { examine } from "./examine.ts";
import { checkSupport } from "./support.ts";

const WITNESS = "witness.example+01234567+AQID";
let root: string;
let dataDir: string;
let servers: Server[];

/** A data directory as a server leaves it, which nobody else can enter. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "daybook-doctor-"));
  dataDir = join(root, "data");
  servers = [];
  for (const name of ["log", "keys"]) mkdirSync(join(dataDir, name), { recursive: true, mode: 0o700 });
  chmodSync(dataDir, 0o700);
  writeFileSync(join(dataDir, "log", "segment"), "x", { mode: 0o600 });
  writeFileSync(join(dataDir, "keys", "signing.json"), "x", { mode: 0o600 });
});
afterEach(() => {
  for (const server of servers) server.close();
  rmSync(root, { recursive: true });
});

async function findings(options: Partial<Config> = {}, rest: Partial<Patient> = {}): Promise<Finding[]> {
  return examine({ config: toConfig({ dataDir, ...options }), server: undefined, now: Date.now(), ...rest });
}

/** Of one check, its worst first. */
async function of(check: string, ...asked: Parameters<typeof findings>): Promise<string[]> {
  const found = (await findings(...asked)).filter((finding) => finding.check === check);
  return found.map(({ level, message }) => `${level}: ${message}`);
}

/** @returns the address of a server that answers each path so, and 404 to others. */
async function serve(answers: Readonly<Record<string, { status: number; text?: string }>>): Promise<string> {
  const server = createServer((request, response) => {
    const { status, text = "" } = answers[request.url ?? ""] ?? { status: 404 };
    response.writeHead(status, { connection: "close" }).end(text);
  });
  servers.push(server);
  server.listen(0, "localhost");
  await once(server, "listening");
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

describe("the files", () => {
  it.each([
    { what: "a closed directory", change: () => undefined, expected: /^ok: Only its owner and group/ },
    {
      what: "no directory yet",
      change: () => rmSync(dataDir, { recursive: true }),
      expected: /^ok: .* does not exist/,
    },
    { what: "an open directory", change: () => chmodSync(dataDir, 0o703), expected: /^problem: Every .* change files/ },
    {
      what: "a file that others read",
      change: () =>
        [dataDir, join(dataDir, "log"), join(dataDir, "log/segment")].forEach((path) => void chmodSync(path, 0o705)),
      expected: /^problem: Every .* can read .*segment/,
    },
    {
      what: "a file below a closed directory",
      change: () => [dataDir, join(dataDir, "log/segment")].forEach((path) => void chmodSync(path, 0o705)),
      expected: /^ok: No other account/,
    },
  ])("are as safe as $what", async ({ change, expected }) => {
    change();
    expect(await of("data directory")).toEqual([expect.stringMatching(expected)]);
  });

  it("are not to lie beside the keys, which only their owner can read", async () => {
    expect(await of("signing keys")).toEqual([expect.stringMatching(/^warning: .* are in the data directory/)]);
    const elsewhere = join(root, "signing.json");
    writeFileSync(elsewhere, "x");
    chmodSync(elsewhere, 0o640);
    expect(await of("signing keys", { signingKeys: elsewhere })).toEqual([
      expect.stringMatching(/^problem: Accounts other than its owner's/),
      expect.stringMatching(/^warning: .* are on the disk of the data directory/),
    ]);
  });

  it("were not written in the future", async () => {
    expect(await of("clock")).toEqual([expect.stringMatching(/^ok/)]);
    const tomorrow = Date.now() / 1000 + 86_400;
    utimesSync(join(dataDir, "log", "segment"), tomorrow, tomorrow);
    expect(await of("clock")).toEqual([expect.stringMatching(/^problem: .* 1440 minutes later/)]);
  });
});

it("finds out whether a witness is there", async () => {
  expect(await of("witness")).toEqual([expect.stringMatching(/^warning: No witness/)]);
  const [there, another] = [await serve({ "/add-checkpoint": { status: 405 } }), await serve({})];
  const witnesses = [there, another, "http://localhost:1"].map((url) => ({ url, vkey: WITNESS }));
  expect(await of("witness", { witnesses })).toEqual([
    "ok: The witness witness.example answers.",
    expect.stringMatching(/^problem: There is no witness/),
    expect.stringMatching(/^problem: .* cannot be reached/),
  ]);
});

it("reports what the server measures of itself", async () => {
  const text = "daybook_integrity_alarm 1\ndaybook_log_read_only 0\ndaybook_clock_offset_seconds -700\n";
  const running = { url: await serve({ "/metrics": { status: 200, text } }), token: "t", pid: process.pid };
  expect(await of("server", {}, { server: running })).toEqual([
    expect.stringMatching(/^ok/),
    expect.stringMatching(/^problem: The integrity alarm/),
  ]);
  expect(await of("clock", {}, { server: running })).toContainEqual(expect.stringMatching(/^problem: .* ten minutes/));
  expect(await of("account", {}, { server: running })).toEqual([
    expect.stringMatching(process.getuid?.() === 0 ? /^warning: The server runs as root/ : /^ok: The server/),
  ]);
  const gone = { ...running, url: "http://localhost:1" };
  expect(await of("server", {}, { server: gone })).toEqual([expect.stringMatching(/^problem: .* does not answer/)]);
});

it("does not take a node that follows for one whose disk is full", async () => {
  const text = "daybook_log_read_only 1\ndaybook_node_leads 0\ndaybook_log_archive_failing 1\n";
  const running = { url: await serve({ "/metrics": { status: 200, text } }), token: "t", pid: process.pid };
  expect(await of("server", {}, { server: running })).toEqual([
    expect.stringMatching(/^ok/),
    expect.stringMatching(/^problem: Segments of the shared log cannot be moved/),
  ]);
});

it("names a database that cannot be used, and never its password", async () => {
  const databaseUrl = "postgres://daybook:hunter2@localhost:1/daybook";
  const clickhouseUrl = "http://daybook:hunter2@localhost:1/";
  const found = await findings({ databaseUrl, logUrl: databaseUrl, clickhouseUrl });
  const databases = found.filter(({ check }) => check.endsWith("database"));
  expect(databases.map(({ check, level }) => [check, level])).toEqual([
    ["log database", "problem"],
    ["search database", "problem"],
  ]);
  expect(JSON.stringify(found)).not.toContain("hunter2");
});

it.each([
  ["http://audit.example.com", "problem"],
  ["https://audit.example.com", "ok"],
  ["http://localhost:4600", "ok"],
])("says whether people can sign in at %s: %s", async (url, level) => {
  expect(await of("address", { url })).toEqual([expect.stringMatching(`^${level}`)]);
});

it.each([
  ["Node", "24.11.0", "2028-04-30", "ok"],
  ["Node", "24.11.0", "2028-05-01", "warning"],
  ["Node", "23.1.0", "2027-05-01", "warning"],
  ["Node", "16.0.0", "2026-01-01", "warning"],
  ["Node", "99.0.0", "2026-01-01", "ok"],
  ["PostgreSQL", "13.4", "2026-11-27", "warning"],
  ["PostgreSQL", "16.2", "2026-11-27", "ok"],
  ["ClickHouse", "26.8.1.1", "2027-08-31", "ok"],
  ["ClickHouse", "26.8.1.1", "2027-09-01", "warning"],
  ["ClickHouse", "26.9.1.1", "2027-01-01", "warning"],
] as const)("says of %s %s on %s: %s", (program, version, day, level) => {
  expect(checkSupport(program, version, Date.parse(`${day}T12:00:00Z`)).level).toBe(level);
});
