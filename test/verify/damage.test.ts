import { readdirSync, readFileSync, statSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { hashing } from "@daybook/sdk/merkle";
import { type Checkpoint, COSIGNATURE_V1, formatCheckpoint, parseVerifierKey } from "@daybook/sdk/note";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../src/crypto.ts";
import { Signer } from "../../src/tree/signer.ts";
import { SigningKeys } from "../../src/tree/signing-keys.ts";
import type { Part } from "../../src/verify/contract.ts";
import { TestKey } from "../bundle/fixture.ts";
import { campaign } from "../log/campaign.ts";
import { Random } from "../log/random.ts";
import { DataDirectory } from "./fixture.ts";
import { eraseBody, rewriteBody } from "./rewrite.ts";

/** So many damages of each kind are tried. */
const TRIED = campaign("DAYBOOK_TEST_VERIFY_DAMAGES", 60, 1_000);

const data = new DataDirectory();
let segments: string[];
let tree: string;
let checkpoints: string;

beforeAll(async () => {
  // Without search: its damages have a suite of their own, and these are many.
  await data.fill({
    entries: 900,
    organizations: ["acme", "globex"],
    rounds: 3,
    segmentBytes: 160 * 1024,
    search: false,
  });
  const names = readdirSync(data.at("log")).filter((name) => name.endsWith(".seg"));
  segments = names.sort().map((name) => data.at("log", name));
  expect(segments.length).toBeGreaterThan(2);
  tree = data.at("tree", "tree.db");
  checkpoints = data.at("checkpoints", `${data.logId}.db`);
  for (const file of [tree, checkpoints]) {
    const database = new Database(file);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
  }
});
afterAll(() => data.remove());

/** Damages files, verifies, and restores them. @returns what parts were found, and whether a cut-off write was reported. */
async function damaged(
  files: readonly string[],
  damage: () => void,
): Promise<{ parts: Part[]; torn: boolean; notes: readonly string[] }> {
  const kept = files.map((file) => readFileSync(file));
  try {
    damage();
    const { report, findings } = await data.verify();
    expect(report.ok).toBe(findings.length === 0);
    const { notes } = report;
    return { parts: findings.map(({ part }) => part), torn: notes.some((note) => note.includes("cut off")), notes };
  } finally {
    for (const [index, file] of files.entries()) writeFileSync(file, kept[index] ?? "");
    for (const file of files) for (const end of ["-wal", "-shm"]) removeIfThere(file + end);
  }
}

function removeIfThere(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })) unlinkSync(file);
}

function flip(file: string, random: Random): string {
  const bytes = readFileSync(file);
  const bit = random.integer(bytes.length * 8);
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  writeFileSync(file, bytes);
  return `bit ${bit} of ${file}`;
}

describe("the log", () => {
  it(`shows each of ${TRIED} flipped bits`, async () => {
    const random = new Random(1);
    for (let tried = 0; tried < TRIED; tried++) {
      const file = random.pick(segments);
      let what = "";
      const { parts, torn } = await damaged([file], () => {
        what = flip(file, random);
      });
      expect(parts.includes("log") || torn, what).toBe(true);
    }
  });

  it(`shows each of ${TRIED} files cut short`, async () => {
    const random = new Random(2);
    for (let tried = 0; tried < TRIED; tried++) {
      const file = random.pick(segments);
      const length = random.integer(statSync(file).size);
      const { parts } = await damaged([file], () => truncateSync(file, length));
      // The newest file, cut where a batch ends, is a shorter log that is whole: what was signed says that entries are missing.
      expect(parts, `${file} cut to ${length}`).not.toEqual([]);
    }
  });

  it("shows blocks that changed places, files that changed places, and files that are gone", async () => {
    const random = new Random(3);
    for (let tried = 0; tried < TRIED / 2; tried++) {
      const file = random.pick(segments);
      const bytes = readFileSync(file);
      const block = 8 * (1 + random.integer(512));
      const [from, to] = [random.integer(bytes.length / 8) * 8, random.integer(bytes.length / 8) * 8];
      const { parts } = await damaged([file], () => {
        const moved = Buffer.from(bytes.subarray(from, from + block));
        bytes.set(moved.subarray(0, bytes.length - to), to);
        writeFileSync(file, bytes);
      });
      const same = from === to || bytes.equals(readFileSync(file));
      if (!same) expect(parts, `${block} bytes of ${file} from ${from} to ${to}`).toContain("log");
    }
    const [first = "", second = "", third = ""] = segments;
    const [one, other] = [readFileSync(first), readFileSync(second)];
    const swapped = await damaged([first, second], () => {
      writeFileSync(first, other);
      writeFileSync(second, one);
    });
    expect(swapped.parts).toContain("log");
    for (const file of [first, second, third, segments.at(-1) ?? ""]) {
      expect((await damaged([file], () => unlinkSync(file))).parts, file).not.toEqual([]);
    }
  });

  it.each([
    ["no longer has its hash", "entry_altered", rewriteBody],
    ["was removed", "body_missing", eraseBody],
  ] as const)("names the entry whose body %s, though every checksum was renewed", async (_how, kind, attack) => {
    const file = segments[1] ?? "";
    const sealed = readFileSync(file);
    let id = "";
    const { report, findings } = await (async () => {
      try {
        id = attack(file);
        return await data.verify();
      } finally {
        writeFileSync(file, sealed);
      }
    })();
    expect(findings).toMatchObject([{ part: "log", kind, id }]);
    expect(report.findings).toBe(1);
  });
});

