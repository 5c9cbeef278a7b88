import { readdirSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { campaign } from "../log/campaign.ts";
import { Random } from "../log/random.ts";
import { DataDirectory } from "./fixture.ts";

/** So many damages of each kind are tried. */
const TRIED = campaign("DAYBOOK_TEST_VERIFY_DAMAGES", 60, 1_000);

const data = new DataDirectory();
let compressed: string[];

beforeAll(async () => {
  await data.fill({
    entries: 900,
    organizations: ["acme", "globex"],
    rounds: 3,
    segmentBytes: 160 * 1024,
    search: false,
    compressed: true,
  });
  const names = readdirSync(data.at("log")).filter((name) => name.endsWith(".segz"));
  compressed = names.sort().map((name) => data.at("log", name));
  expect(compressed.length).toBeGreaterThan(1);
});
afterAll(() => data.remove());

/** Damages a file, verifies, and restores it. @returns the findings' messages. */
async function found(file: string, damage: () => void): Promise<string[]> {
  const kept = readFileSync(file);
  try {
    damage();
    const { report, findings } = await data.verify();
    expect(report.ok).toBe(findings.length === 0);
    return findings.map(({ message }) => message);
  } finally {
    writeFileSync(file, kept);
  }
}

describe("verifying a compressed log", () => {
  it("finds nothing wrong in a sound one, and reads every entry", async () => {
    const { report } = await data.verify();
    expect([report.ok, report.entries]).toEqual([true, 900]);
  });

  it(`shows each of ${TRIED} flipped bits, and names the file`, async () => {
    const random = new Random(1);
    for (let tried = 0; tried < TRIED; tried++) {
      const file = random.pick(compressed);
      const bytes = readFileSync(file);
      const bit = random.integer(bytes.length * 8);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const messages = await found(file, () => writeFileSync(file, bytes));
      expect(messages.join(" "), `bit ${bit} of ${file}`).toContain(basename(file));
    }
  });

  it(`shows each of ${TRIED} files cut short`, async () => {
    const random = new Random(2);
    for (let tried = 0; tried < TRIED; tried++) {
      const file = random.pick(compressed);
      const length = random.integer(readFileSync(file).length);
      const messages = await found(file, () => truncateSync(file, length));
      expect(messages.join(" "), `${file} cut to ${length}`).toContain(basename(file));
    }
  });

  it("shows a file in the place of another, and one that is gone", async () => {
    const [first = "", second = ""] = compressed;
    const bytes = readFileSync(second);
    expect(await found(first, () => writeFileSync(first, bytes))).not.toEqual([]);
    expect(await found(first, () => unlinkSync(first))).not.toEqual([]);
  });
});
