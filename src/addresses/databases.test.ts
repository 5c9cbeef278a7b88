import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Logger } from "../logger.ts";
import { AddressDatabases } from "./databases.ts";
import { type DatabaseContent, mmdb } from "./mmdb.fixture.ts";

const directory = mkdtempSync(join(tmpdir(), "daybook-mmdb-"));
afterAll(() => rmSync(directory, { recursive: true }));

const NOW = Date.UTC(2026, 10, 27);
const builtAt = new Date(NOW - 5 * 86_400_000);
const NOWHERE = {};

/** What the server's own log says, a line each. */
function listening(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const write =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      lines.push([level, message, fields.reason ?? fields.type].join(" | "));
    };
  return { logger: { info: write("info"), warn: write("warn"), error: write("error") }, lines };
}

function fileOf(name: string, content: Partial<DatabaseContent> | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content instanceof Buffer ? content : mmdb({ type: "Test", builtAt, records: {}, ...content }));
  return path;
}

describe("address databases", () => {
  const countries = fileOf("countries.mmdb", {
    type: "GeoLite2-Country",
    records: {
      "203.0.113.0/24": { country: { iso_code: "DE", names: { en: "Deutschland" } } },
      "198.51.100.0/25": { country: "NL", asn: "AS64500", as_name: "Example Transit" },
      "192.0.2.0/24": { country: { iso_code: "nowhere" }, traits: { autonomous_system_number: 64_501 } },
    },
  });
  const networks = fileOf("networks.mmdb", {
    type: "GeoLite2-ASN",
    records: {
      "203.0.113.64/26": { autonomous_system_number: 64_496, autonomous_system_organization: "Example Hosting" },
      "198.51.100.0/24": { autonomous_system_number: 1, autonomous_system_organization: "Believed second" },
    },
  });

  it.each([
    ["203.0.113.7", { country: { code: "DE", name: "Germany" } }],
    [
      "203.0.113.77",
      { country: { code: "DE", name: "Germany" }, network: { number: 64_496, name: "Example Hosting" } },
    ],
    [
      "::ffff:cb00:714d",
      { country: { code: "DE", name: "Germany" }, network: { number: 64_496, name: "Example Hosting" } },
    ],
    [
      "198.51.100.9",
      { country: { code: "NL", name: "Netherlands" }, network: { number: 64_500, name: "Example Transit" } },
    ],
    ["192.0.2.1", { network: { number: 64_501 } }],
    ["198.51.100.200", { network: { number: 1, name: "Believed second" } }],
    ["10.0.0.1", NOWHERE],
    ["cb00:714d::1", NOWHERE],
    ["not an address", NOWHERE],
  ])("know of %s what their files say", async (ip, facts) => {
    const { logger, lines } = listening();
    const databases = await AddressDatabases.open([countries, networks], logger, () => NOW);
    expect(await databases.lookUp(ip)).toEqual(facts);
    expect(lines.sort()).toEqual([
      "info | address database: read | GeoLite2-ASN",
      "info | address database: read | GeoLite2-Country",
    ]);
  });

  const whole = mmdb({ type: "Test", builtAt, records: { "203.0.113.0/24": { country: "DE" } } });
  // The first node leads to a record far beyond the end.
  const misled = Buffer.from(whole);
  misled.writeUInt32BE(0x7fff_ffff, 4);
  const lost = "warn | address database: cannot be used; the server runs without it | ";
  it.each([
    ["missing", undefined, [`${lost}ENOENT: `]],
    ["empty", Buffer.alloc(0), [lost]],
    ["something else", Buffer.from("a,b,c\n1,2,3\n"), [lost]],
    ["cut off", whole.subarray(0, whole.length - 40), [lost]],
    ["damaged inside", misled, ["info | address database: read", lost]],
  ])("that are %s are one line, and no reason not to answer", async (name, bytes, expected) => {
    const path = bytes === undefined ? join(directory, "missing.mmdb") : fileOf(`${name}.mmdb`, bytes);
    const { logger, lines } = listening();
    const databases = await AddressDatabases.open([path, networks], logger, () => NOW);
    for (let times = 0; times < 3; times++) {
      expect(await databases.lookUp("203.0.113.77")).toEqual({ network: { number: 64_496, name: "Example Hosting" } });
    }
    const about = lines.filter((line) => !line.endsWith("GeoLite2-ASN"));
    expect(about).toHaveLength(expected.length);
    for (const [at, line] of expected.entries()) expect(about[at]).toContain(line);
    expect(databases.states.map(({ type }) => type)).toEqual(["GeoLite2-ASN"]);
  });

  it("of long ago answer, and say so", async () => {
    const records = { "203.0.113.0/24": { country: "DE" } };
    const path = fileOf("old.mmdb", { type: "Old", builtAt: new Date(NOW - 91 * 86_400_000), records });
    const { logger, lines } = listening();
    const databases = await AddressDatabases.open([path], logger, () => NOW);
    expect(await databases.lookUp("203.0.113.7")).toEqual({ country: { code: "DE", name: "Germany" } });
    expect(databases.states).toEqual([{ type: "Old", builtAt: NOW - 91 * 86_400_000, stale: true }]);
    expect(lines).toEqual(["warn | address database: older than 90 days; what it says can be out of date | Old"]);
  });

  it("that are replaced are read again, and a broken one leaves the last good one", async () => {
    const content = (country: string) => ({ records: { "203.0.113.0/24": { country } } });
    const path = fileOf("replaced.mmdb", content("DE"));
    const { logger, lines } = listening();
    let now = NOW;
    const databases = await AddressDatabases.open([path], logger, () => now);
    const countryNow = async () => (await databases.lookUp("203.0.113.7")).country?.code;
    fileOf("replaced.mmdb", { ...content("FR"), type: "Newer" });
    expect(await countryNow()).toBe("DE");
    now += 60_000;
    expect(await countryNow()).toBe("FR");
    fileOf("replaced.mmdb", Buffer.from("half a file"));
    now += 60_000;
    expect(await countryNow()).toBe("FR");
    expect(lines.map((line) => line.split(" | ")[0])).toEqual(["info", "info", "warn"]);
  });
});