/** Everything that is said, as bytes: a damaged file may hold bytes that are not text. */
function said(file: string, tables: Readonly<Record<string, readonly string[]>>): string | undefined {
  let database: Database.Database | undefined;
  try {
    database = new Database(file);
    let content = "";
    for (const [table, columns] of Object.entries(tables)) {
      const each = columns.map((column) => `typeof(${column}) || hex(CAST(${column} AS BLOB))`).join(" || ',' || ");
      const rows = database.prepare(`SELECT ${each} AS row FROM ${table} ORDER BY 1`).all() as { row: string }[];
      content += rows.map(({ row }) => row).join("\n");
    }
    return content;
  } catch {
    return undefined;
  } finally {
    database?.close();
  }
}

describe.each([
  [
    "trees",
    () => tree,
    ["tree"],
    {
      organizations: ["key", "organization", "size"],
      tiles: ["organization", "level", "idx", "hashes", "positions"],
      follower: ["log_id", "position", "last_leaf"],
    },
  ],
  [
    "checkpoints",
    () => checkpoints,
    ["checkpoints"],
    // No signature holds the times.
    {
      organizations: ["key", "organization"],
      checkpoints: ["organization", "size", "root"],
      signatures: ["organization", "size", "signature", "name"],
    },
  ],
] as const)("the file of %s", (_, file, part, queries) => {
  it(`shows each of ${TRIED} flipped bits that changes anything`, async () => {
    const random = new Random(5);
    const before = said(file(), queries);
    let changed = 0;
    for (let tried = 0; tried < TRIED; tried++) {
      let what = "";
      let after: string | undefined;
      const { parts } = await damaged([file()], () => {
        what = flip(file(), random);
        after = said(file(), queries);
      });
      // A free byte of a page, or a time: nothing that is said was changed.
      if (after === before) continue;
      changed++;
      // Another log's or another version's is created again by a start, and says nothing that anybody reads.
      expect(parts.length > 0 ? parts : ["created again"], what).toEqual(
        expect.arrayContaining(parts.length > 0 ? [...part] : ["created again"]),
      );
      const logId = Buffer.from(data.logId).toString("hex").toUpperCase();
      if (parts.length === 0) expect(String(after), what).not.toContain(logId);
    }
    expect(changed).toBeGreaterThan(0);
  });

  it("shows that it was cut short", async () => {
    const random = new Random(6);
    for (let tried = 0; tried < 10; tried++) {
      const length = 1 + random.integer(statSync(file()).size - 1);
      const { parts } = await damaged([file()], () => truncateSync(file(), length));
      expect(parts, `cut to ${length}`).toEqual(expect.arrayContaining([...part]));
    }
  });
});

describe("checkpoints, changed by who knows their file", () => {
  const altered = (...statements: string[]) =>
    damaged([checkpoints], () => {
      const database = new Database(checkpoints);
      const triggers = database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all() as {
        name: string;
      }[];
      for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
      for (const statement of statements) database.exec(statement);
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      database.close();
    });

  it.each([
    ["another root", "UPDATE checkpoints SET root = zeroblob(32) WHERE size = (SELECT min(size) FROM checkpoints)"],
    ["a signature of another", "UPDATE signatures SET signature = (SELECT signature FROM signatures LIMIT 1)"],
    ["no signature", "DELETE FROM signatures WHERE size = (SELECT max(size) FROM signatures)"],
    [
      "another organization's",
      "UPDATE organizations SET organization = CASE key WHEN 1 THEN 'x' ELSE organization END",
    ],
    [
      "a checkpoint over more than there is",
      "UPDATE checkpoints SET size = size + 5000 WHERE size = (SELECT max(size) FROM checkpoints)",
    ],
    [
      "a size that was never signed",
      "UPDATE checkpoints SET size = size - 1 WHERE size = (SELECT min(size) FROM checkpoints)",
    ],
  ])("%s is found", async (_, statement) => {
    expect((await altered(statement)).parts).toContain("checkpoints");
  });

  it("a root that is not the log's is found, though it was signed by the very key", async () => {
    const signer = new Signer(data.logId, SigningKeys.open(data.at("keys"), Date.now()));
    const { findings } = await (async () => {
      const kept = readFileSync(checkpoints);
      try {
        const database = new Database(checkpoints);
        for (const name of ["checkpoints_no_UPDATE", "signatures_no_UPDATE"]) database.exec(`DROP TRIGGER ${name}`);
        const first = "organization = 1 AND size = (SELECT min(size) FROM checkpoints WHERE organization = 1)";
        const { size } = database.prepare(`SELECT size FROM checkpoints WHERE ${first}`).get() as { size: number };
        const { organization } = database.prepare("SELECT organization FROM organizations WHERE key = 1").get() as {
          organization: string;
        };
        const root = Buffer.alloc(32, 7);
        const [made] = signer.signNow({ organization, size, root, signedAt: 0 }, Date.now());
        database.prepare(`UPDATE checkpoints SET root = ? WHERE ${first}`).run([root]);
        database
          .prepare(`UPDATE signatures SET signature = ? WHERE ${first}`)
          .run([Buffer.from(made?.signature ?? [])]);
        database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
        database.close();
        return await data.verify();
      } finally {
        writeFileSync(checkpoints, kept);
        for (const end of ["-wal", "-shm"]) removeIfThere(checkpoints + end);
      }
    })();
    expect(findings).toMatchObject([{ part: "checkpoints", kind: "root_differs" }]);
  });

  it("entries whose checkpoints were taken away are reported, since a crash can leave as many", async () => {
    const organization = "organization = (SELECT key FROM organizations WHERE organization = 'acme')";
    const { notes } = await altered(
      `DELETE FROM signatures WHERE ${organization}`,
      `DELETE FROM checkpoints WHERE ${organization}`,
    );
    const entries = data.entries.filter((entry) => entry.organization === "acme").length;
    expect(notes).toContainEqual(
      expect.stringContaining(`No checkpoint covers the last ${entries} entries of acme, from 0 on`),
    );
  });

  it("a file of checkpoints that was removed is found, since the keys say that there was one", async () => {
    const { parts } = await damaged([checkpoints], () => unlinkSync(checkpoints));
    expect(parts).toEqual(["checkpoints"]);
  });

  it("and what is left alone is not", async () => {
    const { parts, notes } = await altered("SELECT 1");
    expect(parts).toEqual([]);
    expect(notes).not.toContainEqual(expect.stringContaining("No checkpoint covers"));
  });
});

describe("what was kept elsewhere", () => {
  const origin = (organization: string, logId = data.logId) => `daybook/${logId}/${organization}`;
  /** The newest checkpoint of each organization, as its readers can keep it. */
  const newest = (): Checkpoint[] => {
    const database = new Database(checkpoints);
    const rows = database
      .prepare(
        "SELECT o.organization, max(c.size) AS size, c.root FROM checkpoints c JOIN organizations o ON o.key = c.organization GROUP BY 1",
      )
      .all() as { organization: string; size: number; root: Uint8Array }[];
    database.close();
    return rows.map(({ organization, size, root }) => ({
      origin: origin(organization),
      size,
      root: Buffer.from(root),
    }));
  };

  it("is what a clean verdict rests on, where every organization has it", async () => {
    expect((await data.verify()).report).toMatchObject({ ok: true, grade: "signed" });
    const kept = newest();
    expect((await data.verify({ witnesses: [], kept })).report).toMatchObject({ ok: true, grade: "kept" });
    expect((await data.verify({ witnesses: [], kept: kept.slice(1) })).report).toMatchObject({
      ok: true,
      grade: "signed",
    });
  });

  it("shows another root, a log that was rolled back, and another log", async () => {
    const [one] = newest();
    if (one === undefined) throw new Error("nothing was signed");
    const findings = async (kept: Checkpoint) => (await data.verify({ witnesses: [], kept: [kept] })).findings;
    expect(await findings({ ...one, root: Buffer.alloc(32, 7) })).toMatchObject([{ kind: "kept_differs" }]);
    expect(await findings({ ...one, size: one.size + 5 })).toMatchObject([
      { message: expect.stringContaining(`covers ${one.size + 5} entries`) },
    ]);
    const other = { ...one, origin: origin("acme", "00000000-0000-4000-8000-000000000000") };
    expect(await findings(other)).toMatchObject([{ message: expect.stringContaining("is of another log") }]);
  });

  it("of a witness is believed by its own key alone", async () => {
    const witness = new TestKey("witness.example/w", COSIGNATURE_V1);
    const kept = readFileSync(checkpoints);
    try {
      const database = new Database(checkpoints);
      for (const { origin: name, size, root } of newest()) {
        const { signature, keyId } = witness.sign(formatCheckpoint({ origin: name, size, root }), 1_772_500_000);
        const organization = name.slice(name.lastIndexOf("/") + 1);
        database
          .prepare(
            "INSERT INTO signatures (organization, size, name, signature, signed_at) SELECT key, ?, ?, ?, 0 FROM organizations WHERE organization = ?",
          )
          .run(size, witness.name, Buffer.concat([keyId, signature]), organization);
      }
      database.close();
      const trusting = (vkey: string) =>
        data.verify({ witnesses: [hashing(parseVerifierKey(vkey), sha256)], kept: [] });
      expect((await trusting(witness.vkey)).report).toMatchObject({ ok: true, grade: "witnessed" });
      const stranger = await trusting(new TestKey(witness.name, COSIGNATURE_V1).vkey);
      expect(stranger.report).toMatchObject({ ok: true, grade: "signed" });
      expect(stranger.report.notes).toContainEqual(expect.stringContaining("No witness you named has cosigned"));
    } finally {
      writeFileSync(checkpoints, kept);
      for (const end of ["-wal", "-shm"]) removeIfThere(checkpoints + end);
    }
  });
});
